"""Looking at the month's work: how far it is, who is on a list and why, one person's months."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection

from ledger.domain import month_work, months
from ledger.domain.codes import Stream
from ledger.domain.entitlement.rules import MonthTerms
from ledger.domain.entitlement.upcoming import band_change
from ledger.domain.month_work import NEXT_STEP, ListState
from ledger.domain.months import Month
from ledger.domain.programmes import Programme, local_date
from ledger.errors import BadInput, NotFound, Refused
from ledger.relay.registers import Registers
from ledger.services.access_log import AccessLog
from ledger.services.actors import Actor, Role
from ledger.services.context import Context
from ledger.services.months.books import settled
from ledger.services.months.dated_facts import DatedFacts, Known
from ledger.services.months.lines import draft_line, stored_lines
from ledger.services.months.lists import Lists
from ledger.services.months.views import (
    BandChangeView,
    DifferenceView,
    LineView,
    ListHead,
    ListView,
    MonthLine,
    MonthStatus,
    PersonMonths,
    StepView,
)
from ledger.services.organisations import Directory
from ledger.services.people import People
from ledger.services.references import SubjectRef
from ledger.store import month_books as books
from ledger.store import months as store
from ledger.store.months import ListRow, MonthRow

LONGEST_SPAN = 120
"""Months of one person that are shown at once."""
LONGEST_PAGE = 500


class MonthReading:
    """The use cases of looking."""

    def __init__(
        self, context: Context, people: People, lists: Lists, registers: Registers, access_log: AccessLog
    ) -> None:
        self._context = context
        self._people = people
        self._lists = lists
        self._facts = DatedFacts(people)
        self._registers = registers
        self._access_log = access_log

    def opened(self, actor: Actor, programme: str = "senior-allowance") -> list[Month]:
        """The months that were opened, the latest first."""
        actor.require_role(Role.WORKER, Role.REVIEWER, Role.AUDITOR)
        with self._context.database.read() as conn:
            found = store.all_months(conn, self._context.programme(programme).id)
        return [one.month for one in reversed(found)]

    def terms(self, programme: str = "senior-allowance") -> MonthTerms:
        """The days of the month's work. Raises Refused `month.no_rules`."""
        return self._terms(programme)[1]

    def now(self) -> float:
        """The time that the use cases see, unix seconds."""
        return self._context.clock()

    def status(self, actor: Actor, month: Month, programme: str = "senior-allowance") -> MonthStatus:
        """How far a month is: for an auditor all of it, for others the lists of their communities.

        Raises NotFound `month.not_open`.
        """
        actor.require_role(Role.WORKER, Role.REVIEWER, Role.AUDITOR)
        chosen, terms = self._terms(programme)
        with self._context.database.read() as conn:
            found = self._month(conn, chosen, month)
            directory = Directory(conn)
            rows = store.lists(conn, chosen.id, month)
            own = rows if actor.role is Role.AUDITOR else rows.keys() & actor.communities
            steps = [
                one
                for one in store.steps(conn, chosen.id, month)
                if one.community_id is None or one.community_id in own
            ]
            anchored = found.position is not None and any(
                head.size > found.position
                for (_, stream), head in self._registers.present(conn).tree_heads.items()
                if stream == Stream.MONTHS
            )
        return MonthStatus(
            month=months.text(month),
            programme=chosen.code,
            closed_at=found.closed_at,
            root=found.root.hex() if found.root else None,
            anchored=anchored,
            lists=tuple(
                self._head(directory, rows[one], month, terms) for one in sorted(own, key=directory.code)
            ),
            steps=tuple(
                StepView(
                    one.step,
                    directory.code(one.community_id) if one.community_id else None,
                    directory.code(one.organisation_id),
                    one.at,
                    one.signer,
                )
                for one in steps
            ),
        )

    def list(
        self,
        actor: Actor,
        month: Month,
        community: str,
        programme: str = "senior-allowance",
        *,
        changes_only: bool = False,
        sums_only: bool = False,
        offset: int = 0,
        limit: int | None = None,
    ) -> ListView:
        """A community's list: as it comes out now while it is open, then as it was checked.

        `changes_only` leaves those lines that differ from the month before or make something good; sums are
        of all. `sums_only` says that nobody's line is going to be shown. `limit` None gives every line.

        Raises Forbidden `role_required`, `not_yours`; NotFound
        `month.not_open`; BadInput `limit_out_of_range`.
        """
        actor.require_role(Role.WORKER, Role.REVIEWER)
        if offset < 0 or (limit is not None and not 1 <= limit <= LONGEST_PAGE):
            raise BadInput("limit_out_of_range", got=limit, expected=f"1–{LONGEST_PAGE}")
        chosen, terms = self._terms(programme)
        with self._context.database.read() as conn:
            directory = Directory(conn)
            organisation = directory.find(community)
            actor.require_community(organisation.id if organisation else 0)
            self._month(conn, chosen, month)
            row = store.lists(conn, chosen.id, month).get(organisation.id) if organisation else None
            if row is None:
                raise NotFound("month.not_open", month=months.text(month))
            lines, coming = self._lines(conn, chosen, terms, month, row)
            head = self._head(directory, row, month, terms)
        wanted = [one for one in lines if one.change or one.differences] if changes_only else lines
        shown = tuple(wanted[offset : None if limit is None else offset + limit])
        with self._context.write() as conn:
            ids = () if sums_only else (one.subject_id for one in shown)
            self._access_log.record(
                conn, actor, "month_list", [None, *ids], outcome="shown", purpose="allowance-payment"
            )
        return ListView(
            month=months.text(month),
            programme=chosen.code,
            head=head,
            lines=shown,
            total=len(wanted),
            paid_people=sum(one.amount > 0 for one in lines),
            payable=sum(one.amount for one in lines),
            held=sum(one.held for one in lines),
            difference=sum(one.total - one.amount for one in lines),
            coming=coming,
        )

    def person(
        self,
        actor: Actor,
        subject: SubjectRef,
        first: Month | None = None,
        last: Month | None = None,
        programme: str = "senior-allowance",
    ) -> PersonMonths:
        """A person's months, by default the last twelve: what each comes out as now, and what the books say.

        Raises Forbidden `not_yours`; BadInput `month.span`.
        """
        actor.require_role(Role.WORKER, Role.REVIEWER)
        chosen, terms = self._terms(programme)
        today = local_date(self._context.clock())
        last = months.of(today) if last is None else last
        first = Month(last - 11) if first is None else first
        if not 0 <= last - first < LONGEST_SPAN:
            raise BadInput("month.span", expected=LONGEST_SPAN)
        with self._context.database.read() as conn:
            person = self._people.find(conn, actor, subject)
            known = self._facts.of(conn, {person.id: person}, chosen).get(person.id)
            wanted = months.between(first, last)
            found = self._person_months(conn, chosen, known, wanted) if known else ()
        with self._context.write() as conn:
            self._access_log.record(conn, actor, "entitlement", [person.id], outcome="shown")
        coming = _coming([known], today, terms, chosen) if known else ()
        return PersonMonths(person.id, chosen.code, found, coming[0] if coming else None)

    def _person_months(
        self, conn: Connection, programme: Programme, known: Known, wanted: Sequence[Month]
    ) -> tuple[MonthLine, ...]:
        subject_id = known.person.id
        closed = [one.month for one in store.all_months(conn, programme.id) if one.closed_at is not None]
        settlement = dict(zip(closed, settled(conn, programme.id, {subject_id: known}, closed)[subject_id],
                              strict=True))  # fmt: skip
        good: dict[str, list[DifferenceView]] = {}
        for row in books.differences_of(conn, programme.id, [subject_id]):
            good.setdefault(row.month, []).append(DifferenceView(row.for_month, row.amount, row.cause))
        paid = {row.month: row.state for row in books.payments_of(conn, programme.id, [subject_id])}
        owed = self._lists.of_person(conn, programme, subject_id, wanted)
        return tuple(
            MonthLine(
                month=months.text(one.month),
                state=one.state.value,
                reason=one.reason.value,
                since=one.since.isoformat() if one.since else None,
                band=one.band,
                amount=one.amount,
                held=one.held,
                is_closed=one.month in settlement,
                settled=settlement[one.month].paid if one.month in settlement else None,
                differences=tuple(good.get(months.text(one.month), ())),
                paid=paid.get(months.text(one.month)),
            )
            for one in reversed(owed)
        )

    def _lines(
        self, conn: Connection, programme: Programme, terms: MonthTerms, month: Month, row: ListRow
    ) -> tuple[tuple[LineView, ...], tuple[BandChangeView, ...]]:
        if row.state != ListState.OPEN:
            return stored_lines(conn, self._people, programme.id, month, row.community_id), ()
        before = [one.month for one in store.all_months(conn, programme.id) if one.month < month]
        drafts = self._lists.draw_up(conn, programme, month, row.community_id, before)
        today = local_date(self._context.clock())
        coming = _coming([draft.known for draft in drafts], today, terms, programme)
        return tuple(draft_line(draft) for draft in drafts), coming

    def _head(self, directory: Directory, row: ListRow, month: Month, terms: MonthTerms) -> ListHead:
        state = ListState(row.state)
        is_open = state is ListState.OPEN
        today = local_date(self._context.clock())
        return ListHead(
            community=directory.code(row.community_id),
            state=state.value,
            next_step=NEXT_STEP[state].value,
            due_on=month_work.deadline(NEXT_STEP[state], month, terms).isoformat(),
            is_late=month_work.is_late(state, month, terms, today),
            people=None if is_open else row.people,
            payable=None if is_open else row.payable,
            difference=None if is_open else row.difference,
            root=row.root.hex() if row.root else None,
        )

    def _month(self, conn: Connection, programme: Programme, month: Month) -> MonthRow:
        for one in store.all_months(conn, programme.id):
            if one.month == month:
                return one
        raise NotFound("month.not_open", month=months.text(month))

    def _terms(self, code: str) -> tuple[Programme, MonthTerms]:
        programme = self._context.programme(code)
        if programme.month is None:
            raise Refused("month.no_rules", programme=code, month="")
        return programme, programme.month


def _coming(
    known: Sequence[Known], today: date, terms: MonthTerms, programme: Programme
) -> tuple[BandChangeView, ...]:
    found = []
    for one in known:
        if one.facts.died_on is not None:
            continue
        change = band_change(one.facts.birth_date, today, terms.notice_days, programme.allowance)
        if change is not None:
            found.append(
                BandChangeView(
                    one.person.id,
                    one.name,
                    months.text(change.month),
                    change.band,
                    change.amount,
                    change.before,
                )
            )
    return tuple(sorted(found, key=lambda view: (view.month, view.name)))

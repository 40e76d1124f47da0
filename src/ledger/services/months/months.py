"""The use cases of the month: open, check, confirm, accept, give back, close, and how far everything is.

| step | who |
|---|---|
| open, close | a reviewer of civil affairs, the county |
| check | a worker of the community |
| confirm | a reviewer of the subdistrict, which is another organisation than the one that checked |
| accept | a reviewer of civil affairs, which is another organisation than the one that confirmed |
| give back | whoever could confirm or accept |
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from ledger.domain import month_work, months
from ledger.domain.month_work import ListState, Step
from ledger.domain.months import Month
from ledger.domain.programmes import Programme, local_date
from ledger.errors import Conflict, Forbidden, NotFound, Refused
from ledger.services.access_log import AccessLog
from ledger.services.actors import Actor, Role
from ledger.services.context import Context
from ledger.services.months.freezing import freeze
from ledger.services.months.lists import Lists
from ledger.services.months.signing import NO_ROOT, Signing
from ledger.services.organisations import Directory
from ledger.store import month_books as books
from ledger.store import months as store
from ledger.store.months import ListRow, MonthRow


@dataclass(frozen=True, slots=True)
class _At:
    """A list as it stands before a step."""

    programme: Programme
    month: Month
    row: ListRow


class Months:
    """What moves a month on."""

    def __init__(self, context: Context, lists: Lists, signing: Signing, access_log: AccessLog) -> None:
        self._context = context
        self._lists = lists
        self._signing = signing
        self._access_log = access_log

    def open(self, actor: Actor, month: Month, programme: str = "senior-allowance") -> None:
        """Opens a month with a list for each community. Civil affairs.

        Raises Refused `month.no_rules`, `month.in_future`, `month.not_next` (the one before must be closed);
        Conflict `month.open_already`.
        """
        chosen = self._paid(programme, month)
        if month > months.of(local_date(self._context.clock())):
            raise Refused("month.in_future", got=months.text(month))
        with self._context.write() as conn:
            directory = Directory(conn)
            _require_civil_affairs(actor, directory)
            known = store.all_months(conn, chosen.id)
            if any(one.month == month for one in known):
                raise Conflict("month.open_already", month=months.text(month))
            if known and (known[-1].closed_at is None or month != known[-1].month + 1):
                waits = known[-1].closed_at is None
                expected = months.text(known[-1].month if waits else Month(known[-1].month + 1))
                raise Refused("month.not_next", got=months.text(month), expected=expected)
            communities = sorted(
                one
                for one in directory.communities_below(actor.organisation)
                if directory.by_id[one].ended_at is None
            )
            store.open_month(conn, chosen.id, month, communities, self._context.now())
            self._write_down(conn, actor, chosen, month, Step.OPEN)

    def check(self, actor: Actor, month: Month, community: str, programme: str = "senior-allowance") -> bytes:
        """The community finds its list right; from now on it stays as it is. Its root, 32 bytes.

        Raises Forbidden `role_required`, `not_yours`; NotFound `month.not_open`; Refused `month.step`.
        """
        actor.require_role(Role.WORKER)
        chosen = self._paid(programme, month)
        with self._context.write() as conn:
            row, known = self._list(conn, actor, chosen, month, community)
            _require_step(row, Step.CHECK)
            closed = [one.month for one in known if one.closed_at is not None]
            drafts = self._lists.draw_up(conn, chosen, month, row.community_id, closed)
            root = freeze(conn, chosen, month, row.community_id, drafts)
            changed = store.move_list(
                conn,
                chosen.id,
                month,
                row.community_id,
                row.state,
                state=ListState.CHECKED.value,
                people=len(drafts),
                payable=sum(draft.entitlement.amount for draft in drafts),
                difference=sum(draft.difference for draft in drafts),
                root=root,
            )
            self._done(conn, actor, Step.CHECK, _At(chosen, month, row), changed=changed, root=root)
        return root

    def confirm(
        self, actor: Actor, month: Month, community: str, programme: str = "senior-allowance"
    ) -> None:
        """The subdistrict confirms a checked list. Raises as `check`; Refused `month.same_organisation`."""
        actor.require_role(Role.REVIEWER)
        self._pass(actor, month, community, programme, Step.CONFIRM)

    def accept(self, actor: Actor, month: Month, community: str, programme: str = "senior-allowance") -> None:
        """Civil affairs accepts a confirmed list. Raises as `confirm`."""
        actor.require_role(Role.REVIEWER)
        with self._context.database.read() as conn:
            _require_civil_affairs(actor, Directory(conn))
        self._pass(actor, month, community, programme, Step.ACCEPT)

    def give_back(
        self, actor: Actor, month: Month, community: str, programme: str = "senior-allowance"
    ) -> None:
        """Opens a checked or confirmed list again, to be drawn up anew. Raises as `check`."""
        actor.require_role(Role.REVIEWER)
        chosen = self._paid(programme, month)
        with self._context.write() as conn:
            row, _ = self._list(conn, actor, chosen, month, community)
            _require_step(row, Step.RETURN)
            books.remove_lines(conn, chosen.id, month, row.community_id)
            state = {"state": ListState.OPEN.value, "people": 0, "payable": 0, "difference": 0, "root": None}
            changed = store.move_list(conn, chosen.id, month, row.community_id, row.state, **state)
            self._done(
                conn,
                actor,
                Step.RETURN,
                _At(chosen, month, row),
                changed=changed,
            )

    def close(self, actor: Actor, month: Month, programme: str = "senior-allowance") -> bytes:
        """Civil affairs closes a month of which every list is accepted; nothing of it changes any more, and
        its root goes to the chain. The root, 32 bytes.

        Raises Refused `month.lists_missing` (how many are not accepted), `month.closed_already`.
        """
        chosen = self._paid(programme, month)
        with self._context.write() as conn:
            _require_civil_affairs(actor, Directory(conn))
            found = next((one for one in store.all_months(conn, chosen.id) if one.month == month), None)
            if found is None:
                raise NotFound("month.not_open", month=months.text(month))
            if found.closed_at is not None:
                raise Refused("month.closed_already", month=months.text(month))
            lists = store.lists(conn, chosen.id, month)
            waiting = sum(one.state != ListState.ACCEPTED for one in lists.values())
            if waiting:
                raise Refused("month.lists_missing", month=months.text(month), count=waiting)
            root = month_work.month_root({one: row.root or NO_ROOT for one, row in lists.items()})
            store.close_month(
                conn, chosen.id, month, root=root, by=actor.organisation, at=self._context.now()
            )
            self._write_down(conn, actor, chosen, month, Step.CLOSE, root=root)
        self._context.wake()
        return root

    def _pass(self, actor: Actor, month: Month, community: str, programme: str, step: Step) -> None:
        chosen = self._paid(programme, month)
        with self._context.write() as conn:
            row, _ = self._list(conn, actor, chosen, month, community)
            after = _require_step(row, step)
            earlier = [
                one
                for one in store.steps(conn, chosen.id, month)
                if one.community_id == row.community_id and one.step != Step.RETURN
            ]
            if earlier and earlier[-1].organisation_id == actor.organisation:
                raise Refused("month.same_organisation")
            changed = store.move_list(conn, chosen.id, month, row.community_id, row.state, state=after.value)
            self._done(
                conn,
                actor,
                step,
                _At(chosen, month, row),
                changed=changed,
            )

    def _list(
        self, conn: Connection, actor: Actor, programme: Programme, month: Month, community: str
    ) -> tuple[ListRow, list[MonthRow]]:
        """The list meant. Raises Forbidden `not_yours`; NotFound `month.not_open`; Refused
        `month.closed_already`.
        """
        organisation = Directory(conn).find(community)
        actor.require_community(organisation.id if organisation else 0)
        known = store.all_months(conn, programme.id)
        found = next((one for one in known if one.month == month), None)
        row = store.lists(conn, programme.id, month).get(organisation.id) if organisation else None
        if found is None or row is None:
            raise NotFound("month.not_open", month=months.text(month))
        if found.closed_at is not None:
            raise Refused("month.closed_already", month=months.text(month))
        return row, known

    def _done(
        self,
        conn: Connection,
        actor: Actor,
        step: Step,
        at: _At,
        *,
        changed: bool,
        root: bytes | None = None,
    ) -> None:
        if not changed:
            raise Conflict("changed_meanwhile")
        community, about = at.row.community_id, root or at.row.root or NO_ROOT
        self._write_down(conn, actor, at.programme, at.month, step, community=community, root=about)
        detail: dict[str, str | int] = {"month": months.text(at.month), "community": community}
        self._access_log.record(conn, actor, "month_list", [None], outcome=step.value, detail=detail)

    def _write_down(
        self,
        conn: Connection,
        actor: Actor,
        programme: Programme,
        month: Month,
        step: Step,
        *,
        community: int | None = None,
        root: bytes = NO_ROOT,
    ) -> None:
        # Which organisation a worker of several communities acts for, the list says.
        organisation = community if step is Step.CHECK and community else actor.organisation
        signed = self._signing.sign(
            conn,
            organisation,
            step,
            programme=programme.id,
            month=months.text(month),
            community=community or 0,
            root=root,
        )
        store.add_step(
            conn,
            programme.id,
            month,
            community_id=community,
            step=step.value,
            organisation_id=organisation,
            actor=actor.id,
            at=self._context.now(),
            root=root,
            signer=signed.signer,
            signature=signed.signature,
        )

    def _paid(self, code: str, month: Month) -> Programme:
        """The programme, which pays by the month. Raises Refused `month.no_rules`."""
        programme = self._context.programme(code)
        if programme.month is None or not programme.allowance or programme.allowance[0].first > month:
            raise Refused("month.no_rules", programme=code, month=months.text(month))
        return programme


def _require_civil_affairs(actor: Actor, directory: Directory) -> None:
    """Raises Forbidden `role_required`, `month.civil_affairs_only`."""
    actor.require_role(Role.REVIEWER)
    organisation = directory.by_id.get(actor.organisation)
    if organisation is None or organisation.kind != "county":
        raise Forbidden("month.civil_affairs_only")


def _require_step(row: ListRow, step: Step) -> ListState:
    """The state after the step. Raises Refused `month.step`."""
    after = month_work.TRANSITIONS.get((ListState(row.state), step))
    if after is None:
        raise Refused("month.step", got=row.state, step=step.value)
    return after

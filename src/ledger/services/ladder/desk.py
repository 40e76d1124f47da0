"""The use cases of those who take the steps that need people: whom to call, visit, meet at a roll-call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Connection, Row

from ledger.domain.ladder.facts import Step
from ledger.domain.ladder.next_step import Next
from ledger.domain.programmes import LOCAL_TIME, Programme, local_date
from ledger.errors import BadInput, Conflict, Forbidden, NotFound
from ledger.services.access_log import AccessLog
from ledger.services.actors import Actor, Role
from ledger.services.context import Context
from ledger.services.due import communities_asked
from ledger.services.evidence import checked_text
from ledger.services.facts import Fact, FactKind
from ledger.services.ladder.standing import LEFT_NOTICE, Standing, standings
from ledger.services.people import People, Person
from ledger.services.references import SubjectRef
from ledger.store import ladder as store
from ledger.store import subjects as subjects_store

LONGEST_PAGE = 200
LISTED = (Step.VISIT, Step.VIDEO, Step.GRACE, Step.REVIEW)
ATTEMPTED = {Step.VIDEO: ("not_reached",), Step.VISIT: ("not_reached", LEFT_NOTICE)}


@dataclass(frozen=True, slots=True)
class LadderLine:
    """Somebody on a list of what is to be done. Times are unix seconds."""

    ladder_id: str
    subject_id: str
    name: str = field(repr=False)
    building: str | None = field(repr=False)
    institution: str | None = field(repr=False)
    """Address of the institution that the person lives in, if they do."""
    step: str
    next_at: int
    valid_until: int


@dataclass(frozen=True, slots=True)
class LadderPage:
    """One page of a list: those whose certification ends first, first."""

    total: int
    people: tuple[LadderLine, ...]


@dataclass(frozen=True, slots=True)
class StepView:
    """A step taken."""

    step: str
    at: int
    channel: str
    outcome: str
    notice_id: str | None
    delivered_at: int | None
    note: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class LadderStory:
    """Everything that was done since a certification ran out, and what comes next and why."""

    ladder_id: str
    subject_id: str
    valid_until: int
    opened_at: int
    steps: tuple[StepView, ...]
    next_step: str
    next_at: int
    why: str
    """The message `ladder.why.<why>`, filled by `params`."""
    params: Mapping[str, int]
    closed_at: int | None
    outcome: str | None


class LadderDesk:
    """Lists, shows and takes down steps."""

    def __init__(self, context: Context, people: People, access_log: AccessLog) -> None:
        self._context = context
        self._people = people
        self._access_log = access_log

    def list(
        self,
        actor: Actor,
        *,
        community: str | None = None,
        step: str | None = None,
        programme: str = "senior-allowance",
        offset: int = 0,
        limit: int = 50,
    ) -> LadderPage:
        """Who is to be visited, called by video, or is in grace or before a reviewer, in a community (all of
        the actor's by default).

        Raises Forbidden `role_required`, `not_yours`; BadInput `ladder.step_unknown`, `limit_out_of_range`,
        `programme_unknown`.
        """
        actor.require_role(Role.WORKER, Role.REVIEWER)
        if offset < 0 or not 1 <= limit <= LONGEST_PAGE:
            raise BadInput("limit_out_of_range", got=limit, expected=f"1–{LONGEST_PAGE}")
        if step not in {None, *LISTED}:
            raise BadInput("ladder.step_unknown", got=step, expected=", ".join(LISTED))
        chosen = self._context.programme(programme)
        with self._context.database.read() as conn:
            total, rows = store.in_communities(
                conn,
                communities_asked(conn, actor, community),
                programme=chosen.id,
                steps=[step] if step else LISTED,
                now=self._context.now(),
                offset=offset,
                limit=limit,
            )
            lines = self._lines(conn, rows)
        with self._context.write() as conn:
            shown = [None, *(line.subject_id for line in lines)]
            self._access_log.record(conn, actor, "ladder_list", shown, outcome="shown")
        return LadderPage(total, tuple(lines))

    def roll_call(
        self, actor: Actor, *, community: str | None = None, programme: str = "senior-allowance"
    ) -> Mapping[str, Sequence[LadderLine]]:
        """Who is to be visited in each institution, by its address. Those met are certified with the method
        `institution`. Raises as `list`.
        """
        page = self.list(actor, community=community, step=Step.VISIT, programme=programme, limit=LONGEST_PAGE)
        found: dict[str, list[LadderLine]] = {}
        for line in page.people:
            if line.institution is not None:
                found.setdefault(line.institution, []).append(line)
        return found

    def story(self, actor: Actor, subject_id: str, programme: str = "senior-allowance") -> LadderStory:
        """A person's present ladder, or the last one. Raises Forbidden `role_required`, `not_yours`; NotFound
        `ladder.none`; BadInput `programme_unknown`.
        """
        actor.require_role(Role.WORKER, Role.REVIEWER)
        chosen = self._context.programme(programme)
        with self._context.database.read() as conn:
            person = self._people.find(conn, actor, SubjectRef(id=subject_id))
            row = store.of_subject(conn, chosen.id, person.id)
            if row is None or chosen.ladder is None:
                raise NotFound("ladder.none")
            (standing,) = standings(conn, self._people, chosen, [row], {person.id: person})
            coming = standing.next(chosen.ladder, chosen, self._context.now())
        with self._context.write() as conn:
            self._access_log.record(conn, actor, "ladder", [person.id], outcome="shown")
        return _story(standing, coming)

    def attempt(
        self,
        actor: Actor,
        ladder_id: str,
        step: str,
        outcome: str,
        *,
        on: date | None = None,
        note: str | None = None,
    ) -> None:
        """A video call or visit that met nobody; whoever was met is certified instead. A visit may have left
        a notice with somebody, which then has arrived.

        Raises Forbidden `role_required`, `not_yours`; BadInput `ladder.attempt_unknown`,
        `occurred_in_future`, `text_too_long`; Conflict `ladder.over`.
        """
        actor.require_role(Role.WORKER, Role.REVIEWER)
        if step not in ATTEMPTED or outcome not in ATTEMPTED[Step(step)]:
            raise BadInput("ladder.attempt_unknown")
        now = self._context.now()
        today = local_date(now)
        if on is not None and on > today:
            raise BadInput("occurred_in_future", got=on.isoformat())
        said = checked_text("note", note)
        with self._context.write() as conn:
            row = store.by_id(conn, ladder_id)
            if row is None:
                raise Forbidden("not_yours")
            person = self._people.find(conn, actor, SubjectRef(id=row.subject_id))
            if row.closed_at is not None:
                raise Conflict("ladder.over")
            taken = store.steps_of(conn, [row.id]).get(row.id, [])
            store.add_step(
                conn,
                ladder_id=row.id,
                step=step,
                attempt=1 + sum(one.step == step for one in taken),
                channel=step,
                at=now if on is None or on == today else _noon(on),
                outcome=outcome,
                actor=actor.id,
                sealed=person.keys.seal(f"ladder:{row.id}", {"text": said}) if said else None,
            )
            self._move(conn, row, person)
            self._access_log.record(conn, actor, "ladder_step", [person.id], outcome=outcome)

    def _move(self, conn: Connection, row: Row[Any], person: Person) -> None:
        """The list says at once what comes after."""
        programme = next(one for one in self._context.programmes.values() if one.id == row.programme)
        (standing,) = standings(conn, self._people, programme, [row], {person.id: person})
        if programme.ladder is not None:
            coming = standing.next(programme.ladder, programme, self._context.now())
            store.change(conn, row.id, step=coming.step.value, next_at=coming.at)

    def _lines(self, conn: Connection, rows: Sequence[Row[Any]]) -> Sequence[LadderLine]:
        subjects = subjects_store.by_ids(conn, {row.subject_id for row in rows})
        people = self._people.open(list(subjects.values()))
        kinds = (FactKind.NAME, FactKind.BUILDING, FactKind.RESIDENCE)
        known = self._people.present(conn, people, kinds)
        return [_line(row, known[row.subject_id]) for row in rows if row.subject_id in people]


def is_over(conn: Connection, people: People, programme: Programme, person: Person, now: int) -> bool:
    """Whether every step was taken and grace is over, as it stands at this moment."""
    row = store.open_of_subjects(conn, programme.id, [person.id]).get(person.id)
    if row is None or programme.ladder is None:
        return False
    (standing,) = standings(conn, people, programme, [row], {person.id: person})
    coming = standing.next(programme.ladder, programme, now)
    return coming.step is Step.REVIEW and coming.why == "grace_over"


def _line(row: Row[Any], known: Sequence[Fact]) -> LadderLine:
    values = {fact.kind: fact.value for fact in known}
    residence = values.get(FactKind.RESIDENCE)
    lives_in = residence["address"] if residence and residence["kind"] == "institution" else None
    building = values.get(FactKind.BUILDING)
    return LadderLine(
        ladder_id=row.id,
        subject_id=row.subject_id,
        name=values[FactKind.NAME]["name"],
        building=building["building"] if building else None,
        institution=lives_in,
        step=row.step,
        next_at=row.next_at,
        valid_until=row.valid_until,
    )


def _story(standing: Standing, coming: Next) -> LadderStory:
    row, keys = standing.ladder, standing.person.keys
    return LadderStory(
        ladder_id=row.id,
        subject_id=row.subject_id,
        valid_until=row.valid_until,
        opened_at=row.opened_at,
        steps=tuple(
            StepView(
                step=one.step,
                at=one.at,
                channel=one.channel,
                outcome=one.notice_state or one.outcome,
                notice_id=one.notice_id,
                delivered_at=one.notice_delivered_at,
                note=keys.open(f"ladder:{row.id}", one.sealed)["text"] if one.sealed else None,
            )
            for one in standing.steps
        ),
        next_step="end" if row.closed_at else coming.step.value,
        next_at=coming.at,
        why=row.outcome if row.closed_at else coming.why,
        params=coming.params,
        closed_at=row.closed_at,
        outcome=row.outcome,
    )


def _noon(day: date) -> int:
    """A moment of a past day."""
    return int(datetime.combine(day, time(12), LOCAL_TIME).timestamp())

"""Moving everybody on who is to be moved on: idempotent, and safe to break off anywhere.

Each chunk of people is one transaction, and a step is taken once by its place on its ladder.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from ledger.domain.cases import CaseKind
from ledger.domain.codes import Death, Status
from ledger.domain.ladder.facts import Attempt, Result, Step
from ledger.domain.ladder.next_step import Next
from ledger.domain.ladder.rules import LadderRules
from ledger.domain.notices import Purpose, Recipient
from ledger.domain.programmes import DAY, Programme, local_date
from ledger.encoding.words import certification
from ledger.services.actors import Actor, Role
from ledger.services.cases.book import CaseBook, NewCase
from ledger.services.context import Context
from ledger.services.facts import FactKind
from ledger.services.ids import new_id
from ledger.services.ladder.standing import Standing, standings
from ledger.services.notices.book import NoticeBook, contacts_of
from ledger.services.organisations import Directory
from ledger.services.people import People
from ledger.store import due as due_store
from ledger.store import ladder as store
from ledger.store import subjects as subjects_store

CHUNK = 200
"""People in one transaction."""
_MOST_AT_ONCE = 4
"""Steps that one person can take in one run, after a long time without any."""


@dataclass(frozen=True, slots=True)
class LadderReport:
    """What one run did."""

    opened: int
    """People who came onto a ladder."""
    closed: Mapping[str, int]
    """Ladders that ended, by how."""
    taken: Mapping[str, int]
    """Steps taken, by kind."""
    standing: Mapping[str, int]
    """People by the step that comes next."""


@dataclass(slots=True)
class _Tally:
    closed: Counter[str] = field(default_factory=Counter)
    taken: Counter[str] = field(default_factory=Counter)


class LadderRun:
    """Runs the ladders of every programme that has one."""

    def __init__(self, context: Context, people: People) -> None:
        self._context = context
        self._people = people
        self._cases = CaseBook(context)
        self._notices = NoticeBook(context)

    def ask(self, actor: Actor) -> LadderReport:
        """One run, for an operator or reviewer. Raises Forbidden `role_required`."""
        actor.require_role(Role.OPERATOR, Role.REVIEWER)
        return self.run()

    def run(self) -> LadderReport:
        """One run over everybody."""
        opened, tally = 0, _Tally()
        standing: Counter[str] = Counter()
        for programme in self._context.programmes.values():
            if programme.ladder is not None:
                opened += self._open(programme, programme.ladder)
                self._advance(programme, programme.ladder, tally)
                with self._context.database.read() as conn:
                    standing.update(store.count_by_step(conn, programme.id))
        return LadderReport(opened, tally.closed, tally.taken, standing)

    def _open(self, programme: Programme, rules: LadderRules) -> int:
        """Ladders for those who are due and stand on none."""
        now = self._context.now()
        with self._context.database.read() as conn:
            communities = [one.id for one in Directory(conn).by_id.values() if one.kind == "community"]
            until = now + programme.due_days * DAY
            rows = [
                row
                for row in due_store.due(conn, communities, programme.id, until, never=False)
                if certification.status(row.word) == Status.ACTIVE
                and certification.death(row.word) != Death.CONFIRMED
            ]
            left_alone = store.continued_since(conn, programme.id, now - rules.again_days * DAY)
        opened = 0
        for start in range(0, len(rows), CHUNK):
            chunk = {row.subject_id: row for row in rows[start : start + CHUNK]}
            with self._context.write() as conn:
                known = store.open_of_subjects(conn, programme.id, list(chunk))
                fresh = [
                    {
                        "id": new_id("l"),
                        "subject_id": subject_id,
                        "programme": programme.id,
                        "valid_until": certification.valid_until(row.word),
                        "opened_at": now,
                        "step": Step.DUE.value,
                        "next_at": now,
                    }
                    for subject_id, row in chunk.items()
                    if subject_id not in known and subject_id not in left_alone
                ]
                store.add(conn, fresh)
                for row in fresh:
                    store.add_step(conn, **_step(str(row["id"]), Step.DUE, now, "system", "done"))
            opened += len(fresh)
        return opened

    def _advance(self, programme: Programme, rules: LadderRules, tally: _Tally) -> None:
        last = ""
        while True:
            with self._context.write() as conn:
                rows = store.page_after(conn, programme.id, last, CHUNK)
                if not rows:
                    return
                last = rows[-1].id
                subjects = subjects_store.by_ids(conn, {row.subject_id for row in rows})
                found = self._people.open([row for row in subjects.values() if row.state == "active"])
                for one in standings(conn, self._people, programme, rows, found):
                    self._move(conn, programme, rules, one, tally)

    def _move(
        self,
        conn: Connection,
        programme: Programme,
        rules: LadderRules,
        standing: Standing,
        tally: _Tally,
    ) -> None:
        now, ladder = self._context.now(), standing.ladder
        for _ in range(_MOST_AT_ONCE):
            coming = standing.next(rules, programme, now)
            if coming.step is Step.END:
                store.close(conn, ladder.id, coming.why, now)
                tally.closed[coming.why] += 1
                return
            attempt = self._take(conn, programme, standing, coming, now)
            if attempt is None:
                break
            tally.taken[coming.step.value] += 1
            facts = replace(standing.facts, attempts=(*standing.facts.attempts, attempt))
            standing = replace(standing, facts=facts)
        if (ladder.step, ladder.next_at) != (coming.step.value, coming.at):
            store.change(conn, ladder.id, step=coming.step.value, next_at=coming.at)
        if coming.step is Step.GRACE:
            self._once(conn, standing, Step.GRACE, now)
        elif coming.step is Step.REVIEW and coming.why == "grace_over":
            self._review(conn, programme, standing, now, tally)

    def _take(
        self, conn: Connection, programme: Programme, standing: Standing, coming: Next, now: int
    ) -> Attempt | None:
        """Takes a step that is due and needs nobody; what it was."""
        if coming.at > now or coming.step not in {Step.NOTICE, Step.FAMILY}:
            return None
        contacts = contacts_of(standing.known)
        family = coming.step is Step.FAMILY
        recipient = Recipient.FAMILY if family else Recipient.SELF
        number = 1 + sum(one.step == coming.step for one in standing.facts.attempts)
        ladder_id = standing.ladder.id
        if family and not any(one.recipient is Recipient.FAMILY for one in contacts):
            store.add_step(conn, **_step(ladder_id, Step.FAMILY, now, "none", "failed", attempt=number))
            return Attempt(Step.FAMILY, now, Result.FAILED)
        notice_id, way = self._notices.write(
            conn,
            standing.person,
            Purpose.FAMILY if family else Purpose.RENEWAL,
            recipient=recipient,
            contacts=contacts,
            words=_words(conn, programme, standing),
            letter=coming.why == "no_notice_delivered",
        )
        step = _step(ladder_id, coming.step, now, way.value, "sent", attempt=number)
        store.add_step(conn, **step, notice_id=notice_id)
        return Attempt(coming.step, now, Result.SENT)

    def _once(self, conn: Connection, standing: Standing, step: Step, now: int) -> None:
        """Writes down when a step began that is not made but passed."""
        if not any(one.step == step for one in standing.steps):
            store.add_step(conn, **_step(standing.ladder.id, step, now, "system", "done"))

    def _review(
        self, conn: Connection, programme: Programme, standing: Standing, now: int, tally: _Tally
    ) -> None:
        """Puts the case before a reviewer of another organisation than the one that visited, once."""
        if any(step.step == Step.REVIEW for step in standing.steps):
            return
        new = NewCase(
            kind=CaseKind.NOT_ENOUGH_EVIDENCE,
            person=standing.person,
            programme=programme.id,
            about=standing.ladder.id,
            against=standing.person.community,
        )
        case_id, _ = self._cases.open(conn, None, new)
        step = _step(standing.ladder.id, Step.REVIEW, now, "system", "done")
        store.add_step(conn, **step, case_id=case_id)
        tally.taken[Step.REVIEW.value] += 1


def _step(
    ladder_id: str, step: Step, at: int, channel: str, outcome: str, *, attempt: int = 1
) -> dict[str, str | int]:
    return {
        "ladder_id": ladder_id,
        "step": step.value,
        "attempt": attempt,
        "channel": channel,
        "at": at,
        "outcome": outcome,
    }


def _words(conn: Connection, programme: Programme, standing: Standing) -> dict[str, str]:
    name = next((fact.value["name"] for fact in standing.known if fact.kind is FactKind.NAME), "")
    return {
        "name": name,
        "programme": programme.name.zh_cn,
        "day": local_date(standing.facts.valid_until - 1).isoformat(),
        "community": Directory(conn).by_id[standing.person.community].name,
    }

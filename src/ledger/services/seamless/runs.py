"""The nightly run: who is due, what the signals come to, certifications into the outbox.

It goes through people a few hundred at a time, each in a transaction of its own. Whoever it has certified is
no longer due, so one that was cut off is simply started again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from threading import Thread
from typing import Any

import structlog
from sqlalchemy import Connection, Row

from ledger.domain.programmes import DAY, LOCAL_TIME, Programme, local_date
from ledger.domain.seamless.due import is_due
from ledger.encoding.types import Timestamp
from ledger.errors import BadInput, Conflict, LedgerError, Misconfigured, NotFound
from ledger.keys.lock import InstanceLock
from ledger.relay.registers import Registers
from ledger.services.actors import Actor, Role
from ledger.services.context import Context
from ledger.services.ids import new_id
from ledger.services.organisations import Directory
from ledger.services.people import People
from ledger.services.seamless.judging import judge
from ledger.services.seamless.recording import RunTerms, record
from ledger.services.signals.asked import pilot_communities
from ledger.services.signals.flows import engine_of
from ledger.services.signals.keeping import Kept
from ledger.services.standing import Rules
from ledger.store import due as due_store
from ledger.store import seamless as store

log = structlog.get_logger(__name__)

PEOPLE_AT_ONCE = 500
SENIOR = "senior-allowance"
_LATEST = 20


@dataclass(frozen=True, slots=True)
class RunView:
    """A run and what it came to. Times are unix seconds."""

    id: str
    programme: str
    rules_hash: str
    as_of: int
    dry: bool
    state: str
    """running, finished, or interrupted: it was cut off, and the next one goes on"""
    started_at: int
    finished_at: int | None
    due: int
    """People due when it began"""
    done: int
    """Of those, looked at so far"""
    counts: Mapping[str, Mapping[str, int]]
    """People by community's code, then result"""


@dataclass(frozen=True, slots=True)
class Run:
    """A run that has begun. Whoever has it lets go of the lock."""

    terms: RunTerms
    due: Sequence[str]
    """Subject ids"""
    dry: bool
    lock: InstanceLock


class Runs:
    """The use cases of running seamless certification."""

    def __init__(self, context: Context, people: People, registers: Registers, kept: Kept) -> None:
        self._context = context
        self._people = people
        self._registers = registers
        self._kept = kept

    def start(
        self, actor: Actor, *, programme: str = SENIOR, as_of: date | None = None, dry: bool = False
    ) -> RunView:
        """Begins a run in a thread of its own. See `begin`."""
        run = self.begin(actor, programme=programme, as_of=as_of, dry=dry)
        Thread(target=self._in_thread, args=(run,), name="seamless-run", daemon=True).start()
        return self.get(actor, run.terms.run_id)

    def run(
        self, actor: Actor, *, programme: str = SENIOR, as_of: date | None = None, dry: bool = False
    ) -> RunView:
        """The same, and waits for its end. Raises what stopped it."""
        run = self.begin(actor, programme=programme, as_of=as_of, dry=dry)
        self.go_through(run)
        return self.get(actor, run.terms.run_id)

    def begin(self, actor: Actor, *, programme: str, as_of: date | None, dry: bool) -> Run:
        """A run over all who are due in the pilot communities, by the signals known at the end of `as_of`.

        Operators only, one at a time. A dry run writes nothing but its counts. Raises Conflict
        `seamless.run_in_progress`; BadInput `seamless.as_of_in_future`, `programme_unknown`; Refused
        `seamless_not_offered`, `seamless.no_engine`.
        """
        actor.require_role(Role.OPERATOR)
        chosen, now = self._context.programme(programme), self._context.now()
        _ = chosen.seamless_rules
        moment = _moment(as_of, now)
        lock = self._lock()
        try:
            with self._context.write() as conn:
                store.interrupt_runs(conn, chosen.id)
                directory = Directory(conn)
                engine = directory.active(engine_of(directory)).id
                due = due_people(conn, chosen, moment)
                codes = {int(one.id): one.code for one in directory.by_id.values()}
                terms = RunTerms(new_id("s"), chosen, moment, engine, codes, now)
                store.add_run(
                    conn,
                    {
                        "id": terms.run_id,
                        "programme": chosen.id,
                        "rules_hash": chosen.rules_hash,
                        "as_of": moment,
                        "dry": dry,
                        "state": "running",
                        "started_by": actor.id,
                        "started_at": now,
                        "due": len(due),
                        "done": 0,
                        "counts": {},
                    },
                )
        except BaseException:
            lock.release()
            raise
        return Run(terms, due, dry, lock)

    def go_through(self, run: Run) -> None:
        """Everybody who is due, and the run's end. Cut off at any point, it has done what it has done."""
        terms = run.terms
        tally: Counter[tuple[str, str]] = Counter()
        try:
            for start in range(0, len(run.due), PEOPLE_AT_ONCE):
                part = run.due[start : start + PEOPLE_AT_ONCE]
                tally.update(self._part(run, part))
                with self._context.write() as conn:
                    done = min(start + PEOPLE_AT_ONCE, len(run.due))
                    store.change_run(conn, terms.run_id, done=done, counts=_nested(tally))
                self._context.wake()
            with self._context.write() as conn:
                if not run.dry:
                    self._kept.forget_old(conn)
                store.change_run(conn, terms.run_id, state="finished", finished_at=self._context.now())
        finally:
            run.lock.release()

    def get(self, actor: Actor, run_id: str) -> RunView:
        """One run. Operators, reviewers and auditors. Raises NotFound `seamless.run_unknown`."""
        actor.require_role(Role.OPERATOR, Role.REVIEWER, Role.AUDITOR)
        with self._context.database.read() as conn:
            row = store.run(conn, run_id)
        if row is None:
            raise NotFound("seamless.run_unknown", got=run_id)
        return self._view(row)

    def latest(self, actor: Actor, *, programme: str = SENIOR) -> list[RunView]:
        """The last twenty, the newest first. Operators, reviewers and auditors."""
        actor.require_role(Role.OPERATOR, Role.REVIEWER, Role.AUDITOR)
        chosen = self._context.programme(programme)
        with self._context.database.read() as conn:
            rows = store.runs(conn, chosen.id, _LATEST)
        return [self._view(row) for row in rows]

    def _part(self, run: Run, subject_ids: Sequence[str]) -> Counter[tuple[str, str]]:
        terms = run.terms
        with self._context.database.read() as conn:
            registers = self._registers.present(conn)
            judged = judge(
                conn,
                self._people,
                self._kept,
                programme=terms.programme,
                subject_ids=subject_ids,
                as_of=terms.as_of,
            )
        if run.dry:
            results = {one.person.id: one.outcome.result.value for one in judged}
        else:
            with self._context.write() as conn:
                results = record(conn, terms, Rules(registers, terms.now), judged)
        return Counter(
            (terms.codes[one.person.community], results[one.person.id])
            for one in judged
            if one.person.id in results
        )

    def _in_thread(self, run: Run) -> None:
        try:
            self.go_through(run)
        except LedgerError as error:
            log.error("seamless.run_stopped", run=run.terms.run_id, code=error.code)
        except Exception:
            log.exception("seamless.run_stopped", run=run.terms.run_id)

    def _lock(self) -> InstanceLock:
        try:
            return InstanceLock(self._context.settings.home, name="seamless-run")
        except Misconfigured as error:
            raise Conflict("seamless.run_in_progress") from error

    def _view(self, row: Row[Any]) -> RunView:
        programmes = {one.id: code for code, one in self._context.programmes.items()}
        return RunView(
            id=row.id,
            programme=programmes.get(row.programme, str(row.programme)),
            rules_hash=row.rules_hash.hex(),
            as_of=row.as_of,
            dry=row.dry,
            state=row.state,
            started_at=row.started_at,
            finished_at=row.finished_at,
            due=row.due,
            done=row.done,
            counts=row.counts,
        )


def due_people(conn: Connection, programme: Programme, moment: Timestamp) -> list[str]:
    """Subject ids of those whose certification has ended by then, or will within the days of notice."""
    until = moment + programme.due_days * DAY
    rows = due_store.due(conn, pilot_communities(conn), programme.id, until, never=False)
    return sorted(row.subject_id for row in rows if is_due(row.word, programme, moment))


def _moment(as_of: date | None, now: int) -> Timestamp:
    """The end of a day in UTC+8, or now if that is not over. Raises BadInput `seamless.as_of_in_future`."""
    if as_of is None:
        return Timestamp(now)
    if as_of > local_date(now):
        raise BadInput("seamless.as_of_in_future", got=as_of.isoformat())
    end = int(datetime.combine(as_of, time(), LOCAL_TIME).timestamp()) + DAY - 1
    return Timestamp(min(end, now))


def _nested(tally: Counter[tuple[str, str]]) -> dict[str, dict[str, int]]:
    nested: dict[str, dict[str, int]] = {}
    for (community, result), people in sorted(tally.items()):
        nested.setdefault(community, {})[result] = people
    return nested

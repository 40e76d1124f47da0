"""One run of a profile: break, settle, check."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

from ledger.audit.replay import replay
from ledger.cli.bench.chaos import checks
from ledger.cli.bench.chaos.checks import Violation
from ledger.cli.bench.chaos.clients import Clients
from ledger.cli.bench.chaos.ground import PROGRAMME
from ledger.cli.bench.chaos.injector import Done
from ledger.cli.bench.chaos.schedule import KILLS, Kind, Profile, schedule
from ledger.cli.bench.chaos.seen import Seen
from ledger.cli.bench.chaos.stage import Stage, stage
from ledger.domain import programmes
from ledger.store import operations
from ledger.store.database import Database
from ledger.store.tables import operations as table

_STUCK_AFTER = 90.0
"""Seconds without an operation becoming final after which those that are left count as stuck."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run did and found."""

    profile: Profile
    seed: int
    seconds: float
    done: list[Done]
    spoilt: Counter[Kind]
    """Requests to the node that were spoilt."""
    seen: Seen = field(repr=False)
    operations: Counter[str]
    """By state, and by reason if refused."""
    violations: list[Violation]
    disk_was_filled: bool


def run(profile: Profile, seed: int, seconds: float, folder: Path, say: Callable[[str], None]) -> Outcome:
    """Breaks an installation made in `folder` for so many seconds.

    Raises RuntimeError if it can't be set up.
    """
    folder.mkdir()
    say(f"{profile}: setting up")
    with stage(profile, seed, folder) as made:
        injector, service = made.injector, made.injector.service
        service.start()
        if not service.wait_until_ready():
            raise RuntimeError(f"the service does not start; see the outputs in {folder}")
        seen = Seen()
        clients = Clients(service.urls, made.ground, seen, seed)
        say(f"{profile}: {seconds:.0f} s of load and faults")
        clients.start()
        injector.run(schedule(profile, seed, seconds), seconds, seen.now)
        say(f"{profile}: settling")
        came_back = service.wait_until_ready()
        clients.stop()
        database = Database(made.settings.resolved_database_url)
        try:
            violations = [*_recovered(came_back), *_settle(database)]
            say(f"{profile}: checking")
            violations += _check(made, seen, database)
            outcomes = _outcomes(database)
        finally:
            database.close()
        return Outcome(
            profile,
            seed,
            seconds,
            injector.done,
            injector.proxy.spoilt if injector.proxy else Counter(),
            seen,
            outcomes,
            violations,
            disk_was_filled=bool(injector.disk and injector.disk.is_small),
        )


def _recovered(came_back: bool) -> Iterator[Violation]:
    if not came_back:
        yield Violation("comes-back", "the service is not ready when all faults are over")


def _settle(database: Database) -> Iterator[Violation]:
    """Waits until nothing is on its way."""
    before, moved = -1, time.monotonic()
    while True:
        with database.read() as conn:
            waiting = operations.waiting(conn)
        if waiting == 0:
            return
        if waiting != before:
            before, moved = waiting, time.monotonic()
        if time.monotonic() - moved > _STUCK_AFTER:
            yield Violation("comes-back", f"{waiting} operations do not become final")
            return
        time.sleep(0.2)


def _outcomes(database: Database) -> Counter[str]:
    with database.read() as conn:
        rows = conn.execute(select(table.c.state, table.c.reason_code)).all()
    return Counter(f"{row.state}: {row.reason_code}" if row.reason_code else row.state for row in rows)


def _check(made: Stage, seen: Seen, database: Database) -> Iterator[Violation]:
    made.last_blocks()
    programme = next(one for one in programmes.shipped() if one.code == PROGRAMME)
    killed = [done.at for done in made.injector.done if done.fault.kind in KILLS] if made.depth == 0 else []
    yield from checks.check_operations(seen, database, made.blocks)
    yield from checks.check_index(database, made.blocks)
    yield from checks.check_look_ups(seen, database, made.blocks, programme, killed)
    yield from checks.check_withdrawals(seen)
    yield from checks.check_surprises(seen)
    yield from checks.check_traces(database)
    yield from checks.check_sent(database, made.blocks)
    result = replay(made.rpc, made.deployment, depth=made.depth)
    for group in result.findings.groups():
        one = group.examples[0]
        what = f"{one.code}, {group.count} times: got {one.got}, expected {one.expected}"
        yield Violation("replay-is-clean", what)

"""Both error rates of seamless certification: certified though dead, and struck off though alive.

False-alive comes first from deaths confirmed later, which tells of everybody without a visit: who was
certified by signals after the day on which they had died. Then from second visits. False-dead comes from
rescissions.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from ledger.domain.codes import Death
from ledger.domain.intervals import Share
from ledger.domain.programmes import Programme, local_date
from ledger.services.actors import Actor, Role
from ledger.services.context import Context
from ledger.services.evidence import record_place
from ledger.services.people import People
from ledger.store import records
from ledger.store import revisits as store
from ledger.store import subjects as subjects_store

ENOUGH = 300
"""Of fewer, none at all would still leave one in a hundred possible (Wilson, 95 %): too few to tell."""
LATE_DAYS = 60


@dataclass(frozen=True, slots=True)
class Rate:
    """`hits` of `total`, with the Wilson interval at 95 %."""

    hits: int
    total: int
    value: float | None
    low: float
    high: float
    too_few: bool
    """Whether the numbers are too small to tell."""

    @classmethod
    def of(cls, hits: int, total: int) -> Rate:
        """The rate of a count."""
        share = Share(hits, total)
        return cls(hits, total, share.value, *share.interval, too_few=total < ENOUGH)


@dataclass(frozen=True, slots=True)
class RulesErrors:
    """What is known of certifications under one version of the rules."""

    rules_hash: str
    """0x and 64 hex digits"""
    current: bool
    dead: Rate
    """Certified by signals after the day of a death that was confirmed later."""
    dead_late: Rate
    """More than 60 days after it."""
    revisited: Rate
    """Found dead on a second visit, of those visited whose state became known."""
    not_met: int
    """Second visits that met nobody."""


@dataclass(frozen=True, slots=True)
class ErrorReport:
    """Both rates. `as_of` in unix seconds."""

    programme: str
    as_of: int
    rules: tuple[RulesErrors, ...]
    struck_off: Rate
    """Deaths confirmed and rescinded, of all confirmed."""
    reported: Rate
    """Deaths reported and rescinded, of all people reported."""


class ErrorRates:
    """The use case of asking how often the ledger is wrong. It names nobody."""

    def __init__(self, context: Context, people: People) -> None:
        self._context = context
        self._people = people

    def report(self, actor: Actor, programme: str = "senior-allowance") -> ErrorReport:
        """For reviewers, operators and auditors. Raises Forbidden `role_required`; BadInput
        `programme_unknown`.
        """
        actor.require_role(Role.REVIEWER, Role.OPERATOR, Role.AUDITOR)
        chosen = self._context.programme(programme)
        with self._context.database.read() as conn:
            died, confirmed, struck_off, alive_again = self._deaths(conn, chosen)
            dead, late = self._certified_dead(conn, chosen, died)
            found = store.found_by_rules(conn, chosen.id)
            totals = store.certified_by_rules(conn, chosen.id)
            reported = store.ever_reported(conn, chosen.id)
        rules = tuple(
            RulesErrors(
                rules_hash="0x" + one.hex(),
                current=one == chosen.rules_hash,
                dead=Rate.of(dead[one], totals[one]),
                dead_late=Rate.of(late[one], totals[one]),
                revisited=Rate.of(
                    found.get((one, "dead"), 0), found.get((one, "dead"), 0) + found.get((one, "alive"), 0)
                ),
                not_met=found.get((one, "not_met"), 0),
            )
            for one in sorted(totals, key=lambda one: one != chosen.rules_hash)
        )
        return ErrorReport(
            programme=chosen.code,
            as_of=self._context.now(),
            rules=rules,
            struck_off=Rate.of(struck_off, confirmed),
            reported=Rate.of(alive_again, reported),
        )

    def _deaths(self, conn: Connection, programme: Programme) -> tuple[dict[str, date], int, int, int]:
        """Who died when, as it stands; how many deaths were confirmed; how many of those, and how many people
        reported, turned out alive.
        """
        standing: dict[str, bytes] = {}
        state: dict[str, Death] = {}
        confirmed = struck_off = 0
        alive: set[str] = set()
        for row in store.deaths(conn, programme.id):
            death = Death(row.change["death"])
            if death is Death.CONFIRMED:
                confirmed += 1
                standing[row.subject_id] = row.record_hash
            elif death is Death.NONE:
                struck_off += state.get(row.subject_id) is Death.CONFIRMED
                standing.pop(row.subject_id, None)
                alive.add(row.subject_id)
            state[row.subject_id] = death
        return self._days(conn, standing), confirmed, struck_off, len(alive)

    def _days(self, conn: Connection, standing: dict[str, bytes]) -> dict[str, date]:
        people = self._people.open(list(subjects_store.by_ids(conn, list(standing)).values()))
        sealed = records.by_hashes(conn, list(standing.values()))
        found = {}
        for subject_id, commitment in standing.items():
            if subject_id in people and commitment in sealed:
                place = record_place(commitment)
                record = people[subject_id].keys.open(place, sealed[commitment].sealed)
                found[subject_id] = date.fromisoformat(record["occurred_on"])
        return found

    def _certified_dead(
        self, conn: Connection, programme: Programme, died: dict[str, date]
    ) -> tuple[Counter[bytes], Counter[bytes]]:
        dead: Counter[bytes] = Counter()
        late: Counter[bytes] = Counter()
        for row in store.certified(conn, programme.id, 0):
            if row.subject_id in died:
                days = (local_date(row.decided_at) - died[row.subject_id]).days
                dead[row.rules_hash] += days > 0
                late[row.rules_hash] += days > LATE_DAYS
        return dead, late

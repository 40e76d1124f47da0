"""What happened on the ledger, week by week, counted while it is replayed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from ledger.chain.headers import Header
from ledger.domain.codes import ConsentStatus, Death, Status
from ledger.domain.events import (
    CertificationsRecorded,
    ConsentsRecorded,
    Event,
    OrganisationAdded,
    ProgrammeSet,
)
from ledger.domain.state import LedgerState
from ledger.encoding import entries
from ledger.encoding.words import certification, consent
from ledger.store.tables import batches, operations

_DAY = 86_400
_LOCAL = 8 * 3600
_SINCE_MONDAY = 3  # 1 January 1970 was a Thursday


def week_of(moment: int) -> int:
    """The start of a moment's week: Monday, 00:00 in UTC+8, unix seconds."""
    days = (moment + _LOCAL) // _DAY
    return ((days + _SINCE_MONDAY) // 7 * 7 - _SINCE_MONDAY) * _DAY - _LOCAL


@dataclass(slots=True)
class Activity:
    """An `Observer` that counts. Weeks are named by the unix time of their first second."""

    records: Counter[tuple[int, int, int, int]] = field(default_factory=Counter)
    """By week, the signer's organisation, programme and scheme."""
    consents: Counter[tuple[int, ConsentStatus]] = field(default_factory=Counter)
    organisations: dict[int, str] = field(default_factory=dict)
    """Their names, by number."""
    rules: dict[int, str] = field(default_factory=dict)
    """The hash of each programme's rules as they are in force, as hex."""
    _changes: Counter[int] = field(default_factory=Counter)

    def before(self, event: Event, state: LedgerState) -> None:
        """See `Observer.before`."""
        match event:
            case CertificationsRecorded():
                self._certifications(event, state)
            case ConsentsRecorded():
                week = week_of(event.position.block_time)
                for _, word, _ in entries.iterate(event.entries):
                    self.consents[week, ConsentStatus(consent.status(word))] += 1
            case OrganisationAdded():
                self.organisations[event.organisation] = event.name
            case ProgrammeSet():
                self.rules[event.programme] = event.rules_hash.hex()

    def after(self, event: Event, _: LedgerState) -> None:
        """See `Observer.after`."""

    def end(self, headers: Sequence[Header], *, judged: bool) -> None:
        """See `Observer.end`."""

    def kept(self) -> dict[str, Any]:
        """See `Observer.kept`."""
        return {
            "records": [[*key, count] for key, count in self.records.items()],
            "consents": [[*key, count] for key, count in self.consents.items()],
            "organisations": list(self.organisations.items()),
            "rules": list(self.rules.items()),
            "changes": list(self._changes.items()),
        }

    def go_on(self, kept: dict[str, Any]) -> None:
        """See `Observer.go_on`."""
        self.records = Counter({(w, o, p, s): count for w, o, p, s, count in kept["records"]})
        self.consents = Counter({(week, ConsentStatus(status)): n for week, status, n in kept["consents"]})
        self.organisations = dict(kept["organisations"])
        self.rules = dict(kept["rules"])
        self._changes = Counter(dict(kept["changes"]))

    def in_force(self, until: int) -> list[tuple[int, int]]:
        """Certifications in force at the end of each week up to the one of `until`."""
        if not self._changes:
            return []
        found, standing = [], 0
        for week in range(min(self._changes), week_of(until) + 1, 7 * _DAY):
            standing += self._changes[week]
            found.append((week, standing))
        return found

    def _certifications(self, event: CertificationsRecorded, state: LedgerState) -> None:
        now = event.position.block_time
        week = week_of(now)
        size = len(event.entries) // entries.ENTRY_SIZE
        self.records[week, event.organisation, event.programme, event.scheme] += size
        known = state.certifications.get(event.programme, {})
        changes = self._changes
        for tag, new, _ in entries.iterate(event.entries):
            old = known.get(tag, 0)
            if _stands(old) and (until := certification.valid_until(old)) > now:
                changes[week] -= 1
                changes[week_of(until)] += 1
            if _stands(new) and (until := certification.valid_until(new)) > now:
                changes[week] += 1
                changes[week_of(until)] -= 1


def seconds_to_final(conn: Connection) -> list[float]:
    """Seconds from each operation's acceptance to its batch's finality, sorted."""
    query = (
        select(batches.c.final_at - operations.c.accepted_at)
        .join(operations, operations.c.batch_id == batches.c.id)
        .where(batches.c.final_at.is_not(None))
    )
    return sorted(max(0.0, float(seconds)) for seconds in conn.execute(query).scalars())


def _stands(word: int) -> bool:
    return certification.status(word) == Status.ACTIVE and certification.death(word) != Death.CONFIRMED

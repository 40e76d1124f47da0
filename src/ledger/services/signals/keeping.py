"""What is kept of people's signals: read for an evaluation, taken back, and forgotten in time."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection

from ledger.domain.programmes import Programme, local_date, months_before
from ledger.domain.seamless.manifest import month_of
from ledger.domain.seamless.signal import Signal
from ledger.encoding.types import OrganisationId, Timestamp
from ledger.keys.signal_seal import SignalSeal
from ledger.services.context import Context
from ledger.services.signals.sorting import KEPT_MONTHS
from ledger.store import signals as store


@dataclass(frozen=True, slots=True)
class KeptSignal:
    """A signal with its row's id and the department's reference."""

    id: int
    signal: Signal
    reference: str


class Kept:
    """All signals of an installation. Not a use case of its own: those that use it check who asks."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._seal = SignalSeal(context.vault.index_key())

    def read(self, conn: Connection, subject_ids: Collection[str]) -> dict[str, list[KeptSignal]]:
        """Everything kept about people, by subject id, also what was taken back; nothing for most."""
        found: dict[str, list[KeptSignal]] = {}
        for subject_id, slot, sealed, received_at, ended_at, row_id, department in store.of_subjects(
            conn, subject_ids
        ):
            kind, day, reference = self._seal.open(slot, sealed)
            signal = Signal(
                OrganisationId(department),
                kind,
                day,
                Timestamp(received_at),
                None if ended_at is None else Timestamp(ended_at),
            )
            found.setdefault(subject_id, []).append(KeptSignal(row_id, signal, reference))
        return found

    def end_death_signs(self, conn: Connection, programme: Programme, subject_id: str) -> None:
        """Takes back every death-like signal about someone whose reported death was rescinded."""
        rules = programme.seamless
        if rules is None:
            return
        ids = [
            one.id
            for one in self.read(conn, [subject_id]).get(subject_id, [])
            if one.signal.ended_at is None and rules.is_deathlike(one.signal.kind)
        ]
        store.end(conn, ids, self._context.now())

    def forget_old(self, conn: Connection) -> int:
        """Erases what is past keeping; how many signals. What each delivery brought stays counted with it."""
        today = local_date(self._context.now())
        return store.forget_before(conn, month_of(months_before(today, KEPT_MONTHS)))

"""Signals: one open row for each person, department, kind and month; what was taken back stays, ended."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from ledger.store.chunks import chunks
from ledger.store.tables import signal_batches, signals

_COLUMNS = (
    signals.c.subject_id,
    signals.c.slot,
    signals.c.sealed,
    signals.c.received_at,
    signals.c.ended_at,
    signals.c.id,
    signal_batches.c.department_id,
)


def open_by_slots(conn: Connection, slots: Collection[bytes]) -> dict[bytes, Any]:
    """The signals that stand, by slot: id, batch_id, sealed."""
    found: dict[bytes, Any] = {}
    for chunk in chunks(slots):
        query = select(signals.c.slot, signals.c.id, signals.c.batch_id, signals.c.sealed).where(
            signals.c.slot.in_(chunk), signals.c.ended_at.is_(None)
        )
        found.update({row.slot: row for row in conn.execute(query)})
    return found


def add(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """New signals."""
    if rows:
        conn.execute(insert(signals), list(rows))


def end(conn: Connection, ids: Collection[int], at: int) -> None:
    """Takes signals back from a time on, unix seconds."""
    for chunk in chunks(ids):
        conn.execute(update(signals).where(signals.c.id.in_(chunk)).values(ended_at=at))


def of_subjects(conn: Connection, subject_ids: Collection[str]) -> Iterator[Any]:
    """Everything kept about subjects, also what was taken back: subject_id, slot, sealed, received_at,
    ended_at, id, department_id.
    """
    for chunk in chunks(subject_ids):
        query = select(*_COLUMNS).join(signal_batches, signals.c.batch_id == signal_batches.c.id)
        yield from conn.execute(query.where(signals.c.subject_id.in_(chunk))).all()


def forget_before(conn: Connection, month: int) -> int:
    """Erases what occurred before a month like 202509; how many there were."""
    return conn.execute(delete(signals).where(signals.c.month < month)).rowcount

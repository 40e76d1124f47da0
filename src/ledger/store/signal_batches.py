"""Deliveries of signals, what could not be taken of them, and what departments have agreed to report."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from ledger.store.chunks import chunks
from ledger.store.tables import signal_batches, signal_flows, signal_quarantine


def by_digest(conn: Connection, department: int, digest: bytes) -> Row[Any] | None:
    """The delivery with this manifest."""
    query = select(signal_batches).where(
        signal_batches.c.department_id == department, signal_batches.c.digest == digest
    )
    return conn.execute(query).one_or_none()


def add(conn: Connection, columns: Mapping[str, Any]) -> int:
    """A new delivery; its id."""
    added = conn.execute(insert(signal_batches).values(**columns).returning(signal_batches.c.id))
    return int(added.scalar_one())


def change(conn: Connection, batch_id: int, **columns: Any) -> None:
    """Sets columns of a delivery."""
    conn.execute(update(signal_batches).where(signal_batches.c.id == batch_id).values(**columns))


def accept(conn: Connection, batch_id: int, **columns: Any) -> None:
    """Accepts a delivery, as the next one of all departments."""
    change(conn, batch_id, state="accepted", position=accepted_count(conn), **columns)


def accepted_count(conn: Connection) -> int:
    """How many deliveries have been accepted."""
    query = select(func.count(signal_batches.c.position))
    return int(conn.execute(query).scalar_one())


def accepted(conn: Connection) -> Sequence[Any]:
    """All accepted deliveries in order: digest, signature."""
    query = select(signal_batches.c.digest, signal_batches.c.signature).where(
        signal_batches.c.position.is_not(None)
    )
    return conn.execute(query.order_by(signal_batches.c.position)).all()


def page(conn: Connection, department: int, *, before: int | None, limit: int) -> Sequence[Row[Any]]:
    """A department's deliveries with ids below `before`, the newest first."""
    query = select(signal_batches).where(signal_batches.c.department_id == department)
    if before is not None:
        query = query.where(signal_batches.c.id < before)
    return conn.execute(query.order_by(signal_batches.c.id.desc()).limit(limit)).all()


def by_id(conn: Connection, batch_id: int) -> Row[Any]:
    """A delivery that is there."""
    return conn.execute(select(signal_batches).where(signal_batches.c.id == batch_id)).one()


def forget_quarantine(conn: Connection, batch_id: int) -> None:
    """What an attempt at a delivery left in quarantine: another attempt says it anew."""
    conn.execute(delete(signal_quarantine).where(signal_quarantine.c.batch_id == batch_id))


def add_quarantine(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """What could not be taken of a delivery."""
    if rows:
        conn.execute(insert(signal_quarantine), list(rows))


def resolve(conn: Connection, ids: Collection[int], at: int) -> None:
    """Settles entries that were sent again."""
    for chunk in chunks(ids):
        conn.execute(
            update(signal_quarantine)
            .where(signal_quarantine.c.id.in_(chunk))
            .values(resolved_at=at, resolution="delivered")
        )


def waiting(conn: Connection, department: int) -> Sequence[Any]:
    """Everything that a department has not resolved yet: id, batch_id, line, reference."""
    query = select(
        signal_quarantine.c.id,
        signal_quarantine.c.batch_id,
        signal_quarantine.c.line,
        signal_quarantine.c.reference,
    ).where(signal_quarantine.c.department_id == department, signal_quarantine.c.resolved_at.is_(None))
    return conn.execute(query).all()


def quarantine(
    conn: Connection, department: int, *, after: int, limit: int, only_open: bool
) -> Sequence[Row[Any]]:
    """What waits in a department's quarantine, with ids above `after`, the oldest first."""
    query = (
        select(signal_quarantine, signal_batches.c.reference.label("delivery"))
        .join(signal_batches, signal_quarantine.c.batch_id == signal_batches.c.id)
        .where(signal_quarantine.c.department_id == department, signal_quarantine.c.id > after)
    )
    if only_open:
        query = query.where(signal_quarantine.c.resolved_at.is_(None))
    return conn.execute(query.order_by(signal_quarantine.c.id).limit(limit)).all()


def dismiss(conn: Connection, department: int, ids: Collection[int], at: int) -> int:
    """Settles entries of a department that it will not send again; how many there were."""
    done = 0
    for chunk in chunks(ids):
        done += conn.execute(
            update(signal_quarantine)
            .where(
                signal_quarantine.c.department_id == department,
                signal_quarantine.c.id.in_(chunk),
                signal_quarantine.c.resolved_at.is_(None),
            )
            .values(resolved_at=at, resolution="dismissed")
        ).rowcount
    return done


def flows(conn: Connection, department: int | None = None) -> Sequence[Row[Any]]:
    """What departments, or one of them, have agreed to report."""
    query = select(signal_flows)
    if department is not None:
        query = query.where(signal_flows.c.department_id == department)
    return conn.execute(query.order_by(signal_flows.c.department_id, signal_flows.c.kind)).all()


def set_flow(conn: Connection, columns: Mapping[str, Any]) -> None:
    """What a department agrees to report, in place of what it agreed to for the kind before."""
    conn.execute(
        delete(signal_flows).where(
            signal_flows.c.department_id == columns["department_id"],
            signal_flows.c.kind == columns["kind"],
        )
    )
    conn.execute(insert(signal_flows).values(**columns))

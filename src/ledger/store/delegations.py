"""Who may decide for a person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from ledger.store.tables import delegations


def add(conn: Connection, **columns: Any) -> None:
    """A new delegation."""
    conn.execute(insert(delegations).values(**columns))


def by_id(conn: Connection, delegation_id: str) -> Row[Any] | None:
    """A delegation's row."""
    return conn.execute(select(delegations).where(delegations.c.id == delegation_id)).one_or_none()


def of_subject(conn: Connection, subject_id: str) -> Sequence[Row[Any]]:
    """A person's delegations, the newest first."""
    query = select(delegations).where(delegations.c.subject_id == subject_id)
    return conn.execute(query.order_by(delegations.c.recorded_at.desc(), delegations.c.id)).all()


def end(conn: Connection, delegation_id: str, at: int, by: str) -> None:
    """Ends a delegation, if it has not ended."""
    ended = update(delegations).where(delegations.c.id == delegation_id, delegations.c.ended_at.is_(None))
    conn.execute(ended.values(ended_at=at, ended_by=by))

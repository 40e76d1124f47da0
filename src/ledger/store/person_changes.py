"""Corrections of what is known about people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from ledger.store.tables import person_changes


def add(conn: Connection, **columns: Any) -> None:
    """One correction."""
    conn.execute(insert(person_changes).values(**columns))


def of_subject(conn: Connection, subject_id: str) -> Sequence[Row[Any]]:
    """A person's corrections, the oldest first."""
    query = select(person_changes).where(person_changes.c.subject_id == subject_id)
    return conn.execute(query.order_by(person_changes.c.version)).all()

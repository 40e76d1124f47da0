"""Answers kept by idempotency key."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, RowMapping, delete, insert, select

from ledger.store.tables import idempotency_keys


def find(conn: Connection, actor: str, key: str) -> RowMapping | None:
    """What was answered to this actor under this key."""
    query = select(idempotency_keys).where(idempotency_keys.c.actor == actor, idempotency_keys.c.key == key)
    return conn.execute(query).mappings().one_or_none()


def keep(conn: Connection, **columns: Any) -> None:
    """Keeps an answer."""
    conn.execute(insert(idempotency_keys).values(**columns))


def forget(conn: Connection, before: int) -> None:
    """Deletes answers older than a time."""
    conn.execute(delete(idempotency_keys).where(idempotency_keys.c.created_at < before))

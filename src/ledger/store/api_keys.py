"""API keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from ledger.store.tables import api_keys


def add(conn: Connection, **columns: Any) -> None:
    """A new key."""
    conn.execute(insert(api_keys).values(**columns))


def by_id(conn: Connection, key_id: str) -> RowMapping | None:
    """A key's row."""
    return conn.execute(select(api_keys).where(api_keys.c.id == key_id)).mappings().one_or_none()


def all_keys(conn: Connection) -> Sequence[RowMapping]:
    """All keys' rows, newest first."""
    return (
        conn.execute(select(api_keys).order_by(api_keys.c.created_at.desc(), api_keys.c.id)).mappings().all()
    )


def end(conn: Connection, key_id: str, at: int) -> None:
    """Ends a key, if it has not ended."""
    conn.execute(
        update(api_keys).where(api_keys.c.id == key_id, api_keys.c.ended_at.is_(None)).values(ended_at=at)
    )

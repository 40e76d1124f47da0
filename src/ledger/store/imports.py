"""Imports of rosters."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select

from ledger.store.tables import imports


def add(conn: Connection, **columns: Any) -> None:
    """A finished import."""
    conn.execute(insert(imports).values(**columns))


def by_id(conn: Connection, import_id: str) -> RowMapping | None:
    """An import's row."""
    return conn.execute(select(imports).where(imports.c.id == import_id)).mappings().one_or_none()

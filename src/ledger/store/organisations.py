"""Organisations, as this installation names them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from ledger.store.tables import organisations


def add(conn: Connection, **columns: Any) -> None:
    """A new organisation."""
    conn.execute(insert(organisations).values(**columns))


def change(conn: Connection, organisation_id: int, **columns: Any) -> None:
    """Sets columns of an organisation."""
    conn.execute(update(organisations).where(organisations.c.id == organisation_id).values(**columns))


def all_organisations(conn: Connection) -> Sequence[RowMapping]:
    """All rows, by id."""
    return conn.execute(select(organisations).order_by(organisations.c.id)).mappings().all()

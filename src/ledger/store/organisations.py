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


def only_active(conn: Connection, kind: str) -> int | None:
    """The number of the one organisation of a kind that has not ended; None if there is none, or several."""
    query = select(organisations.c.id).where(organisations.c.kind == kind, organisations.c.ended_at.is_(None))
    found = conn.execute(query).scalars().all()
    return found[0] if len(found) == 1 else None


def all_organisations(conn: Connection) -> Sequence[RowMapping]:
    """All rows, by id."""
    return conn.execute(select(organisations).order_by(organisations.c.id)).mappings().all()

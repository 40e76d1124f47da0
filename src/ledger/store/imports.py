"""Imports of rosters, and the cases they open."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, RowMapping, and_, insert, or_, select

from ledger.store.chunks import chunks
from ledger.store.tables import cases, imports


def add(conn: Connection, **columns: Any) -> None:
    """A finished import."""
    conn.execute(insert(imports).values(**columns))


def by_id(conn: Connection, import_id: str) -> RowMapping | None:
    """An import's row."""
    return conn.execute(select(imports).where(imports.c.id == import_id)).mappings().one_or_none()


def add_cases(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """New cases."""
    if rows:
        conn.execute(insert(cases), list(rows))


def case_ids_by_token(conn: Connection, tokens: Collection[bytes]) -> dict[bytes, str]:
    """Case ids by the token of their row."""
    found: dict[bytes, str] = {}
    for chunk in chunks(tokens):
        query = select(cases.c.token, cases.c.id).where(cases.c.token.in_(chunk))
        found.update((row.token, row.id) for row in conn.execute(query))
    return found


def cases_by_ids(conn: Connection, ids: Collection[str]) -> dict[str, Row[Any]]:
    """Cases' rows by id."""
    found: dict[str, Row[Any]] = {}
    for chunk in chunks(ids):
        found.update((row.id, row) for row in conn.execute(select(cases).where(cases.c.id.in_(chunk))))
    return found


def open_cases(conn: Connection, communities: Collection[int], importer: str | None) -> list[Row[Any]]:
    """Id, import, community and time of communities' open cases, the oldest first; with those of no community
    that `importer`, a user's id, brought in.
    """
    own: ColumnElement[bool] = cases.c.community_id.in_(list(communities))
    if importer is not None:
        brought = select(imports.c.id).where(imports.c.user_id == importer)
        own = or_(own, and_(cases.c.community_id.is_(None), cases.c.import_id.in_(brought)))
    query = (
        select(cases.c.id, cases.c.import_id, cases.c.community_id, cases.c.created_at)
        .where(cases.c.state == "open", own)
        .order_by(cases.c.created_at, cases.c.id)
    )
    return list(conn.execute(query))

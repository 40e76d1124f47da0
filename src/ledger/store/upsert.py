"""Insert, or bring up to date what is there: the same statement in two dialects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def upsert(conn: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Rows by primary key, every other column set. All rows hold the same columns."""
    if not rows:
        return
    insert = sqlite.insert if conn.dialect.name == "sqlite" else postgresql.insert
    statement = insert(table)
    changed = {name: statement.excluded[name] for name in rows[0] if not table.c[name].primary_key}
    conn.execute(
        statement.on_conflict_do_update(index_elements=list(table.primary_key.columns), set_=changed),
        list(rows),
    )

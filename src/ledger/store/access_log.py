"""The access log: rows are added, never changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select

from ledger.store.tables import access_log


def add(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """New entries, in order."""
    if rows:
        conn.execute(insert(access_log), list(rows))


def page(conn: Connection, *, subject_id: str | None, before: int | None, limit: int) -> Sequence[RowMapping]:
    """Entries below a sequence number, newest first; of one subject if given."""
    query = select(access_log)
    if subject_id is not None:
        query = query.where(access_log.c.subject_id == subject_id)
    if before is not None:
        query = query.where(access_log.c.sequence < before)
    return conn.execute(query.order_by(access_log.c.sequence.desc()).limit(limit)).mappings().all()

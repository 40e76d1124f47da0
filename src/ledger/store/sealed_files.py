"""Files sealed as evidence."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, select

from ledger.store.tables import sealed_files
from ledger.store.upsert import upsert


def keep(conn: Connection, **columns: Any) -> None:
    """Keeps a sealed file; the same once more replaces it."""
    upsert(conn, sealed_files, [columns])


def find(conn: Connection, subject_id: str, sha256: str) -> Row[Any] | None:
    """A sealed file of a person."""
    query = select(sealed_files).where(
        sealed_files.c.subject_id == subject_id, sealed_files.c.sha256 == sha256
    )
    return conn.execute(query).one_or_none()

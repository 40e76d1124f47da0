"""Sealed records, and the operator's own map from tags to what they stand for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from ledger.store.chunks import chunks
from ledger.store.tables import records, tags


def add(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """New sealed records."""
    if rows:
        conn.execute(insert(records), list(rows))


def by_hashes(conn: Connection, hashes: Collection[bytes]) -> dict[bytes, Row[Any]]:
    """Sealed records by their commitment."""
    found: dict[bytes, Row[Any]] = {}
    for chunk in chunks(hashes):
        query = select(records).where(records.c.record_hash.in_(chunk))
        found.update((row.record_hash, row) for row in conn.execute(query))
    return found


def add_tags(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """What new tags stand for. Every row holds the same columns."""
    if rows:
        conn.execute(insert(tags), list(rows))


def tags_by_ids(conn: Connection, ids: Collection[str]) -> dict[str, Row[Any]]:
    """Tags by the ids that name them in the API."""
    found: dict[str, Row[Any]] = {}
    for chunk in chunks(ids):
        found.update((row.id, row) for row in conn.execute(select(tags).where(tags.c.id.in_(chunk))))
    return found


def certification_tags(conn: Connection, programme: int, subject_ids: Collection[str]) -> dict[str, bytes]:
    """The tags of subjects in a programme, of those that have one."""
    found: dict[str, bytes] = {}
    for chunk in chunks(subject_ids):
        query = select(tags.c.subject_id, tags.c.tag).where(
            tags.c.kind == "certification", tags.c.programme == programme, tags.c.subject_id.in_(chunk)
        )
        found.update((row.subject_id, row.tag) for row in conn.execute(query))
    return found


def known_tags(conn: Connection, wanted: Collection[bytes]) -> dict[bytes, Row[Any]]:
    """Those of the tags that are known here."""
    found: dict[bytes, Row[Any]] = {}
    for chunk in chunks(wanted):
        found.update((row.tag, row) for row in conn.execute(select(tags).where(tags.c.tag.in_(chunk))))
    return found


def consents_of(conn: Connection, subject_id: str) -> Sequence[Row[Any]]:
    """The consent tags of a subject."""
    query = select(tags).where(tags.c.subject_id == subject_id, tags.c.kind == "consent")
    return conn.execute(query).all()

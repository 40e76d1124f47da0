"""The access log: entries are added, never changed, each a leaf of an RFC 6962 tree (`store.access_tree`).

Nothing else writes to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, func, insert, select

from ledger.domain.access.entry import Entry
from ledger.store import access_tree
from ledger.store.tables import access_log

__all__ = ["Entry", "about", "append", "entry_of", "index_of", "page", "secret", "time_of"]


_ADDED = insert(access_log)


def append(conn: Connection, entries: Sequence[Entry]) -> int:
    """Adds entries, in order, and grows the tree by them; the index of the first.

    Whoever adds next waits for the end of this transaction, so it comes late in it, and once.
    """
    leaves = [entry.leaf() for entry in entries]
    first = access_tree.grow(conn, leaves)
    rows = [
        {"sequence": first + offset + 1, "leaf_hash": leaf, **_columns(entry)}
        for offset, (entry, leaf) in enumerate(zip(entries, leaves, strict=True))
    ]
    if rows:
        conn.execute(_ADDED, rows)
    return first


def entry_of(row: RowMapping) -> Entry:
    """The entry of a row."""
    return Entry(**{name: row[name] for name in Entry.__slots__})


def page(conn: Connection, *, subject_id: str | None, before: int | None, limit: int) -> Sequence[RowMapping]:
    """Entries below a sequence number, newest first; of one subject if given."""
    query = select(access_log)
    if subject_id is not None:
        query = query.where(access_log.c.subject_id == subject_id)
    if before is not None:
        query = query.where(access_log.c.sequence < before)
    return conn.execute(query.order_by(access_log.c.sequence.desc()).limit(limit)).mappings().all()


def about(conn: Connection, subject_id: str, *, since: float, most: int) -> Sequence[RowMapping]:
    """The newest entries about a person since a time (unix seconds), newest first."""
    query = select(access_log).where(access_log.c.subject_id == subject_id, access_log.c.at >= since)
    return conn.execute(query.order_by(access_log.c.sequence.desc()).limit(most)).mappings().all()


def secret(conn: Connection, now: float) -> tuple[int, int | None]:
    """How many entries the law keeps from their persons at `now`, and when the next is released."""
    query = select(func.count(), func.min(access_log.c.secret_until)).where(access_log.c.secret_until > now)
    count, soonest = conn.execute(query).one()
    return count, soonest


def index_of(conn: Connection, leaf: bytes) -> int | None:
    """The index of the entry with this leaf hash, from 0."""
    query = select(access_log.c.sequence).where(access_log.c.leaf_hash == leaf)
    sequence = conn.execute(query).scalar_one_or_none()
    return None if sequence is None else int(sequence) - 1


def time_of(conn: Connection, index: int) -> float | None:
    """When the entry of an index was written, unix seconds; None if there is none yet."""
    query = select(access_log.c.at).where(access_log.c.sequence == index + 1)
    return conn.execute(query).scalar_one_or_none()


def _columns(entry: Entry) -> dict[str, Any]:
    columns = {name: getattr(entry, name) for name in Entry.__slots__}
    columns["detail"] = None if entry.detail is None else dict(entry.detail)
    return columns

"""The access log: entries are added, never changed. Nothing else writes to it.

Each entry is a leaf of an RFC 6962 tree: SHA-256 of its canonical JSON.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select

from ledger.domain.merkle import leaf_hash
from ledger.encoding.canonical import canonical_json
from ledger.store.tables import access_log


@dataclass(frozen=True, slots=True)
class Entry:
    """Who asked for what about whom, when (unix seconds), and what came of it."""

    at: float
    actor: str
    """User or API key id."""
    organisation_id: int
    subject_id: str | None
    """None for what is about nobody in particular, as a search."""
    action: str
    outcome: str
    purpose: str | None = None
    detail: Mapping[str, str | int] | None = None

    def columns(self) -> dict[str, Any]:
        """The row but for its number and leaf: what the leaf is the hash of."""
        return {
            "at": self.at,
            "actor": self.actor,
            "organisation_id": self.organisation_id,
            "subject_id": self.subject_id,
            "action": self.action,
            "purpose": self.purpose,
            "outcome": self.outcome,
            "detail": None if self.detail is None else dict(self.detail),
        }


def append(conn: Connection, entries: Sequence[Entry]) -> None:
    """New entries, in order, within the caller's transaction."""
    rows = [entry.columns() for entry in entries]
    if rows:
        leaves = [{**row, "leaf_hash": leaf_hash(canonical_json(row))} for row in rows]
        conn.execute(insert(access_log), leaves)


def page(conn: Connection, *, subject_id: str | None, before: int | None, limit: int) -> Sequence[RowMapping]:
    """Entries below a sequence number, newest first; of one subject if given."""
    query = select(access_log)
    if subject_id is not None:
        query = query.where(access_log.c.subject_id == subject_id)
    if before is not None:
        query = query.where(access_log.c.sequence < before)
    return conn.execute(query.order_by(access_log.c.sequence.desc()).limit(limit)).mappings().all()

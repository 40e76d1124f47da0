"""API keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, insert, select, update

from ledger.store.hot import HotQuery, Reading, from_json
from ledger.store.tables import api_keys, organisations


def add(conn: Connection, **columns: Any) -> None:
    """A new key."""
    conn.execute(insert(api_keys).values(**columns))


_CREDENTIAL = HotQuery(
    select(
        api_keys.c.id,
        api_keys.c.secret_hash,
        api_keys.c.organisation_id,
        api_keys.c.label,
        api_keys.c.scopes,
        api_keys.c.expires_at,
    )
    .join(organisations, api_keys.c.organisation_id == organisations.c.id)
    .where(
        api_keys.c.id == bindparam("id"),
        api_keys.c.ended_at.is_(None),
        organisations.c.ended_at.is_(None),
    )
)


@dataclass(frozen=True, slots=True)
class Credential:
    """A key that has not ended, of an organisation that has not."""

    id: str
    secret_hash: bytes
    organisation_id: int
    label: str
    scopes: list[str]
    expires_at: int


def credential(reading: Reading, key_id: str) -> Credential | None:
    """The key of this id, if it opens anything."""
    row = reading.one(_CREDENTIAL, id=key_id)
    if row is None:
        return None
    key, secret_hash, organisation_id, label, scopes, expires_at = row
    return Credential(key, secret_hash, organisation_id, label, from_json(scopes), expires_at)


def by_id(conn: Connection, key_id: str) -> RowMapping | None:
    """A key's row."""
    return conn.execute(select(api_keys).where(api_keys.c.id == key_id)).mappings().one_or_none()


def all_keys(conn: Connection) -> Sequence[RowMapping]:
    """All keys' rows, newest first."""
    return (
        conn.execute(select(api_keys).order_by(api_keys.c.created_at.desc(), api_keys.c.id)).mappings().all()
    )


def end(conn: Connection, key_id: str, at: int) -> None:
    """Ends a key, if it has not ended."""
    conn.execute(
        update(api_keys).where(api_keys.c.id == key_id, api_keys.c.ended_at.is_(None)).values(ended_at=at)
    )

"""Mandates to read a person's statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from ledger.store.tables import reading_mandates, users

_WITH_LOGIN = select(reading_mandates, users.c.login).join(users, users.c.id == reading_mandates.c.user_id)


def add(conn: Connection, row: Mapping[str, Any]) -> None:
    """A new mandate."""
    conn.execute(insert(reading_mandates).values(**row))


def by_id(conn: Connection, mandate_id: str) -> RowMapping | None:
    """The mandate of this id."""
    query = _WITH_LOGIN.where(reading_mandates.c.id == mandate_id)
    return conn.execute(query).mappings().one_or_none()


def of_subject(conn: Connection, subject_id: str) -> Sequence[RowMapping]:
    """Every mandate that a person ever gave, oldest first."""
    query = _WITH_LOGIN.where(reading_mandates.c.subject_id == subject_id)
    return conn.execute(query.order_by(reading_mandates.c.given_at, reading_mandates.c.id)).mappings().all()


def in_force(conn: Connection, user_id: str, now: int) -> list[str]:
    """The persons whose statements a user may read at `now`, unix seconds."""
    query = select(reading_mandates.c.subject_id).where(
        reading_mandates.c.user_id == user_id,
        reading_mandates.c.valid_until > now,
        reading_mandates.c.revoked_at.is_(None),
    )
    return list(conn.execute(query.distinct().order_by(reading_mandates.c.subject_id)).scalars())


def revoke(conn: Connection, mandate_id: str, *, at: int, by: str) -> None:
    """Ends a mandate; the first revocation stays."""
    one = (reading_mandates.c.id == mandate_id) & reading_mandates.c.revoked_at.is_(None)
    conn.execute(update(reading_mandates).where(one).values(revoked_at=at, revoked_by=by))

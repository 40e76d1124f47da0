"""Users, their communities, their sessions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, func, insert, or_, select, update

from ledger.store.tables import sessions, user_communities, users


def add(conn: Connection, *, communities: Iterable[int], **columns: Any) -> None:
    """A new user with the ids of their communities."""
    conn.execute(insert(users).values(**columns))
    rows = [{"user_id": columns["id"], "organisation_id": community} for community in communities]
    if rows:
        conn.execute(insert(user_communities), rows)


def change(conn: Connection, user_id: str, **columns: Any) -> None:
    """Sets columns of a user."""
    conn.execute(update(users).where(users.c.id == user_id).values(**columns))


def count_failure(conn: Connection, user_id: str) -> int:
    """Counts a failed sign-in; the number of failures in a row."""
    counted = update(users).where(users.c.id == user_id).values(failed_sign_ins=users.c.failed_sign_ins + 1)
    conn.execute(counted)
    return int(conn.execute(select(users.c.failed_sign_ins).where(users.c.id == user_id)).scalar_one())


def by_id(conn: Connection, user_id: str) -> RowMapping | None:
    """A user's row."""
    return conn.execute(select(users).where(users.c.id == user_id)).mappings().one_or_none()


def by_login(conn: Connection, login: str) -> RowMapping | None:
    """A user's row."""
    return conn.execute(select(users).where(users.c.login == login)).mappings().one_or_none()


def by_invitation(conn: Connection, token_hash: bytes) -> RowMapping | None:
    """The user whose one-time link this is."""
    return conn.execute(select(users).where(users.c.invitation_hash == token_hash)).mappings().one_or_none()


def all_users(conn: Connection) -> Sequence[RowMapping]:
    """All users' rows, by login."""
    return conn.execute(select(users).order_by(users.c.login)).mappings().all()


def display_names(conn: Connection, ids: Iterable[str]) -> dict[str, str]:
    """Names to show for user ids."""
    rows = conn.execute(select(users.c.id, users.c.display_name).where(users.c.id.in_(list(ids))))
    return {row.id: row.display_name for row in rows}


def active_with_role(conn: Connection, role: str) -> int:
    """How many users with a role have not ended."""
    query = select(func.count()).select_from(users).where(users.c.role == role, users.c.ended_at.is_(None))
    return int(conn.execute(query).scalar_one())


def communities_of(conn: Connection, user_ids: Iterable[str]) -> dict[str, list[int]]:
    """Organisation ids of the communities of each user that has any."""
    query = select(user_communities).where(user_communities.c.user_id.in_(list(user_ids)))
    found: dict[str, list[int]] = {}
    for row in conn.execute(query.order_by(user_communities.c.organisation_id)):
        found.setdefault(row.user_id, []).append(row.organisation_id)
    return found


def add_session(conn: Connection, **columns: Any) -> None:
    """A new session."""
    conn.execute(insert(sessions).values(**columns))


def session(conn: Connection, token_hash: bytes) -> RowMapping | None:
    """A session's row."""
    return conn.execute(select(sessions).where(sessions.c.token_hash == token_hash)).mappings().one_or_none()


def end_session(conn: Connection, token_hash: bytes, at: int) -> None:
    """Ends a session, if it has not ended."""
    ended = update(sessions).where(sessions.c.token_hash == token_hash, sessions.c.ended_at.is_(None))
    conn.execute(ended.values(ended_at=at))


def end_sessions(conn: Connection, user_id: str, at: int) -> None:
    """Ends all sessions of a user."""
    ended = update(sessions).where(sessions.c.user_id == user_id, sessions.c.ended_at.is_(None))
    conn.execute(ended.values(ended_at=at))


def forget_sessions(conn: Connection, before: int) -> None:
    """Deletes sessions that ended or expired before a time."""
    conn.execute(delete(sessions).where(or_(sessions.c.expires_at < before, sessions.c.ended_at < before)))

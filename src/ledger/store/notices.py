"""Notices on their way."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Row, and_, func, insert, or_, select, update

from ledger.store.chunks import chunks
from ledger.store.tables import notices, subjects


def add(conn: Connection, **columns: Any) -> None:
    """A notice to be sent."""
    conn.execute(insert(notices).values(**columns))


def by_ids(conn: Connection, ids: Collection[str]) -> dict[str, Row[Any]]:
    """Notices by id."""
    found: dict[str, Row[Any]] = {}
    for chunk in chunks(ids):
        query = select(notices).where(notices.c.id.in_(chunk))
        found.update((row.id, row) for row in conn.execute(query))
    return found


def of_subject(conn: Connection, subject_id: str, purpose: str | None = None) -> Sequence[Row[Any]]:
    """A person's notices, oldest first; those of one purpose, if given."""
    query = select(notices).where(notices.c.subject_id == subject_id)
    if purpose is not None:
        query = query.where(notices.c.purpose == purpose)
    return conn.execute(query.order_by(notices.c.created_at, notices.c.id)).all()


def waiting(conn: Connection, ways: Collection[str], now: int, limit: int) -> Sequence[Row[Any]]:
    """Those to be sent now."""
    query = select(notices).where(
        notices.c.state == "waiting", notices.c.way.in_(list(ways)), notices.c.next_attempt_at <= now
    )
    return conn.execute(query.order_by(notices.c.next_attempt_at, notices.c.id).limit(limit)).all()


def in_communities(
    conn: Connection, communities: Collection[int], *, way: str | None, state: str, offset: int, limit: int
) -> tuple[int, Sequence[Row[Any]]]:
    """How many notices to people of some communities are in a state, and a page of them, oldest first."""
    conditions = [
        subjects.c.community_id.in_(list(communities)),
        subjects.c.state == "active",
        notices.c.state == state,
    ]
    if way is not None:
        conditions.append(notices.c.way == way)
    joined = notices.join(subjects, subjects.c.id == notices.c.subject_id)
    total = conn.execute(select(func.count()).select_from(joined).where(and_(*conditions))).scalar_one()
    query = select(notices).select_from(joined).where(and_(*conditions))
    page = query.order_by(notices.c.created_at, notices.c.id).offset(offset).limit(limit)
    return int(total), conn.execute(page).all()


def claim(conn: Connection, notice_id: str, attempts: int, next_attempt_at: int) -> bool:
    """Takes the next attempt at a notice, so that nobody else makes it; whether it was still to be made."""
    query = update(notices).where(
        notices.c.id == notice_id, notices.c.state == "waiting", notices.c.attempts == attempts
    )
    values = {"attempts": attempts + 1, "next_attempt_at": next_attempt_at}
    return conn.execute(query.values(**values)).rowcount == 1


def change(conn: Connection, notice_id: str, **columns: Any) -> None:
    """What became of a notice."""
    conn.execute(update(notices).where(notices.c.id == notice_id).values(**columns))


def end_waiting(conn: Connection, subject_id: str, purposes: Collection[str]) -> None:
    """Those not sent yet are of no use any more."""
    query = update(notices).where(
        notices.c.subject_id == subject_id,
        notices.c.purpose.in_(list(purposes)),
        or_(notices.c.state == "waiting", notices.c.state == "printed"),
    )
    conn.execute(query.values(state="failed", reason="notice.not_needed"))

"""Moves of people between communities, and who was responsible for whom on a day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, insert, or_, select, update

from ledger.store.chunks import chunks
from ledger.store.tables import person_moves, subjects


def add(conn: Connection, **columns: Any) -> None:
    """A move, offered or already accepted."""
    conn.execute(insert(person_moves).values(**columns))


def by_id(conn: Connection, move_id: str) -> Row[Any] | None:
    """A move's row."""
    return conn.execute(select(person_moves).where(person_moves.c.id == move_id)).one_or_none()


def decide(conn: Connection, move_id: str, **columns: Any) -> bool:
    """Accepts or declines an offer. False, and nothing is changed, if it is no longer one."""
    offered = (person_moves.c.id == move_id) & (person_moves.c.state == "offered")
    return conn.execute(update(person_moves).where(offered).values(**columns)).rowcount == 1


def offered(conn: Connection, communities: Sequence[int]) -> Sequence[Row[Any]]:
    """Offers that communities have made or got, the oldest first."""
    query = select(person_moves).where(
        person_moves.c.state == "offered",
        or_(person_moves.c.from_id.in_(communities), person_moves.c.to_id.in_(communities)),
    )
    return conn.execute(query.order_by(person_moves.c.offered_at, person_moves.c.id)).all()


def of_subject(conn: Connection, subject_id: str) -> Sequence[Row[Any]]:
    """A person's moves, the oldest first."""
    query = select(person_moves).where(person_moves.c.subject_id == subject_id)
    return conn.execute(query.order_by(person_moves.c.offered_at, person_moves.c.id)).all()


def responsible_on(conn: Connection, community: int, day: str) -> list[Row[Any]]:
    """The active subjects for whom a community was responsible on a day (YYYY-MM-DD), by id."""
    later = (
        select(person_moves.c.subject_id, person_moves.c.from_id)
        .where(person_moves.c.state == "accepted", person_moves.c.effective_on > day)
        .order_by(person_moves.c.effective_on.desc(), person_moves.c.decided_at.desc())
    )
    # The earliest of the later moves is read last, and says where the person was on the day.
    was_in = {row.subject_id: row.from_id for row in conn.execute(later)}
    active = select(subjects).where(subjects.c.state == "active")
    found = [
        row
        for row in conn.execute(active.where(subjects.c.community_id == community))
        if was_in.get(row.id, community) == community
    ]
    left = [subject_id for subject_id, origin in was_in.items() if origin == community]
    for chunk in chunks(left):
        elsewhere = subjects.c.id.in_(chunk) & (subjects.c.community_id != community)
        found.extend(conn.execute(active.where(elsewhere)))
    return sorted(found, key=lambda row: str(row.id))

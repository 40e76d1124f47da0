"""Ladders, their steps, and when our own systems were out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, func, insert, or_, select, update

from ledger.domain.outages import Outage
from ledger.store.chunks import chunks
from ledger.store.tables import ladder_steps, ladders, notices, subjects
from ledger.store.tables import outages as outages_table


def outages(conn: Connection) -> list[Outage]:
    """Every time that our own systems were out."""
    query = select(outages_table).order_by(outages_table.c.started_at)
    return [Outage(row.started_at, row.ended_at) for row in conn.execute(query)]


def open_outage(conn: Connection, cause: str) -> Row[Any] | None:
    """The outage of this cause that goes on, if one does."""
    query = select(outages_table).where(outages_table.c.cause == cause, outages_table.c.ended_at.is_(None))
    return conn.execute(query).first()


def add_outage(conn: Connection, cause: str, started_at: int, ended_at: int | None) -> None:
    """An outage; without an end it goes on."""
    conn.execute(insert(outages_table).values(cause=cause, started_at=started_at, ended_at=ended_at))


def end_outage(conn: Connection, cause: str, at: int) -> None:
    """The outage of this cause is over."""
    query = update(outages_table).where(outages_table.c.cause == cause, outages_table.c.ended_at.is_(None))
    conn.execute(query.values(ended_at=at))


def add(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """New ladders."""
    if rows:
        conn.execute(insert(ladders), list(rows))


def open_of_subjects(conn: Connection, programme: int, subject_ids: Collection[str]) -> dict[str, Row[Any]]:
    """The ladder of each subject that stands on one in a programme."""
    found: dict[str, Row[Any]] = {}
    for chunk in chunks(subject_ids):
        query = select(ladders).where(
            ladders.c.subject_id.in_(chunk), ladders.c.programme == programme, ladders.c.closed_at.is_(None)
        )
        found.update((row.subject_id, row) for row in conn.execute(query))
    return found


def continued_since(conn: Connection, programme: int, since: int) -> set[str]:
    """Subjects whom a reviewer decided to go on paying since then."""
    query = select(ladders.c.subject_id).where(
        ladders.c.programme == programme, ladders.c.outcome == "continued", ladders.c.closed_at > since
    )
    return set(conn.execute(query).scalars())


def of_subject(conn: Connection, programme: int, subject_id: str) -> Row[Any] | None:
    """The ladder that a subject stands on, or stood on last."""
    query = select(ladders).where(ladders.c.subject_id == subject_id, ladders.c.programme == programme)
    return conn.execute(query.order_by(ladders.c.opened_at.desc()).limit(1)).first()


def by_id(conn: Connection, ladder_id: str) -> Row[Any] | None:
    """A ladder."""
    return conn.execute(select(ladders).where(ladders.c.id == ladder_id)).one_or_none()


def page_after(conn: Connection, programme: int, ladder_id: str, limit: int) -> Sequence[Row[Any]]:
    """Open ladders of a programme after one, by id."""
    query = select(ladders).where(
        ladders.c.programme == programme, ladders.c.closed_at.is_(None), ladders.c.id > ladder_id
    )
    return conn.execute(query.order_by(ladders.c.id).limit(limit)).all()


def steps_of(conn: Connection, ladder_ids: Collection[str]) -> dict[str, list[Row[Any]]]:
    """The steps taken on each ladder, in order, each with its notice's `delivered_at` and `state`."""
    found: dict[str, list[Row[Any]]] = {}
    joined = ladder_steps.outerjoin(notices, notices.c.id == ladder_steps.c.notice_id)
    columns = (notices.c.state.label("notice_state"), notices.c.delivered_at.label("notice_delivered_at"))
    for chunk in chunks(ladder_ids):
        query = select(ladder_steps, *columns).select_from(joined)
        query = query.where(ladder_steps.c.ladder_id.in_(chunk)).order_by(ladder_steps.c.sequence)
        for row in conn.execute(query):
            found.setdefault(row.ladder_id, []).append(row)
    return found


def add_step(conn: Connection, **columns: Any) -> None:
    """A step taken."""
    conn.execute(insert(ladder_steps).values(**columns))


def change(conn: Connection, ladder_id: str, **columns: Any) -> None:
    """Where a ladder stands now."""
    conn.execute(update(ladders).where(ladders.c.id == ladder_id).values(**columns))


def close(conn: Connection, ladder_id: str, outcome: str, at: int) -> bool:
    """Ends a ladder; whether it was open."""
    query = update(ladders).where(ladders.c.id == ladder_id, ladders.c.closed_at.is_(None))
    return conn.execute(query.values(closed_at=at, outcome=outcome, step="end")).rowcount == 1


def in_communities(
    conn: Connection,
    communities: Collection[int],
    *,
    programme: int,
    steps: Collection[str],
    now: int,
    offset: int,
    limit: int,
) -> tuple[int, Sequence[Row[Any]]]:
    """How many people of some communities stand before one of these steps now, and a page of their ladders:
    those whose certification ends first, first.
    """
    conditions = [
        subjects.c.community_id.in_(list(communities)),
        subjects.c.state == "active",
        ladders.c.programme == programme,
        ladders.c.closed_at.is_(None),
        ladders.c.step.in_(list(steps)),
        or_(ladders.c.next_at <= now, ladders.c.step == "grace"),
    ]
    joined = ladders.join(subjects, subjects.c.id == ladders.c.subject_id)
    total = conn.execute(select(func.count()).select_from(joined).where(*conditions)).scalar_one()
    query = select(ladders, subjects.c.community_id).select_from(joined).where(*conditions)
    page = query.order_by(ladders.c.valid_until, ladders.c.id).offset(offset).limit(limit)
    return int(total), conn.execute(page).all()


def count_by_step(conn: Connection, programme: int) -> dict[str, int]:
    """How many open ladders stand before each step."""
    query = select(ladders.c.step, func.count().label("number")).where(
        ladders.c.programme == programme, ladders.c.closed_at.is_(None)
    )
    return {row.step: row.number for row in conn.execute(query.group_by(ladders.c.step))}

"""Runs of seamless certification and what they came to."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from ledger.store.chunks import chunks
from ledger.store.tables import operations, seamless_outcomes, seamless_runs
from ledger.store.upsert import upsert


def add_run(conn: Connection, columns: Mapping[str, Any]) -> None:
    """A run that begins."""
    conn.execute(insert(seamless_runs).values(**columns))


def change_run(conn: Connection, run_id: str, **columns: Any) -> None:
    """Sets columns of a run."""
    conn.execute(update(seamless_runs).where(seamless_runs.c.id == run_id).values(**columns))


def run(conn: Connection, run_id: str) -> Row[Any] | None:
    """One run."""
    return conn.execute(select(seamless_runs).where(seamless_runs.c.id == run_id)).one_or_none()


def runs(conn: Connection, programme: int, limit: int) -> Sequence[Row[Any]]:
    """The latest runs, the newest first."""
    query = select(seamless_runs).where(seamless_runs.c.programme == programme)
    return conn.execute(
        query.order_by(seamless_runs.c.started_at.desc(), seamless_runs.c.id.desc()).limit(limit)
    ).all()


def interrupt_runs(conn: Connection, programme: int) -> None:
    """Says of runs that are not over that they were cut off. Whoever says so must be alone at it."""
    conn.execute(
        update(seamless_runs)
        .where(seamless_runs.c.programme == programme, seamless_runs.c.state == "running")
        .values(state="interrupted")
    )


def outcomes(
    conn: Connection, programme: int, subject_ids: Collection[str]
) -> dict[tuple[str, int], Row[Any]]:
    """What is known of people, by subject id and period, with the state of the certification's operation."""
    found: dict[tuple[str, int], Row[Any]] = {}
    for chunk in chunks(subject_ids):
        query = (
            select(seamless_outcomes, operations.c.state.label("operation_state"))
            .outerjoin(operations, operations.c.id == seamless_outcomes.c.operation_id)
            .where(seamless_outcomes.c.programme == programme, seamless_outcomes.c.subject_id.in_(chunk))
        )
        found.update({(row.subject_id, row.period): row for row in conn.execute(query)})
    return found


def put_outcomes(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """What a run came to, in place of what the one before said about the same person and period."""
    upsert(conn, seamless_outcomes, rows)


def decided_since(conn: Connection, programme: int, since: int) -> Sequence[Row[Any]]:
    """How many results of each kind came about from `since` on: decided_at, community_id, result,
    operation_state, people.
    """
    query = (
        select(
            seamless_outcomes.c.decided_at,
            seamless_outcomes.c.community_id,
            seamless_outcomes.c.result,
            operations.c.state.label("operation_state"),
            func.count().label("people"),
        )
        .outerjoin(operations, operations.c.id == seamless_outcomes.c.operation_id)
        .where(seamless_outcomes.c.programme == programme, seamless_outcomes.c.decided_at >= since)
        .group_by(
            seamless_outcomes.c.decided_at,
            seamless_outcomes.c.community_id,
            seamless_outcomes.c.result,
            operations.c.state,
        )
    )
    return conn.execute(query).all()

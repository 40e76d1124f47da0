"""Second visits, and what the ledger of errors counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, distinct, func, insert, select, update

from ledger.domain.codes import Death
from ledger.store.tables import operations, revisits, seamless_outcomes, seamless_runs, subjects

_CERTIFIED = seamless_outcomes.c.operation_id.is_not(None) & operations.c.state.not_in(("refused",))


def certified(conn: Connection, programme: int, since: int) -> list[Row[Any]]:
    """Everybody whom signals certified from `since` on: subject_id, community_id, decided_at, rules_hash."""
    query = (
        select(
            seamless_outcomes.c.subject_id,
            subjects.c.community_id,
            seamless_outcomes.c.decided_at,
            seamless_runs.c.rules_hash,
        )
        .join(seamless_runs, seamless_runs.c.id == seamless_outcomes.c.run_id)
        .join(operations, operations.c.id == seamless_outcomes.c.operation_id)
        .join(subjects, subjects.c.id == seamless_outcomes.c.subject_id)
        .where(
            seamless_outcomes.c.programme == programme,
            seamless_outcomes.c.decided_at >= since,
            subjects.c.state == "active",
            _CERTIFIED,
        )
    )
    return list(conn.execute(query))


def certified_by_rules(conn: Connection, programme: int) -> dict[bytes, int]:
    """How many certifications each version of the rules gave, by its hash."""
    query = (
        select(seamless_runs.c.rules_hash, func.count().label("number"))
        .select_from(seamless_outcomes)
        .join(seamless_runs, seamless_runs.c.id == seamless_outcomes.c.run_id)
        .join(operations, operations.c.id == seamless_outcomes.c.operation_id)
        .where(seamless_outcomes.c.programme == programme, _CERTIFIED)
        .group_by(seamless_runs.c.rules_hash)
    )
    return {row.rules_hash: row.number for row in conn.execute(query)}


def deaths(conn: Connection, programme: int) -> list[Row[Any]]:
    """Every change about a death that was not refused, in order: subject_id, change, record_hash."""
    query = select(operations.c.subject_id, operations.c.change, operations.c.record_hash).where(
        operations.c.programme == programme,
        operations.c.change["type"].as_string() == "death",
        operations.c.state != "refused",
    )
    return list(conn.execute(query.order_by(operations.c.sequence)))


def ever_reported(conn: Connection, programme: int) -> int:
    """How many people were ever reported dead."""
    query = select(func.count(distinct(operations.c.subject_id))).where(
        operations.c.programme == programme,
        operations.c.change["type"].as_string() == "death",
        operations.c.change["death"].as_integer() == int(Death.REPORTED),
        operations.c.state != "refused",
    )
    return int(conn.execute(query).scalar_one())


def add(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Visits drawn."""
    if rows:
        conn.execute(insert(revisits), list(rows))


def of_month(conn: Connection, programme: int, month: str) -> int:
    """How many were drawn for a month."""
    query = select(func.count()).where(revisits.c.programme == programme, revisits.c.month == month)
    return int(conn.execute(query).scalar_one())


def open_of(conn: Connection, user_id: str) -> Sequence[Row[Any]]:
    """A worker's visits that are still to be made."""
    query = select(revisits).where(revisits.c.assignee_id == user_id, revisits.c.outcome.is_(None))
    return conn.execute(query.order_by(revisits.c.drawn_at, revisits.c.id)).all()


def by_id(conn: Connection, revisit_id: str) -> Row[Any] | None:
    """A visit."""
    return conn.execute(select(revisits).where(revisits.c.id == revisit_id)).one_or_none()


def settle(conn: Connection, revisit_id: str, **columns: Any) -> bool:
    """What a visit found; whether it was still to be made."""
    query = update(revisits).where(revisits.c.id == revisit_id, revisits.c.outcome.is_(None))
    return conn.execute(query.values(**columns)).rowcount == 1


def found_by_rules(conn: Connection, programme: int) -> dict[tuple[bytes, str], int]:
    """How many visits found what, by rules' hash and outcome."""
    query = (
        select(revisits.c.rules_hash, revisits.c.outcome, func.count().label("number"))
        .where(revisits.c.programme == programme, revisits.c.outcome.is_not(None))
        .group_by(revisits.c.rules_hash, revisits.c.outcome)
    )
    return {(row.rules_hash, row.outcome): row.number for row in conn.execute(query)}

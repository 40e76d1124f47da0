"""Months and their lists: how far each has come, and every step there was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from ledger.domain import months as calendar
from ledger.domain.months import Month
from ledger.store.tables import month_lists, month_steps, months


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A month that was opened. Times are unix seconds."""

    month: Month
    opened_at: int
    closed_at: int | None
    position: int | None
    root: bytes | None


@dataclass(frozen=True, slots=True)
class ClosedMonth:
    """A leaf of the stream MONTHS. `root` has 32 bytes."""

    programme: int
    month: Month
    root: bytes
    closed_by: int
    """The organisation whose stream it is."""


@dataclass(frozen=True, slots=True)
class ListRow:
    """A community's list; amounts in fen, 0 while it is open."""

    community_id: int
    state: str
    people: int
    payable: int
    difference: int
    root: bytes | None


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step, `community_id` None for the month as a whole. `at` in unix seconds."""

    sequence: int
    community_id: int | None
    step: str
    organisation_id: int
    actor: str
    at: int
    root: bytes | None
    signer: str | None
    signature: bytes | None


def all_months(conn: Connection, programme: int) -> list[MonthRow]:
    """Every month that was opened, the earliest first."""
    query = select(months).where(months.c.programme == programme).order_by(months.c.month)
    return [
        MonthRow(calendar.parse(row.month), row.opened_at, row.closed_at, row.position, row.root)
        for row in conn.execute(query)
    ]


def open_month(conn: Connection, programme: int, month: Month, communities: Sequence[int], at: int) -> None:
    """A new month with an open list for each community."""
    key = {"programme": programme, "month": calendar.text(month)}
    conn.execute(insert(months).values(**key, opened_at=at))
    rows = [{**key, "community_id": community, "state": "open"} for community in communities]
    if rows:
        conn.execute(insert(month_lists), rows)


def lists(conn: Connection, programme: int, month: Month) -> dict[int, ListRow]:
    """A month's lists by community."""
    query = select(month_lists).where(
        month_lists.c.programme == programme, month_lists.c.month == calendar.text(month)
    )
    return {
        row.community_id: ListRow(
            row.community_id, row.state, row.people, row.payable, row.difference, row.root
        )
        for row in conn.execute(query.order_by(month_lists.c.community_id))
    }


def move_list(
    conn: Connection, programme: int, month: Month, community: int, before: str, **columns: Any
) -> bool:
    """Changes a list that is in state `before`. False, and nothing is changed, if it no longer is."""
    changed = conn.execute(
        update(month_lists)
        .where(
            month_lists.c.programme == programme,
            month_lists.c.month == calendar.text(month),
            month_lists.c.community_id == community,
            month_lists.c.state == before,
        )
        .values(**columns)
    )
    return changed.rowcount == 1


def close_month(conn: Connection, programme: int, month: Month, *, root: bytes, by: int, at: int) -> None:
    """Freezes a month: the next one in the stream of closed months."""
    position = conn.execute(select(func.count()).where(months.c.closed_at.is_not(None))).scalar_one()
    conn.execute(
        update(months)
        .where(months.c.programme == programme, months.c.month == calendar.text(month))
        .values(closed_at=at, closed_by=by, root=root, position=position)
    )


def closed_months(conn: Connection) -> list[ClosedMonth]:
    """Every closed month of every programme, in the order of their closing."""
    query = select(months).where(months.c.closed_at.is_not(None)).order_by(months.c.position)
    return [
        ClosedMonth(row.programme, calendar.parse(row.month), row.root, row.closed_by)
        for row in conn.execute(query)
    ]


def add_step(conn: Connection, programme: int, month: Month, **columns: Any) -> None:
    """Writes down what was done."""
    conn.execute(insert(month_steps).values(programme=programme, month=calendar.text(month), **columns))


def steps(conn: Connection, programme: int, month: Month) -> list[StepRow]:
    """Everything that was done with a month, in order."""
    query = select(month_steps).where(
        month_steps.c.programme == programme, month_steps.c.month == calendar.text(month)
    )
    return [_step(row) for row in conn.execute(query.order_by(month_steps.c.sequence))]


def _step(row: Row[Any]) -> StepRow:
    return StepRow(
        sequence=row.sequence,
        community_id=row.community_id,
        step=row.step,
        organisation_id=row.organisation_id,
        actor=row.actor,
        at=row.at,
        root=row.root,
        signer=row.signer,
        signature=row.signature,
    )

"""Who said that somebody died, and which departments must hear that it was not so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from ledger.store.tables import access_log, corrections, death_sources


def add_source(conn: Connection, row: Mapping[str, Any]) -> bool:
    """A source of a case; whether it says something new. One that was taken back may be given again."""
    same = (
        (death_sources.c.case_id == row["case_id"])
        & (death_sources.c.organisation_id == row["organisation_id"])
        & (death_sources.c.source == row["source"])
    )
    known = conn.execute(select(death_sources.c.retracted_at).where(same)).one_or_none()
    if known is None:
        conn.execute(insert(death_sources).values(**row))
        return True
    conn.execute(update(death_sources).where(same).values(**row, retracted_at=None))
    return known.retracted_at is not None


def sources(conn: Connection, case_id: str) -> Sequence[Row[Any]]:
    """A case's sources that were not taken back, oldest first."""
    query = select(death_sources).where(
        death_sources.c.case_id == case_id, death_sources.c.retracted_at.is_(None)
    )
    return conn.execute(query.order_by(death_sources.c.id)).all()


def retract(conn: Connection, case_id: str, organisation_id: int, source: str, at: int) -> bool:
    """An organisation takes its report back; whether there was one."""
    query = update(death_sources).where(
        death_sources.c.case_id == case_id,
        death_sources.c.organisation_id == organisation_id,
        death_sources.c.source == source,
        death_sources.c.retracted_at.is_(None),
    )
    return conn.execute(query.values(retracted_at=at)).rowcount > 0


def told(conn: Connection, subject_id: str, outcomes: Sequence[str], since: int) -> dict[int, int]:
    """Which organisations' systems were answered so about a person since then, and when last."""
    query = (
        select(access_log.c.organisation_id, func.max(access_log.c.at).label("last"))
        .where(
            access_log.c.subject_id == subject_id,
            access_log.c.at >= since,
            access_log.c.action == "verdict",
            access_log.c.outcome.in_(list(outcomes)),
            access_log.c.actor.like("ak%"),
        )
        .group_by(access_log.c.organisation_id)
    )
    return {row.organisation_id: int(row.last) for row in conn.execute(query)}


def add_corrections(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """What departments must hear."""
    if rows:
        conn.execute(insert(corrections), list(rows))


def corrections_after(
    conn: Connection, organisation_id: int, sequence: int, limit: int
) -> Sequence[Row[Any]]:
    """An organisation's corrections after one, in order."""
    query = select(corrections).where(
        corrections.c.organisation_id == organisation_id, corrections.c.sequence > sequence
    )
    return conn.execute(query.order_by(corrections.c.sequence).limit(limit)).all()


def fetched(conn: Connection, sequences: Sequence[int], at: int) -> None:
    """An organisation has read these."""
    query = update(corrections).where(
        corrections.c.sequence.in_(list(sequences)), corrections.c.fetched_at.is_(None)
    )
    conn.execute(query.values(fetched_at=at))

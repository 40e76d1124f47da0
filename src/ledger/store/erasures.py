"""Erasures, and what is left of a person in the database once their keys are gone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from ledger.store.tables import (
    access_log,
    blind_index,
    cases,
    erasures,
    handles,
    metadata,
    operations,
    reading_mandates,
    signals,
    subject_facts,
    subjects,
    tags,
)

_SEALED = [
    table
    for table in metadata.sorted_tables
    if {"sealed", "subject_id"} <= set(table.columns.keys()) and table not in {subject_facts, signals}
]
"""Their rows stay, as audits count them; what they hold goes."""


def add(conn: Connection, row: Mapping[str, Any]) -> None:
    """An erasure that somebody asks for."""
    conn.execute(insert(erasures).values(**row))


def change(conn: Connection, erasure_id: str, **columns: object) -> None:
    """Changes one."""
    conn.execute(update(erasures).where(erasures.c.id == erasure_id).values(**columns))


def of_subject(conn: Connection, subject_id: str) -> RowMapping | None:
    """The erasure of a person."""
    return conn.execute(select(erasures).where(erasures.c.subject_id == subject_id)).mappings().one_or_none()


def every(conn: Connection) -> Sequence[RowMapping]:
    """All of them, oldest first."""
    query = select(erasures).order_by(erasures.c.requested_at, erasures.c.id)
    return conn.execute(query).mappings().all()


def due(conn: Connection, now: int) -> Sequence[RowMapping]:
    """Confirmed ones whose retention has ended at `now` (unix seconds), and whose person is not erased."""
    query = (
        select(erasures)
        .join(subjects, subjects.c.id == erasures.c.subject_id)
        .where(
            erasures.c.confirmed_at.is_not(None),
            erasures.c.retain_until <= now,
            subjects.c.state != "erased",
        )
    )
    return conn.execute(query.order_by(erasures.c.requested_at)).mappings().all()


def last_act(conn: Connection, subject_id: str) -> float | None:
    """When the last operation about a person was accepted, unix seconds."""
    query = select(func.max(operations.c.accepted_at)).where(operations.c.subject_id == subject_id)
    last: float | None = conn.execute(query).scalar_one()
    return last


def lock(conn: Connection, subject_id: str, at: int) -> None:
    """From now on the person's data is stored and not used."""
    conn.execute(update(subjects).where(subjects.c.id == subject_id).values(state="locked", updated_at=at))


def key_ids(conn: Connection, subject_id: str) -> list[str]:
    """The wrapping keys that open something about a person: their own, and those of their cases."""
    query = select(cases.c.id).where(cases.c.subject_id == subject_id).order_by(cases.c.id)
    return [subject_id, *conn.execute(query).scalars()]


def purge(conn: Connection, subject_id: str, at: int) -> None:
    """Takes away all that says who the person was or opens what is sealed; again changes nothing."""
    for table in (subject_facts, blind_index, handles, reading_mandates, signals):
        conn.execute(delete(table).where(table.c.subject_id == subject_id))
    for table in _SEALED:
        conn.execute(update(table).where(table.c.subject_id == subject_id).values(sealed=b""))
    conn.execute(
        update(subjects)
        .where(subjects.c.id == subject_id, subjects.c.state != "erased")
        .values(state="erased", wrapped_key=b"", updated_at=at)
    )


def knows(conn: Connection, subject_id: str) -> bool:
    """Whether there is, or was, such a person."""
    return conn.execute(select(subjects.c.id).where(subjects.c.id == subject_id)).first() is not None


def organisations_with_handles(conn: Connection, subject_id: str) -> list[int]:
    """Who knows, or knew, the person by a handle."""
    query = select(handles.c.organisation_id).where(handles.c.subject_id == subject_id).distinct()
    return sorted(conn.execute(query).scalars())


def parties(conn: Connection, subject_id: str) -> list[int]:
    """Providers and consumers of the person's consents: each may hold the consent's opening."""
    query = select(tags.c.provider, tags.c.consumer).where(
        tags.c.subject_id == subject_id, tags.c.kind == "consent"
    )
    return sorted({organisation for row in conn.execute(query) for organisation in row})


def disclosures(conn: Connection, subject_id: str) -> Sequence[RowMapping]:
    """Grants to auditors that took the person in, and the person's own statements and proofs."""
    query = select(access_log.c.at, access_log.c.actor, access_log.c.action).where(
        (
            access_log.c.action.in_(["statement", "proof", "audit-subject"])
            & (access_log.c.subject_id == subject_id)
        )
        | (
            (access_log.c.action == "audit-grant")
            & ((access_log.c.subject_id == subject_id) | access_log.c.subject_id.is_(None))
        )
    )
    return conn.execute(query.order_by(access_log.c.sequence)).mappings().all()

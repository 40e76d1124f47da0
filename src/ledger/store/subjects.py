"""Subjects: their keys, facts, blind index, handles."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, insert, select, update

from ledger.store.chunks import chunks
from ledger.store.tables import blind_index, handles, subject_facts, subjects


def add(
    conn: Connection,
    subject_rows: Sequence[Mapping[str, Any]],
    fact_rows: Sequence[Mapping[str, Any]],
    index_rows: Sequence[Mapping[str, Any]],
) -> None:
    """New subjects with their facts and blind index."""
    if subject_rows:
        conn.execute(insert(subjects), list(subject_rows))
        conn.execute(insert(blind_index), list(index_rows))
    add_facts(conn, fact_rows)


def add_facts(conn: Connection, fact_rows: Sequence[Mapping[str, Any]]) -> None:
    """New facts about subjects."""
    if fact_rows:
        conn.execute(insert(subject_facts), list(fact_rows))


def end_facts(conn: Connection, fact_ids: Collection[int], at: int) -> None:
    """Says that facts stopped being true at a time."""
    for ids in chunks(fact_ids):
        conn.execute(update(subject_facts).where(subject_facts.c.id.in_(ids)).values(valid_until=at))


def set_community(conn: Connection, subject_id: str, community: int, at: int) -> None:
    """Makes another community responsible."""
    changed = update(subjects).where(subjects.c.id == subject_id)
    conn.execute(changed.values(community_id=community, updated_at=at))


def date_facts(conn: Connection, fact_id: int, *, valid_from: int, valid_until: int | None) -> None:
    """Says from when until when a fact was true."""
    period = {"valid_from": valid_from, "valid_until": valid_until}
    conn.execute(update(subject_facts).where(subject_facts.c.id == fact_id).values(**period))


def raise_version(conn: Connection, subject_id: str, version: int, at: int) -> bool:
    """Counts one more correction of a subject that is at `version`. False if another has counted before."""
    present = (subjects.c.id == subject_id) & (subjects.c.version == version)
    changed = conn.execute(update(subjects).where(present).values(version=version + 1, updated_at=at))
    return changed.rowcount == 1


def merge(conn: Connection, duplicate: str, into: str, at: int) -> None:
    """Lets one entry go into another, which is found by the identity numbers of both."""
    gone = update(subjects).where(subjects.c.id == duplicate)
    conn.execute(gone.values(state="merged", merged_into=into, updated_at=at))
    conn.execute(update(subjects).where(subjects.c.merged_into == duplicate).values(merged_into=into))
    conn.execute(update(blind_index).where(blind_index.c.subject_id == duplicate).values(subject_id=into))


def add_token(conn: Connection, token: bytes, subject_id: str, at: int) -> None:
    """Lets a subject be found by one more identity number."""
    conn.execute(insert(blind_index).values(token=token, subject_id=subject_id, created_at=at))


def remove_token(conn: Connection, token: bytes) -> None:
    """A number that is not the subject's finds nobody any more."""
    conn.execute(delete(blind_index).where(blind_index.c.token == token))


def by_ids(conn: Connection, ids: Collection[str]) -> dict[str, Row[Any]]:
    """Subjects' rows by id."""
    found: dict[str, Row[Any]] = {}
    for chunk in chunks(ids):
        found.update((row.id, row) for row in conn.execute(select(subjects).where(subjects.c.id.in_(chunk))))
    return found


def ids_by_token(conn: Connection, tokens: Collection[bytes]) -> dict[bytes, str]:
    """Subject ids by blind index token."""
    found: dict[bytes, str] = {}
    for chunk in chunks(tokens):
        query = select(blind_index.c.token, blind_index.c.subject_id).where(blind_index.c.token.in_(chunk))
        found.update((row.token, row.subject_id) for row in conn.execute(query))
    return found


def ids_by_handle(conn: Connection, organisation: int, wanted: Collection[str]) -> dict[str, str]:
    """Subject ids by the handles of one organisation that have not ended."""
    found: dict[str, str] = {}
    for chunk in chunks(wanted):
        query = select(handles.c.handle, handles.c.subject_id).where(
            and_(
                handles.c.handle.in_(chunk),
                handles.c.organisation_id == organisation,
                handles.c.ended_at.is_(None),
            )
        )
        found.update((row.handle, row.subject_id) for row in conn.execute(query))
    return found


@dataclass(frozen=True, slots=True)
class PresentHandle:
    """A handle that has not ended, and how often it was rotated before."""

    handle: str
    rotation: int


def present_handles(
    conn: Connection, organisation: int, subject_ids: Collection[str]
) -> dict[str, PresentHandle]:
    """An organisation's present handles by subject id."""
    found: dict[str, PresentHandle] = {}
    for chunk in chunks(subject_ids):
        query = select(handles.c.handle, handles.c.rotation, handles.c.subject_id).where(
            handles.c.subject_id.in_(chunk),
            handles.c.organisation_id == organisation,
            handles.c.ended_at.is_(None),
        )
        found.update((row.subject_id, PresentHandle(row.handle, row.rotation)) for row in conn.execute(query))
    return found


def handles_of(conn: Connection, organisation: int, subject_ids: Collection[str]) -> dict[str, str]:
    """The same, without how often they were rotated."""
    return {
        subject_id: one.handle for subject_id, one in present_handles(conn, organisation, subject_ids).items()
    }


def end_handle(conn: Connection, handle: str, at: int) -> None:
    """Ends a handle."""
    conn.execute(update(handles).where(handles.c.handle == handle).values(ended_at=at))


def add_handles(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """New handles."""
    if rows:
        conn.execute(insert(handles), list(rows))


def in_communities(conn: Connection, communities: Iterable[int]) -> Sequence[Row[Any]]:
    """Rows of active subjects of communities, by id."""
    query = select(subjects).where(
        subjects.c.community_id.in_(list(communities)), subjects.c.state == "active"
    )
    return conn.execute(query.order_by(subjects.c.id)).all()


def present_facts(
    conn: Connection, subject_ids: Collection[str], kinds: Collection[str] | None = None
) -> Sequence[Row[Any]]:
    """Facts of subjects that have not ended, oldest first."""
    found: list[Row[Any]] = []
    for chunk in chunks(subject_ids):
        query = select(subject_facts).where(
            subject_facts.c.subject_id.in_(chunk), subject_facts.c.valid_until.is_(None)
        )
        if kinds is not None:
            query = query.where(subject_facts.c.kind.in_(list(kinds)))
        found.extend(conn.execute(query.order_by(subject_facts.c.id)))
    return found


def facts_of_kinds(
    conn: Connection, subject_ids: Collection[str], kinds: Collection[str]
) -> Sequence[Row[Any]]:
    """Every fact of some kinds ever recorded about subjects, ended or not, oldest first."""
    found: list[Row[Any]] = []
    for chunk in chunks(subject_ids):
        query = select(subject_facts).where(
            subject_facts.c.subject_id.in_(chunk), subject_facts.c.kind.in_(list(kinds))
        )
        found.extend(conn.execute(query.order_by(subject_facts.c.valid_from, subject_facts.c.id)))
    return found


def all_facts(conn: Connection, subject_id: str) -> Sequence[Row[Any]]:
    """Every fact ever recorded about a subject, oldest first."""
    query = select(subject_facts).where(subject_facts.c.subject_id == subject_id)
    return conn.execute(query.order_by(subject_facts.c.valid_from, subject_facts.c.id)).all()

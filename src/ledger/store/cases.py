"""Cases and what happened to them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, or_, select, update

from ledger.store.chunks import chunks
from ledger.store.tables import case_events, cases


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cases to list: those of some communities, and with them those that `opener` opened and that are
    no community's. A field that is None leaves all.
    """

    communities: Collection[int]
    opener: str | None = None
    kind: str | None = None
    state: str | None = "open"
    assignee: str | None = None
    overdue_at: int | None = None
    """Only those whose deadline has passed by then, unix seconds."""


def add(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """New cases. Every row holds the same columns."""
    if rows:
        conn.execute(insert(cases), list(rows))


def add_event(conn: Connection, **columns: Any) -> None:
    """Something that happened to a case."""
    conn.execute(insert(case_events).values(**columns))


def ids_by_token(conn: Connection, tokens: Collection[bytes]) -> dict[bytes, str]:
    """Case ids by the token of what they are about."""
    found: dict[bytes, str] = {}
    for chunk in chunks(tokens):
        query = select(cases.c.token, cases.c.id).where(cases.c.token.in_(chunk))
        found.update((row.token, row.id) for row in conn.execute(query))
    return found


def by_ids(conn: Connection, ids: Collection[str]) -> dict[str, Row[Any]]:
    """Cases' rows by id."""
    found: dict[str, Row[Any]] = {}
    for chunk in chunks(ids):
        found.update((row.id, row) for row in conn.execute(select(cases).where(cases.c.id.in_(chunk))))
    return found


def events(conn: Connection, case_id: str) -> Sequence[Row[Any]]:
    """Everything that happened to a case, oldest first."""
    query = select(case_events).where(case_events.c.case_id == case_id)
    return conn.execute(query.order_by(case_events.c.sequence)).all()


def open_of_subjects(conn: Connection, subject_ids: Collection[str]) -> dict[str, list[Row[Any]]]:
    """The open cases of each subject that has any."""
    found: dict[str, list[Row[Any]]] = {}
    for chunk in chunks(subject_ids):
        query = select(cases).where(cases.c.subject_id.in_(chunk), cases.c.state == "open")
        for row in conn.execute(query.order_by(cases.c.created_at, cases.c.id)):
            found.setdefault(row.subject_id, []).append(row)
    return found


def queue(conn: Connection, wanted: Wanted, *, offset: int, limit: int) -> tuple[int, Sequence[Row[Any]]]:
    """How many cases there are, and a page of them: those due first, first."""
    conditions = _conditions(wanted)
    total = conn.execute(select(func.count()).select_from(cases).where(*conditions)).scalar_one()
    query = select(cases).where(*conditions).order_by(cases.c.deadline, cases.c.created_at, cases.c.id)
    return int(total), conn.execute(query.offset(offset).limit(limit)).all()


def count_by_kind(conn: Connection, wanted: Wanted) -> dict[str, int]:
    """How many cases of each kind there are."""
    query = select(cases.c.kind, func.count().label("number")).where(*_conditions(wanted))
    return {row.kind: row.number for row in conn.execute(query.group_by(cases.c.kind))}


def assign(conn: Connection, case_id: str, user_id: str) -> None:
    """Who sees to it from now on."""
    conn.execute(update(cases).where(cases.c.id == case_id).values(assignee_id=user_id))


def move(conn: Connection, subject_id: str, community: int) -> None:
    """A person's open cases go with them to another community."""
    query = update(cases).where(cases.c.subject_id == subject_id, cases.c.state == "open")
    conn.execute(query.values(community_id=community, assignee_id=None))


def resolve(conn: Connection, case_id: str, **columns: Any) -> bool:
    """Closes an open case; whether it was open."""
    query = update(cases).where(cases.c.id == case_id, cases.c.state == "open")
    return conn.execute(query.values(state="resolved", **columns)).rowcount == 1


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    own: ColumnElement[bool] = cases.c.community_id.in_(list(wanted.communities))
    if wanted.opener is not None:
        own = or_(own, cases.c.community_id.is_(None) & (cases.c.opened_by == wanted.opener))
    conditions = [own]
    if wanted.kind is not None:
        conditions.append(cases.c.kind == wanted.kind)
    if wanted.state is not None:
        conditions.append(cases.c.state == wanted.state)
    if wanted.assignee is not None:
        conditions.append(cases.c.assignee_id == wanted.assignee)
    if wanted.overdue_at is not None:
        conditions.append(cases.c.deadline <= wanted.overdue_at)
    return conditions

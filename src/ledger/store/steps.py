"""The one way in which a batch goes from state to state: along the state machine, and leaving a trace."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, insert, update

from ledger.store.chunks import chunks
from ledger.store.states import State, batch_is_allowed
from ledger.store.tables import batches, operation_trace


def move(
    conn: Connection,
    ids: Collection[int],
    before: tuple[State, ...],
    after: State,
    at: float,
    *,
    detail: Mapping[str, Any] | None = None,
    **columns: Any,
) -> list[int]:
    """Brings those of these batches that are in one of the states `before` into another, and traces it.

    Returns which did: the states are compared as it is written, so of a submitter and a follower that meet
    at one batch the second finds what the first has made of it.
    """
    for state in before:
        if not batch_is_allowed(state, after):
            raise ValueError(f"no batch goes from {state} to {after}")
    moved: list[int] = []
    for chunk in chunks(ids):
        these = batches.c.id.in_(chunk) & batches.c.state.in_(before)
        moved += conn.execute(
            update(batches).where(these).values(state=after, **columns).returning(batches.c.id)
        ).scalars()
    trace_batches(conn, moved, after, at, detail)
    return moved


def trace_batches(
    conn: Connection, ids: Collection[int], state: str, at: float, detail: Mapping[str, Any] | None = None
) -> None:
    """Notes that batches have entered a state, and all operations in them."""
    if ids:
        conn.execute(
            insert(operation_trace),
            [
                {"batch_id": i, "state": state, "at": at, "detail": detail and dict(detail)}
                for i in sorted(ids)
            ],
        )

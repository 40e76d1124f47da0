"""What is kept of the way of every operation and batch, for whoever checks it against the state machine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Select, select

from ledger.store.tables import batches, operation_trace, operations, transactions, word_history

_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class TracedOperation:
    """An operation as its row says. `state` is accepted, batched (its batch says how far), included, final or
    refused. `at` is when it was accepted, unix seconds.
    """

    id: str
    sequence: int
    programme: int
    """0 for consents."""
    tag: bytes
    record_hash: bytes
    state: str
    batch: int | None
    revision: int | None
    reason_code: str | None
    at: float


@dataclass(frozen=True, slots=True)
class TracedBatch:
    """A batch as its row says, and the state of its transaction if it has one."""

    id: int
    state: str
    entries: bytes = field(repr=False)
    transaction_state: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """A state that was entered: by one operation (and the batch that it left, or was recorded with), or by a
    batch with all operations in it.
    """

    batch: int | None
    operation: str | None
    state: str
    at: float


@dataclass(frozen=True, slots=True)
class RecordedOperation:
    """An operation's record as the index holds it."""

    operation: str
    programme: int
    tag: bytes
    revision: int


def traced_operations(conn: Connection) -> Iterator[TracedOperation]:
    """All operations, in the order of acceptance."""
    columns = operations.c
    query = select(
        columns.id,
        columns.sequence,
        columns.programme,
        columns.tag,
        columns.record_hash,
        columns.state,
        columns.batch_id,
        columns.revision,
        columns.reason_code,
        columns.accepted_at,
    ).order_by(columns.sequence)
    return (TracedOperation(*row) for row in _rows(conn, query))


def traced_batches(conn: Connection) -> Iterator[TracedBatch]:
    """All batches, the oldest first."""
    query = (
        select(batches.c.id, batches.c.state, batches.c.entries, transactions.c.state)
        .select_from(batches.outerjoin(transactions, batches.c.transaction_hash == transactions.c.hash))
        .order_by(batches.c.id)
    )
    return (TracedBatch(*row) for row in _rows(conn, query))


def steps(conn: Connection) -> Iterator[Step]:
    """Every step that was taken, in order."""
    columns = operation_trace.c
    query = select(columns.batch_id, columns.operation_id, columns.state, columns.at).order_by(columns.id)
    return (Step(*row) for row in _rows(conn, query))


def recorded_operations(conn: Connection) -> Iterator[RecordedOperation]:
    """The records in the index that are of operations, in no order."""
    history = word_history.c
    query = select(operations.c.id, history.programme, history.tag, history.revision).select_from(
        word_history.join(operations, history.record_hash == operations.c.record_hash)
    )
    return (RecordedOperation(*row) for row in _rows(conn, query))


def _rows(conn: Connection, query: Select[Any]) -> Iterator[Any]:
    return iter(conn.execution_options(yield_per=_AT_ONCE).execute(query))

"""The outbox as the submitter sees it: what waits, and every step of a batch. Each function is one step.

The state machine is drawn in docs/submission.md. A batch's steps are traced once for all its operations.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, bindparam, exists, insert, literal, literal_column, select, update

from ledger.store.chunks import chunks
from ledger.store.operations import is_open
from ledger.store.states import State
from ledger.store.steps import move, trace_batches
from ledger.store.tables import batches, operation_trace, operations

Params = Mapping[str, str | int | None]


@dataclass(frozen=True, slots=True)
class Waiting:
    """An accepted operation that may go into a batch."""

    sequence: int
    id: str
    kind: str
    subject_id: str
    tag: bytes
    organisation_id: int
    reviewer_id: int | None
    programme: int
    scheme: int
    change: Mapping[str, Any]
    record_hash: bytes
    priority: int
    accepted_at: float


@dataclass(frozen=True, slots=True)
class NewBatch:
    """A batch with its revisions assigned. `sequences` and `revisions` are in the order of the entries."""

    kind: str
    organisation_id: int
    reviewer_id: int | None
    programme: int
    """0 for consents."""
    scheme: int
    deadline: int
    entries: bytes = field(repr=False)
    digest: bytes
    sequences: Sequence[int]
    revisions: Sequence[int]


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch on its way."""

    id: int
    kind: str
    organisation_id: int
    reviewer_id: int | None
    programme: int
    scheme: int
    deadline: int
    entries: bytes = field(repr=False)
    digest: bytes
    signature: bytes | None
    review: bytes | None
    state: str


_ACCEPTED = operations.c.state == literal_column(
    "'accepted'"
)  # literals: what a partial index can be used for
_EARLIER = operations.alias("earlier")


def waiting(conn: Connection, limit: int) -> list[Waiting]:
    """The operations to batch next: what must not wait first, then in order of acceptance.

    One per tag, and none whose tag has another on its way: the next word is built on the one before.
    """
    blocked = exists().where(
        _EARLIER.c.tag == operations.c.tag,
        is_open(_EARLIER.c.state),
        _EARLIER.c.sequence < operations.c.sequence,
    )
    query = (
        select(
            operations.c.sequence,
            operations.c.id,
            operations.c.kind,
            operations.c.subject_id,
            operations.c.tag,
            operations.c.organisation_id,
            operations.c.reviewer_id,
            operations.c.programme,
            operations.c.scheme,
            operations.c.change,
            operations.c.record_hash,
            operations.c.priority,
            operations.c.accepted_at,
        )
        .where(_ACCEPTED, ~blocked)
        .order_by(operations.c.priority, operations.c.sequence)
        .limit(limit)
    )
    return [Waiting(**row) for row in conn.execute(query).mappings()]


def add_batches(conn: Connection, new: Sequence[NewBatch], at: float) -> None:
    """Stores batches and puts their operations into them.

    Raises RuntimeError if one of them is no longer accepted: another submitter took it.
    """
    for batch in new:
        batch_id = conn.execute(
            insert(batches)
            .values(
                kind=batch.kind,
                organisation_id=batch.organisation_id,
                reviewer_id=batch.reviewer_id,
                programme=batch.programme,
                scheme=batch.scheme,
                deadline=batch.deadline,
                entries=batch.entries,
                digest=batch.digest,
                state="batched",
                created_at=at,
            )
            .returning(batches.c.id)
        ).scalar_one()
        taken = conn.execute(
            update(operations)
            .where(operations.c.sequence == bindparam("the_sequence"), _ACCEPTED)
            .values(
                state="batched",
                batch_id=batch_id,
                entry_index=bindparam("the_index"),
                revision=bindparam("the_revision"),
            ),
            [
                {"the_sequence": sequence, "the_index": index, "the_revision": revision}
                for index, (sequence, revision) in enumerate(
                    zip(batch.sequences, batch.revisions, strict=True)
                )
            ],
        )
        if taken.rowcount != len(batch.sequences):
            raise RuntimeError(
                f"{len(batch.sequences) - taken.rowcount} operations were taken by another submitter"
            )
        trace_batches(conn, [batch_id], "batched", at)


def batches_in(conn: Connection, state: str) -> list[Batch]:
    """Batches in a state that have no transaction: what must not wait first, then the oldest."""
    # A batch's operations share their priority.
    priority = select(operations.c.priority).where(operations.c.batch_id == batches.c.id).limit(1)
    query = select(batches).where(
        batches.c.state == state,
        batches.c.state.not_in([literal_column("'final'"), literal_column("'refused'")]),
        batches.c.transaction_hash.is_(None),
    )
    return [_batch(row) for row in conn.execute(query.order_by(priority.scalar_subquery(), batches.c.id))]


def sign(conn: Connection, signed: Sequence[tuple[int, bytes, bytes | None]], at: float) -> None:
    """Stores (batch id, signature, reviewer's signature if it is reviewed)."""
    for batch_id, signature, review in signed:
        move(conn, [batch_id], ("batched",), "signed", at, signature=signature, review=review)


def dissolve(
    conn: Connection, batch_id: int, code: str, params: Params, at: float, *, before: tuple[State, ...]
) -> int:
    """Gives a batch up that is in one of the states `before`: it can't be recorded as it is. Its operations
    wait again; their number is returned.
    """
    if not move(conn, [batch_id], before, "refused", at, detail={"code": code, **params}):
        return 0
    left = (operations.c.batch_id == batch_id) & (operations.c.state == "batched")
    conn.execute(
        insert(operation_trace).from_select(
            ["batch_id", "operation_id", "state", "at"],
            select(operations.c.batch_id, operations.c.id, literal("accepted"), literal(at)).where(left),
        )
    )
    waits = update(operations).where(left)
    return conn.execute(
        waits.values(state="accepted", batch_id=None, entry_index=None, revision=None)
    ).rowcount


def dissolve_refused(
    conn: Connection, digest: bytes, transaction_hash: bytes, *, code: str, params: Params, at: float
) -> bool:
    """Gives up the batch of this digest if this transaction was to record it. Whether there was one."""
    query = select(batches.c.id).where(
        batches.c.digest == digest, batches.c.transaction_hash == transaction_hash
    )
    waiting_again = [
        dissolve(conn, batch_id, code, params, at, before=("prepared", "sent"))
        for batch_id in conn.execute(query).scalars().all()
    ]
    return any(waiting_again)


def refuse(conn: Connection, refused: Sequence[tuple[int, str, Params]], at: float) -> None:
    """Ends accepted operations by a rule's no: (sequence, message code, its parameters)."""
    if not refused:
        return
    by_sequence = {sequence: (code, params) for sequence, code, params in refused}
    rows: list[dict[str, Any]] = []
    for chunk in chunks(by_sequence):
        query = select(operations.c.sequence, operations.c.id).where(
            operations.c.sequence.in_(chunk), _ACCEPTED
        )
        query = query.with_for_update()  # the follower may find one recorded after all
        for sequence, operation_id in conn.execute(query):
            code, params = by_sequence[sequence]
            rows.append(
                {"the_sequence": sequence, "the_id": operation_id, "code": code, "params": dict(params)}
            )
    if not rows:
        return
    conn.execute(
        update(operations)
        .where(operations.c.sequence == bindparam("the_sequence"))
        .values(state="refused", reason_code=bindparam("code"), reason_params=bindparam("params")),
        rows,
    )
    conn.execute(
        insert(operation_trace),
        [
            {
                "operation_id": row["the_id"],
                "state": "refused",
                "at": at,
                "detail": {"code": row["code"], **row["params"]},
            }
            for row in rows
        ],
    )


def entry_sequences(conn: Connection, batch_id: int) -> dict[int, int]:
    """The sequences of the operations in a batch, by the index of their entry."""
    query = select(operations.c.entry_index, operations.c.sequence).where(
        operations.c.batch_id == batch_id, operations.c.state == "batched"
    )
    return {row.entry_index: row.sequence for row in conn.execute(query)}


def _batch(row: Row[Any]) -> Batch:
    return Batch(
        id=row.id,
        kind=row.kind,
        organisation_id=row.organisation_id,
        reviewer_id=row.reviewer_id,
        programme=row.programme,
        scheme=row.scheme,
        deadline=row.deadline,
        entries=row.entries,
        digest=row.digest,
        signature=row.signature,
        review=row.review,
        state=row.state,
    )

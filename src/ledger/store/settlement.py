"""What recorded batches mean for the outbox: included, then final. Called by the follower alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, func, insert, literal_column, select, update

from ledger.encoding import entries
from ledger.encoding.words import certification
from ledger.store import steps
from ledger.store.chunks import chunks
from ledger.store.indexing import Recorded
from ledger.store.tables import batches, operation_trace, operations

_BATCHED = operations.c.state == literal_column("'batched'")


def include(conn: Connection, recorded: Sequence[Recorded], at: float) -> None:
    """Marks the batches included that the chain recorded.

    What counts is the recordHash in the event, not who brought it there: an operation follows the batch
    that it was recorded with, even one that had been given up, or that a database restored from a backup
    never knew.
    """
    known = _by_digest(conn, [batch.digest for batch in recorded])
    sizes = _sizes(conn, known.values())
    included: dict[int, Recorded] = {}
    for batch in recorded:
        batch_id = known.get(batch.digest)
        if batch_id is None or sizes.get(batch_id, 0) * entries.ENTRY_SIZE != len(batch.entries):
            batch_id = _adopt(conn, batch, batch_id, at)
        if batch_id is not None:
            included[batch_id] = batch
    if not included:
        return
    conn.execute(
        update(batches)
        .where(batches.c.id == bindparam("the_id"))
        .values(state="included", block_number=bindparam("the_block"), included_at=at),
        [{"the_id": batch_id, "the_block": batch.block_number} for batch_id, batch in included.items()],
    )
    conn.execute(
        insert(operation_trace),
        [
            {"batch_id": batch_id, "state": "included", "at": at, "detail": {"block": batch.block_number}}
            for batch_id, batch in included.items()
        ],
    )


class Finalised(NamedTuple):
    """An operation that has become final: when it was accepted, and whether it could not wait."""

    accepted_at: float
    kind: str
    priority: int


def finalise(conn: Connection, height: int, at: float) -> list[Finalised]:
    """Marks final what was included up to `height`; returns those operations.

    Operations included above it are shown as such: others of their tags may follow them.
    """
    query = select(batches.c.id, batches.c.block_number).where(
        batches.c.state == literal_column("'included'"),
        batches.c.state.not_in([literal_column("'final'"), literal_column("'refused'")]),
    )
    rows = conn.execute(query).all()
    final = [row.id for row in rows if row.block_number <= height]
    done: list[Finalised] = []
    for chunk in chunks([row.id for row in rows if row.block_number > height]):
        conn.execute(
            update(operations).where(operations.c.batch_id.in_(chunk), _BATCHED).values(state="included")
        )
    for chunk in chunks(final):
        theirs = operations.c.batch_id.in_(chunk)
        query = select(operations.c.accepted_at, operations.c.kind, operations.c.priority).where(theirs)
        done.extend(Finalised(*row) for row in conn.execute(query))
        conn.execute(update(operations).where(theirs).values(state="final"))
    steps.move(conn, final, ("included",), "final", at, final_at=at)
    return done


def unsettle(conn: Connection, above: int, at: float) -> int:
    """Takes back what was included in blocks above a number; it is on its way again. Returns how many
    batches.
    """
    query = select(batches.c.id, batches.c.transaction_hash, batches.c.state).where(
        batches.c.block_number > above, batches.c.state.in_(["included", "final"])
    )
    rows = conn.execute(query).all()
    for chunk in chunks([row.id for row in rows]):
        conn.execute(update(operations).where(operations.c.batch_id.in_(chunk)).values(state="batched"))
    undone: Mapping[str, Any] = {"block_number": None, "included_at": None, "final_at": None}
    ours = [row.id for row in rows if row.transaction_hash]
    steps.move(conn, ours, ("included", "final"), "sent", at, **undone)
    others = [row.id for row in rows if not row.transaction_hash]
    steps.move(conn, others, ("included", "final"), "signed", at, **undone)
    return len(rows)


def _by_digest(conn: Connection, digests: Collection[bytes]) -> dict[bytes, int]:
    found: dict[bytes, int] = {}
    for chunk in chunks(digests):
        query = (
            select(batches.c.digest, batches.c.id).where(batches.c.digest.in_(chunk)).order_by(batches.c.id)
        )
        found.update((row.digest, row.id) for row in conn.execute(query))
    return found


def _sizes(conn: Connection, ids: Collection[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for chunk in chunks(ids):
        query = select(operations.c.batch_id, func.count().label("size")).where(
            operations.c.batch_id.in_(chunk), _BATCHED
        )
        found.update((row.batch_id, row.size) for row in conn.execute(query.group_by(operations.c.batch_id)))
    return found


def _adopt(conn: Connection, recorded: Recorded, batch_id: int | None, at: float) -> int | None:
    """Puts the operations that a batch recorded into it, wherever they are; None if none of them is ours."""
    by_hash = {
        record_hash: (index, tag, certification.revision(word))
        for index, (tag, word, record_hash) in enumerate(entries.iterate(recorded.entries))
    }
    ours: list[Any] = []
    for chunk in chunks(by_hash):
        query = select(
            operations.c.sequence,
            operations.c.id,
            operations.c.kind,
            operations.c.organisation_id,
            operations.c.record_hash,
            operations.c.tag,
        ).where(operations.c.record_hash.in_(chunk))
        ours.extend(row for row in conn.execute(query) if by_hash[row.record_hash][1] == row.tag)
    if not ours:
        return batch_id
    if batch_id is None:
        batch_id = conn.execute(
            insert(batches)
            .values(
                kind=ours[0].kind,
                organisation_id=ours[0].organisation_id,
                programme=recorded.programme,
                scheme=recorded.scheme,
                deadline=recorded.deadline,
                entries=recorded.entries,
                digest=recorded.digest,
                signature=recorded.signature,
                review=recorded.review or None,
                state="sent",
                created_at=at,
            )
            .returning(batches.c.id)
        ).scalar_one()
    conn.execute(
        update(operations)
        .where(operations.c.sequence == bindparam("the_sequence"))
        .values(
            state="batched",
            batch_id=batch_id,
            entry_index=bindparam("the_index"),
            revision=bindparam("the_revision"),
            reason_code=None,
            reason_params=None,
        ),
        [
            {
                "the_sequence": row.sequence,
                "the_index": by_hash[row.record_hash][0],
                "the_revision": by_hash[row.record_hash][2],
            }
            for row in ours
        ],
    )
    conn.execute(
        insert(operation_trace),
        [{"batch_id": batch_id, "operation_id": row.id, "state": "included", "at": at} for row in ours],
    )
    return batch_id

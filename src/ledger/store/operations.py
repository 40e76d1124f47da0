"""The outbox as use cases see it: changes accepted, and what has become of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Row, case, func, insert, literal_column, select, update

from ledger.domain.codes import Scheme
from ledger.store.chunks import chunks
from ledger.store.tables import batches, operations

Kind = Literal["certification", "consent"]
Change = Mapping[str, Any]
"""JSON of a `ledger.domain.changes` change: {"type": …, fields…}."""


def not_final(state: ColumnElement[str]) -> ColumnElement[bool]:
    """On its way to the chain, or there and not final. In literals, so that the partial index is used."""
    return state.in_([literal_column(f"'{name}'") for name in ("accepted", "batched", "included")])


def is_open(state: ColumnElement[str]) -> ColumnElement[bool]:
    """On its way and not in the index yet."""
    return not_final(state) & (state != literal_column("'included'"))


@dataclass(frozen=True, slots=True)
class NewOperation:
    """A change to put into the outbox. Its sealed record is stored in the same transaction
    (`store.records`).
    """

    id: str
    kind: Kind
    subject_id: str
    tag: bytes
    organisation_id: int
    """Whose key signs."""
    change: Change
    record_hash: bytes
    actor: str
    """User or API key id."""
    programme: int = 0
    """0 for consents."""
    scheme: int = 0
    reviewer_id: int | None = None
    """The organisation that co-signs a guardian's withdrawal of what the person gave."""


@dataclass(frozen=True, slots=True)
class OpenChange:
    """A change accepted and not yet in the index, as far as rules need it."""

    operation_id: str
    change: Change
    organisation_id: int
    reviewer_id: int | None
    scheme: int


@dataclass(frozen=True, slots=True)
class OperationRow:
    """An operation and how far its batch has brought it. Times are unix seconds."""

    id: str
    kind: str
    subject_id: str
    tag: bytes
    programme: int
    organisation_id: int
    change: Change
    record_hash: bytes
    actor: str
    state: str
    """accepted batched signed prepared sent included final refused"""
    revision: int | None
    block_number: int | None
    transaction_hash: bytes | None
    reason_code: str | None
    reason_params: Mapping[str, str | int | None]
    accepted_at: float
    included_at: float | None
    final_at: float | None


def priority(change: Change) -> int:
    """0 for what must not wait behind renewals: withdrawals, refusals, objections and deaths; 1 for the
    rest.
    """
    match change:
        case {"type": "withdraw" | "refuse" | "death"} | {"type": "authorisation", "authorisation": 3}:
            return 0
        case _:
            return 1


def accept(conn: Connection, new: Sequence[NewOperation], at: float) -> None:
    """Puts changes into the outbox, in this order.

    A tag's changes are recorded in order of acceptance, so what one with priority waits for gets it as well.
    """
    priorities: list[int] = []
    urgent: set[bytes] = set()
    for operation in reversed(new):
        if priority(operation.change) == 0:
            urgent.add(operation.tag)
        priorities.append(0 if operation.tag in urgent else 1)
    for chunk in chunks(urgent):
        earlier = operations.c.tag.in_(chunk) & (operations.c.state == literal_column("'accepted'"))
        conn.execute(update(operations).where(earlier).values(priority=0))
    if new:
        conn.execute(
            insert(operations),
            [
                {
                    "id": operation.id,
                    "kind": operation.kind,
                    "subject_id": operation.subject_id,
                    "tag": operation.tag,
                    "organisation_id": operation.organisation_id,
                    "reviewer_id": operation.reviewer_id,
                    "programme": operation.programme,
                    "scheme": operation.scheme,
                    "change": dict(operation.change),
                    "record_hash": operation.record_hash,
                    "priority": its_priority,
                    "state": "accepted",
                    "actor": operation.actor,
                    "accepted_at": at,
                }
                for operation, its_priority in zip(new, reversed(priorities), strict=True)
            ],
        )


def open_changes(conn: Connection, tags: Collection[bytes]) -> dict[bytes, list[OpenChange]]:
    """What is on its way for these tags, in order of acceptance: apply it to the index's word to know what
    will be.

    A word in the index together with these, read in one snapshot, misses nothing and counts nothing twice.
    """
    found: dict[bytes, list[OpenChange]] = {}
    for chunk in chunks(tags):
        query = select(
            operations.c.tag,
            operations.c.id,
            operations.c.change,
            operations.c.organisation_id,
            operations.c.reviewer_id,
            operations.c.scheme,
        ).where(operations.c.tag.in_(chunk), is_open(operations.c.state))
        for row in conn.execute(query.order_by(operations.c.sequence)):
            change = OpenChange(row.id, row.change, row.organisation_id, row.reviewer_id, row.scheme)
            found.setdefault(row.tag, []).append(change)
    return found


# While an operation is in a batch, the batch's state is the operation's.
_STATE = case(
    (operations.c.state == "batched", func.coalesce(batches.c.state, "batched")), else_=operations.c.state
)
_WITH_BATCH = select(
    operations,
    _STATE.label("effective_state"),
    batches.c.block_number,
    batches.c.transaction_hash,
    batches.c.included_at,
    batches.c.final_at,
).select_from(operations.outerjoin(batches, operations.c.batch_id == batches.c.id))


def by_ids(conn: Connection, ids: Collection[str]) -> dict[str, OperationRow]:
    """Operations by id."""
    found: dict[str, OperationRow] = {}
    for chunk in chunks(ids):
        query = _WITH_BATCH.where(operations.c.id.in_(chunk))
        found.update((row.id, _row(row)) for row in conn.execute(query))
    return found


def of_subject(conn: Connection, subject_id: str, *, limit: int = 50) -> list[OperationRow]:
    """A subject's operations, newest first."""
    query = _WITH_BATCH.where(operations.c.subject_id == subject_id)
    return [_row(row) for row in conn.execute(query.order_by(operations.c.sequence.desc()).limit(limit))]


def latest_record(conn: Connection, subject_id: str, tag: bytes) -> bytes | None:
    """The commitment of the record accepted last for a tag of a subject and not refused, 32 bytes."""
    query = select(operations.c.record_hash).where(
        operations.c.subject_id == subject_id, operations.c.tag == tag, operations.c.state != "refused"
    )
    found: bytes | None = conn.execute(
        query.order_by(operations.c.sequence.desc()).limit(1)
    ).scalar_one_or_none()
    return found


def certified_since(conn: Connection, since: int) -> list[Row[Any]]:
    """What people certified from then on, in order: actor, subject_id, change, record_hash, accepted_at."""
    query = select(
        operations.c.actor,
        operations.c.subject_id,
        operations.c.change,
        operations.c.record_hash,
        operations.c.accepted_at,
    ).where(
        operations.c.kind == "certification",
        operations.c.scheme == int(Scheme.SENIOR),
        operations.c.accepted_at >= since,
        operations.c.state != "refused",
    )
    return list(conn.execute(query.order_by(operations.c.sequence)))


def pending_of(conn: Connection, tags: Collection[bytes]) -> dict[bytes, list[str]]:
    """Ids of operations accepted and not final, by tag, in order of acceptance."""
    found: dict[bytes, list[str]] = {}
    for chunk in chunks(tags):
        query = select(operations.c.tag, operations.c.id).where(
            operations.c.tag.in_(chunk), not_final(operations.c.state)
        )
        for row in conn.execute(query.order_by(operations.c.sequence)):
            found.setdefault(row.tag, []).append(row.id)
    return found


def waiting(conn: Connection) -> int:
    """How many operations are accepted and not final."""
    query = select(func.count()).select_from(operations).where(not_final(operations.c.state))
    return int(conn.execute(query).scalar_one())


def _row(row: Row[Any]) -> OperationRow:
    return OperationRow(
        id=row.id,
        kind=row.kind,
        subject_id=row.subject_id,
        tag=row.tag,
        programme=row.programme,
        organisation_id=row.organisation_id,
        change=row.change,
        record_hash=row.record_hash,
        actor=row.actor,
        state=row.effective_state,
        revision=row.revision,
        block_number=row.block_number,
        transaction_hash=row.transaction_hash,
        reason_code=row.reason_code,
        reason_params=row.reason_params or {},
        accepted_at=row.accepted_at,
        included_at=row.included_at,
        final_at=row.final_at,
    )


def count_by_state(conn: Connection) -> dict[str, int]:
    """How many operations are in each state."""
    query = (
        select(_STATE.label("state"), func.count().label("number"))
        .select_from(operations.outerjoin(batches, operations.c.batch_id == batches.c.id))
        .group_by(_STATE)
    )
    return {row.state: row.number for row in conn.execute(query)}

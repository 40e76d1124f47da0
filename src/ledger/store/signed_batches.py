"""The signed batch that wrote a word."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Connection, and_, select

from ledger.store.tables import batches, recorded_batches, word_history


@dataclass(frozen=True, slots=True)
class SignedBatch:
    """What an organisation's key (`signer`, an address) signed, as the chain recorded it."""

    signer: str
    scheme: int
    deadline: int
    reviewed: bool
    entries: bytes = field(repr=False)
    signature: bytes


def of_revision(conn: Connection, programme: int, tag: bytes, revision: int) -> SignedBatch | None:
    """The batch that made this revision of a slot; None if it isn't kept here, but on the chain alone."""
    same_event = and_(
        recorded_batches.c.block_number == word_history.c.block_number,
        recorded_batches.c.log_index == word_history.c.log_index,
    )
    query = (
        select(
            recorded_batches.c.signer,
            recorded_batches.c.scheme,
            batches.c.deadline,
            batches.c.review,
            batches.c.entries,
            batches.c.signature,
        )
        .select_from(word_history)
        .join(recorded_batches, same_event)
        .join(batches, batches.c.digest == recorded_batches.c.digest)
        .where(
            word_history.c.programme == programme,
            word_history.c.tag == tag,
            word_history.c.revision == revision,
            batches.c.signature.is_not(None),
        )
    )
    row = conn.execute(query.limit(1)).first()
    if row is None:
        return None
    return SignedBatch(
        row.signer, row.scheme, row.deadline, row.review is not None, row.entries, row.signature
    )

"""Signed transactions and the nonces they claim. A claimed nonce belongs to one stored transaction for
ever.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import Connection, insert, literal_column, select, update

from ledger.errors import Misconfigured
from ledger.store import steps
from ledger.store.chunks import chunks
from ledger.store.tables import batches, nonces, transactions


@dataclass(frozen=True, slots=True)
class Transaction:
    """A stored transaction that is not known to be mined. `hash` has 32 bytes."""

    hash: bytes
    sender: str
    nonce: int
    raw: bytes = field(repr=False)
    state: str


def take_over(conn: Connection, sender: str) -> int:
    """From now on whoever sent for this sender before can claim nothing. The version to claim nonces with."""
    row = conn.execute(select(nonces.c.version).where(nonces.c.sender == sender)).one_or_none()
    if row is None:
        conn.execute(insert(nonces).values(sender=sender, next=0, version=0))
        return 0
    query = update(nonces).where(nonces.c.sender == sender).values(version=nonces.c.version + 1)
    return int(conn.execute(query.returning(nonces.c.version)).scalar_one())


def next_nonce(conn: Connection, sender: str, *, at_least: int) -> int:
    """The nonce to use next. `at_least`: how many the chain has mined of this sender."""
    known = conn.execute(select(nonces.c.next).where(nonces.c.sender == sender)).scalar_one_or_none()
    return max(known or 0, at_least)


def prepare(
    conn: Connection,
    *,
    sender: str,
    nonce: int,
    version: int,
    raw: bytes,
    transaction_hash: bytes,
    batch_ids: Collection[int],
    at: float,
) -> int:
    """Claims the nonce and stores the transaction that carries these signed batches, before anyone sends it.

    Returns the version to claim the next one with. Raises Misconfigured `another_submitter` if the nonce's
    row has another version, or one of the batches another state: whoever was replaced writes nothing.
    """
    claimed = conn.execute(
        update(nonces)
        .where(nonces.c.sender == sender, nonces.c.version == version, nonces.c.next <= nonce)
        .values(next=nonce + 1, version=version + 1)
    )
    if claimed.rowcount != 1:
        raise Misconfigured("another_submitter", sender=sender, nonce=nonce)
    conn.execute(
        insert(transactions).values(
            hash=transaction_hash, sender=sender, nonce=nonce, raw=raw, state="prepared", created_at=at
        )
    )
    moved = steps.move(conn, batch_ids, ("signed",), "prepared", at, transaction_hash=transaction_hash)
    if len(moved) != len(batch_ids):
        raise Misconfigured("another_submitter", sender=sender, nonce=nonce)
    return version + 1


def unmined(conn: Connection) -> list[Transaction]:
    """Transactions prepared or sent and not known to be mined, by nonce."""
    query = select(
        transactions.c.hash,
        transactions.c.sender,
        transactions.c.nonce,
        transactions.c.raw,
        transactions.c.state,
    ).where(transactions.c.state.in_([literal_column("'prepared'"), literal_column("'sent'")]))
    return [Transaction(**row) for row in conn.execute(query.order_by(transactions.c.nonce)).mappings()]


def under(conn: Connection, sender: str, nonces_: Collection[int]) -> dict[int, bytes]:
    """The bytes of what was stored under these nonces, whatever became of it."""
    query = select(transactions.c.nonce, transactions.c.raw).where(
        transactions.c.sender == sender, transactions.c.nonce.in_(list(nonces_))
    )
    return {row.nonce: row.raw for row in conn.execute(query)}


def mark_sent(conn: Connection, hashes: Collection[bytes], at: float) -> None:
    """A node has taken these; each is now on its way, or mined already."""
    for chunk in chunks(hashes):
        prepared = transactions.c.hash.in_(chunk) & (transactions.c.state == "prepared")
        conn.execute(update(transactions).where(prepared).values(state="sent", sent_at=at))
        query = select(batches.c.id).where(batches.c.transaction_hash.in_(chunk))
        steps.move(conn, conn.execute(query).scalars().all(), ("prepared",), "sent", at)


def release(
    conn: Connection, transaction_hash: bytes, state: str, at: float, block_number: int | None = None
) -> int:
    """Ends a transaction without effect: `state` "dropped" (another took its nonce) or "mined" (it failed
    as a whole).

    Its batches go into another one; their number is returned.
    """
    conn.execute(
        update(transactions)
        .where(transactions.c.hash == transaction_hash)
        .values(state=state, block_number=block_number)
    )
    query = select(batches.c.id).where(batches.c.transaction_hash == transaction_hash)
    ids = conn.execute(query).scalars().all()
    return len(steps.move(conn, ids, ("sent",), "signed", at, transaction_hash=None))

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


def next_nonce(conn: Connection, sender: str, *, at_least: int) -> tuple[int, int]:
    """The nonce to use next and the version of its row. `at_least`: how many the chain has mined of this
    sender.
    """
    row = conn.execute(select(nonces).where(nonces.c.sender == sender)).one_or_none()
    if row is None:
        conn.execute(insert(nonces).values(sender=sender, next=at_least, version=0))
        return at_least, 0
    return max(row.next, at_least), row.version


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
) -> None:
    """Claims the nonce and stores the transaction that carries these signed batches, before anyone sends it.

    Raises Misconfigured `another_submitter` if the nonce's row has changed since it was read: whoever holds
    an old lock writes nothing.
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
    steps.move(conn, batch_ids, ("signed",), "prepared", at, transaction_hash=transaction_hash)


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

"""Tree heads on their way to the contract Anchors. Whether one arrived, its transaction and the index say."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Connection, insert, literal_column, select

from ledger.store.tables import anchors, transactions


@dataclass(frozen=True, slots=True)
class SignedHead:
    """A tree head with its organisation's signature. `root` has 32 bytes, `deadline` is unix seconds."""

    organisation_id: int
    stream: int
    size: int
    root: bytes
    deadline: int
    signature: bytes = field(repr=False)


def add(conn: Connection, head: SignedHead, transaction_hash: bytes, at: float) -> None:
    """A head and the stored transaction that carries it."""
    conn.execute(
        insert(anchors).values(
            organisation_id=head.organisation_id,
            stream=head.stream,
            size=head.size,
            root=head.root,
            deadline=head.deadline,
            signature=head.signature,
            transaction_hash=transaction_hash,
            created_at=at,
        )
    )


def is_one_on_its_way(conn: Connection, organisation: int, stream: int) -> bool:
    """Whether a head of the stream is in a transaction that is not known to be mined."""
    query = (
        select(anchors.c.id)
        .join(transactions, transactions.c.hash == anchors.c.transaction_hash)
        .where(
            anchors.c.organisation_id == organisation,
            anchors.c.stream == stream,
            transactions.c.state.in_([literal_column("'prepared'"), literal_column("'sent'")]),
        )
    )
    return conn.execute(query.limit(1)).first() is not None

"""Writing the index: the rows of newly read blocks, and where it stands. Called by the follower alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from ledger.store.failures import DatabaseTrouble
from ledger.store.hot import HotQuery, Reading
from ledger.store.tables import (
    blocks,
    contract_heads,
    cursor,
    recorded_batches,
    register_events,
    transactions,
    word_history,
    words,
)
from ledger.store.upsert import upsert

Slot = tuple[int, bytes]
"""Programme (0 for consents) and tag."""


@dataclass(frozen=True, slots=True)
class Header:
    """A block's header. Hashes have 32 bytes, the timestamp is in unix seconds."""

    number: int
    hash: bytes
    parent_hash: bytes
    timestamp: int


@dataclass(frozen=True, slots=True)
class Recorded:
    """A batch that the chain recorded, with the event that says so."""

    block_number: int
    log_index: int
    block_timestamp: int
    transaction_hash: bytes
    digest: bytes
    signer: str
    organisation_id: int
    programme: int
    """0 for consents."""
    scheme: int
    deadline: int
    entries: bytes = field(repr=False)
    signature: bytes
    review: bytes


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """A slot's word at a revision. `word` as stored, with the block's time."""

    programme: int
    tag: bytes
    revision: int
    word: bytes
    record_hash: bytes
    block_number: int
    log_index: int
    entry_index: int


@dataclass(frozen=True, slots=True)
class RegisterEvent:
    """An event of Members, Policies or Anchors; `arguments` as JSON holds them."""

    block_number: int
    log_index: int
    block_hash: bytes
    block_timestamp: int
    transaction_hash: bytes
    name: str
    number: int
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Head:
    """A contract's running head and count after a block."""

    contract: str
    block_number: int
    head: bytes
    count: int


@dataclass(frozen=True, slots=True)
class BlockRange:
    """All that a range of blocks says. `eventful` are the headers of blocks with events, by number of
    events.
    """

    last: Header
    eventful: Mapping[Header, int]
    recorded: Sequence[Recorded]
    history: Sequence[HistoryRow]
    register: Sequence[RegisterEvent]
    heads: Sequence[Head]
    mined: Mapping[bytes, int]
    """Block numbers of transactions that left an event, by hash."""


def start(conn: Connection, genesis: Header, before: Header, chain_id: int, at: float) -> None:
    """Begins the index of a chain, after block `before`: no contract of ours logged anything up to there."""
    first = {genesis, before}
    conn.execute(insert(blocks), [{**_columns(header), "events": 0} for header in first])
    conn.execute(
        insert(cursor).values(
            id=1,
            block_number=before.number,
            block_hash=before.hash,
            block_timestamp=before.timestamp,
            final_number=before.number,
            head_number=before.number,
            checked_at=at,
            genesis_hash=genesis.hash,
            chain_id=chain_id,
        )
    )


def add(conn: Connection, new: BlockRange, *, final: int, head: int, at: float) -> None:
    """Adds what a range of blocks says and moves the cursor to its last one."""
    # The block the cursor stood on has served: an idle chain would leave a row a second behind.
    idle = (blocks.c.number == select(cursor.c.block_number).scalar_subquery()) & (blocks.c.events == 0)
    conn.execute(delete(blocks).where(idle, blocks.c.number > 0, blocks.c.number <= final))
    headers = {**new.eventful} if new.last in new.eventful else {**new.eventful, new.last: 0}
    conn.execute(insert(blocks), [{**_columns(header), "events": count} for header, count in headers.items()])
    _add_recorded(conn, new)
    if new.register:
        conn.execute(insert(register_events), [_columns(event) for event in new.register])
    if new.heads:
        conn.execute(insert(contract_heads), [_columns(head) for head in new.heads])
    if new.mined:
        for transaction_hash, number in new.mined.items():
            conn.execute(
                update(transactions)
                .where(transactions.c.hash == transaction_hash)
                .values(state="mined", block_number=number)
            )
    move_cursor(conn, new.last, final=final, head=head, at=at)


def move_cursor(conn: Connection, to: Header, *, final: int, head: int, at: float) -> None:
    """The index stands at `to` now, and the node is well."""
    conn.execute(
        update(cursor).values(
            block_number=to.number,
            block_hash=to.hash,
            block_timestamp=to.timestamp,
            final_number=final,
            head_number=head,
            checked_at=at,
            trouble=None,
        )
    )


def require_at(conn: Connection, block_hash: bytes) -> None:
    """Raises DatabaseTrouble `another_follower` if the index stands elsewhere: another has read on meanwhile.

    Until the transaction ends nobody else moves it.
    """
    at = conn.execute(select(cursor.c.block_hash).with_for_update()).scalar_one()
    if at != block_hash:
        raise DatabaseTrouble("another_follower", got=f"0x{at.hex()}", expected=f"0x{block_hash.hex()}")


def seen(conn: Connection, *, final: int, head: int, at: float) -> None:
    """The node answered, and had nothing new."""
    conn.execute(update(cursor).values(final_number=final, head_number=head, checked_at=at, trouble=None))


def set_trouble(conn: Connection, code: str) -> None:
    """Says what makes the index unreliable, until the next good answer. No index yet: nothing to say it
    about.
    """
    conn.execute(update(cursor).values(trouble=code))


def heads(conn: Connection) -> dict[str, Head]:
    """The present running head of every contract that has one."""
    latest = (
        select(contract_heads.c.contract, func.max(contract_heads.c.block_number).label("number"))
        .group_by(contract_heads.c.contract)
        .subquery()
    )
    query = select(contract_heads).join(
        latest,
        (contract_heads.c.contract == latest.c.contract) & (contract_heads.c.block_number == latest.c.number),
    )
    return {row["contract"]: Head(**row) for row in conn.execute(query).mappings()}


def register(conn: Connection) -> list[RegisterEvent]:
    """Every event of the registers, in order."""
    query = select(register_events).order_by(register_events.c.block_number, register_events.c.log_index)
    return [RegisterEvent(**row) for row in conn.execute(query).mappings()]


_MARK = HotQuery(
    select(register_events.c.block_number, register_events.c.log_index, register_events.c.block_hash)
    .order_by(register_events.c.block_number.desc(), register_events.c.log_index.desc())
    .limit(1)
)


def register_mark(reading: Reading) -> tuple[int, int, bytes] | None:
    """The last event of the registers (block number, log index, block hash): it changes whenever they do."""
    row = reading.one(_MARK)
    return None if row is None else (row[0], row[1], row[2])


def chain(conn: Connection) -> tuple[int, bytes] | None:
    """Chain id and genesis hash of the chain that is indexed."""
    row = conn.execute(select(cursor.c.chain_id, cursor.c.genesis_hash)).one_or_none()
    return None if row is None else (row.chain_id, row.genesis_hash)


def known_blocks(conn: Connection, below: int, limit: int) -> list[Header]:
    """Blocks kept up to number `below`, the highest first."""
    query = select(blocks).where(blocks.c.number <= below).order_by(blocks.c.number.desc()).limit(limit)
    return [Header(row.number, row.hash, row.parent_hash, row.timestamp) for row in conn.execute(query)]


def _add_recorded(conn: Connection, new: BlockRange) -> None:
    if not new.recorded:
        return
    conn.execute(
        insert(recorded_batches),
        [
            {
                "block_number": batch.block_number,
                "log_index": batch.log_index,
                "transaction_hash": batch.transaction_hash,
                "block_timestamp": batch.block_timestamp,
                "digest": batch.digest,
                "signer": batch.signer,
                "organisation_id": batch.organisation_id,
                "programme": batch.programme,
                "scheme": batch.scheme,
            }
            for batch in new.recorded
        ],
    )
    conn.execute(insert(word_history), [_columns(row) for row in new.history])
    latest = {(row.programme, row.tag): row.word for row in new.history}
    upsert(
        conn,
        words,
        [{"programme": programme, "tag": tag, "word": word} for (programme, tag), word in latest.items()],
    )


def _columns(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__slots__}

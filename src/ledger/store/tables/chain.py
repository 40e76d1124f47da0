"""The index: what the chain says."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Float,
    Index,
    Integer,
    String,
    Table,
)

from ledger.store.tables.metadata import Bytes, metadata

# The blocks that changed something, and the last one read: enough to find where a reorganisation began.
blocks = Table(
    "blocks",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", Bytes(32), nullable=False),
    Column("parent_hash", Bytes(32), nullable=False),
    Column("timestamp", BigInteger, nullable=False),
    Column("events", Integer, nullable=False),
    Index("ix_blocks_timestamp", "timestamp"),
)

# One row: how far the index has come, and when the node last answered.
cursor = Table(
    "cursor",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # always 1
    Column("block_number", BigInteger, nullable=False),  # last block indexed
    Column("block_hash", Bytes(32), nullable=False),
    Column("block_timestamp", BigInteger, nullable=False),
    Column("final_number", BigInteger, nullable=False),
    Column("head_number", BigInteger, nullable=False),  # the node's head when it last answered
    Column("checked_at", Float, nullable=False),  # wall clock of that answer
    Column("trouble", String(64)),  # message code of what is wrong now, if anything
    Column("genesis_hash", Bytes(32), nullable=False),
    Column("chain_id", BigInteger, nullable=False),
)

# Signed batches as the chain recorded them, one per event.
recorded_batches = Table(
    "recorded_batches",
    metadata,
    Column("block_number", BigInteger, primary_key=True, autoincrement=False),
    Column("log_index", Integer, primary_key=True, autoincrement=False),
    Column("transaction_hash", Bytes(32), nullable=False),
    Column("block_timestamp", BigInteger, nullable=False),
    Column("digest", Bytes(32), nullable=False),
    Column("signer", String(42), nullable=False),
    Column("organisation_id", Integer, nullable=False),  # the signer's, as the event names it
    Column("programme", Integer, nullable=False),  # 0 for consents
    Column("scheme", Integer, nullable=False),
)

# The present word of every slot. `programme` 0 is the contract Consents.
words = Table(
    "words",
    metadata,
    Column("programme", Integer, primary_key=True, autoincrement=False),
    Column("tag", Bytes(32), primary_key=True),
    Column("word", Bytes(32), nullable=False),  # with the time that the contract wrote into it
    sqlite_with_rowid=False,
)

# Every word there was, at its revision.
word_history = Table(
    "word_history",
    metadata,
    Column("programme", Integer, primary_key=True, autoincrement=False),
    Column("tag", Bytes(32), primary_key=True),
    Column("revision", BigInteger, primary_key=True, autoincrement=False),
    Column("word", Bytes(32), nullable=False),
    Column("record_hash", Bytes(32), nullable=False),
    Column("block_number", BigInteger, nullable=False),
    Column("log_index", Integer, nullable=False),
    Column("entry_index", Integer, nullable=False),
    Index("ix_word_history_block_number", "block_number"),
    sqlite_with_rowid=False,
)

# Members, Policies and Anchors change seldom: their events are kept whole and folded in memory.
register_events = Table(
    "register_events",
    metadata,
    Column("block_number", BigInteger, primary_key=True, autoincrement=False),
    Column("log_index", Integer, primary_key=True, autoincrement=False),
    Column("block_hash", Bytes(32), nullable=False),
    Column("block_timestamp", BigInteger, nullable=False),
    Column("transaction_hash", Bytes(32), nullable=False),
    Column("name", String(32), nullable=False),  # of the class in domain/events.py
    Column("number", BigInteger, nullable=False),  # the contract's count after it
    Column("arguments", JSON, nullable=False),  # the event's fields after `number`, bytes as hex
)

# The contracts' running heads after each block that changed them, checked against the chain.
contract_heads = Table(
    "contract_heads",
    metadata,
    Column("contract", String(16), primary_key=True),
    Column("block_number", BigInteger, primary_key=True, autoincrement=False),
    Column("head", Bytes(32), nullable=False),
    Column("count", BigInteger, nullable=False),
)

"""What is recorded, and its way to the chain."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    text,
)

from ledger.store.tables.metadata import Bytes, Serial, metadata

# The operator's own map from a tag to what it stands for.
tags = Table(
    "tags",
    metadata,
    Column("tag", Bytes(32), primary_key=True),
    Column("kind", String(16), nullable=False),  # certification consent
    Column("id", String(32), nullable=False, unique=True),  # names a consent in the API
    Column("subject_id", ForeignKey("subjects.id"), nullable=False),
    Column("programme", Integer),
    Column("provider", Integer),
    Column("consumer", Integer),
    Column("category", Integer),
    Column("purpose", Integer),
    Index("ix_tags_subject_id", "subject_id", "kind"),  # unique by the tag itself, which the parts determine
)

records = Table(
    "records",
    metadata,
    Column("record_hash", Bytes(32), primary_key=True),  # keccak256 of the sealed canonical JSON
    Column("subject_id", ForeignKey("subjects.id"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("sealed", Bytes, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Index("ix_records_subject_id", "subject_id"),
)

# The outbox: one row per accepted change. `state` is accepted, batched (its batch says how far),
# included, final or refused. Which batches an operation was in before is told by their entries.
operations = Table(
    "operations",
    metadata,
    Column("sequence", Serial, primary_key=True, autoincrement=True),  # order of acceptance
    Column("id", String(32), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),  # certification consent
    Column("subject_id", ForeignKey("subjects.id"), nullable=False),
    Column("tag", Bytes(32), nullable=False),
    Column("organisation_id", ForeignKey("organisations.id"), nullable=False),  # whose key signs
    Column("reviewer_id", ForeignKey("organisations.id")),  # co-signs a guardian's withdrawal on incapacity
    Column("programme", Integer, nullable=False, default=0),  # 0 for consents
    Column("scheme", Integer, nullable=False, default=0),
    Column("change", JSON, nullable=False),  # domain/changes.py, as {"type": …, fields…}
    Column("record_hash", Bytes(32), nullable=False, unique=True),
    Column("priority", SmallInteger, nullable=False),  # 0 first: withdrawals, refusals, objections, deaths
    Column("state", String(12), nullable=False),
    Column("revision", BigInteger),  # assigned when batched
    Column("batch_id", ForeignKey("batches.id")),
    Column("entry_index", Integer),
    Column("reason_code", String(64)),
    Column("reason_params", JSON),
    Column("actor", String(64), nullable=False),  # user or API key id
    Column("accepted_at", Float, nullable=False),
    # Partial, so that they stay as small as what is on its way, however long the history grows.
    Index(
        "ix_operations_waiting",
        "priority",
        "sequence",
        sqlite_where=text("state = 'accepted'"),
        postgresql_where=text("state = 'accepted'"),
    ),
    Index(
        "ix_operations_not_final",
        "tag",
        "sequence",
        sqlite_where=text("state IN ('accepted', 'batched', 'included')"),
        postgresql_where=text("state IN ('accepted', 'batched', 'included')"),
    ),
    Index("ix_operations_batch_id", "batch_id"),
    Index("ix_operations_subject_id", "subject_id", "sequence"),
)

batches = Table(
    "batches",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("kind", String(16), nullable=False),
    Column("organisation_id", ForeignKey("organisations.id"), nullable=False),
    Column("reviewer_id", ForeignKey("organisations.id")),  # none unless it is reviewed
    Column("programme", Integer, nullable=False),
    Column("scheme", Integer, nullable=False),
    Column("deadline", BigInteger, nullable=False),
    Column("entries", Bytes, nullable=False),
    Column("digest", Bytes(32), nullable=False),
    Column("signature", Bytes(65)),
    Column("review", Bytes(65)),
    Column("state", String(12), nullable=False),  # batched signed prepared sent included final refused
    Column("transaction_hash", ForeignKey("transactions.hash")),
    Column("block_number", BigInteger),
    Column("created_at", Float, nullable=False),
    Column("included_at", Float),
    Column("final_at", Float),
    Index("ix_batches_digest", "digest"),
    Index("ix_batches_transaction_hash", "transaction_hash"),
    Index("ix_batches_block_number", "block_number"),
    Index(
        "ix_batches_open",
        "state",
        sqlite_where=text("state NOT IN ('final', 'refused')"),
        postgresql_where=text("state NOT IN ('final', 'refused')"),
    ),
)

transactions = Table(
    "transactions",
    metadata,
    Column("hash", Bytes(32), primary_key=True),
    Column("sender", String(42), nullable=False),
    Column("nonce", BigInteger, nullable=False),
    Column("raw", Bytes, nullable=False),  # stored before it is sent; on any doubt sent again as it is
    Column("state", String(12), nullable=False),  # prepared sent mined dropped
    Column("block_number", BigInteger),  # once mined
    Column("created_at", Float, nullable=False),
    Column("sent_at", Float),
    Index("ix_transactions_sender", "sender", "nonce"),
    Index(
        "ix_transactions_open",
        "state",
        sqlite_where=text("state IN ('prepared', 'sent')"),
        postgresql_where=text("state IN ('prepared', 'sent')"),
    ),
)

# Heads of the organisations' append-only trees, each signed and in a stored transaction.
anchors = Table(
    "anchors",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("organisation_id", ForeignKey("organisations.id"), nullable=False),
    Column("stream", SmallInteger, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("root", Bytes(32), nullable=False),
    Column("deadline", BigInteger, nullable=False),
    Column("signature", Bytes(65), nullable=False),
    Column("transaction_hash", ForeignKey("transactions.hash"), nullable=False),
    Column("created_at", Float, nullable=False),
    Index("ix_anchors_transaction_hash", "transaction_hash"),
)

# The next nonce per sender, and a version that fences a submitter that lost its lock.
nonces = Table(
    "nonces",
    metadata,
    Column("sender", String(42), primary_key=True),
    Column("next", BigInteger, nullable=False),
    Column("version", BigInteger, nullable=False, default=0),
)

# Every step of a batch, and every time an operation left one, which audits check against the state machine.
operation_trace = Table(
    "operation_trace",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("batch_id", ForeignKey("batches.id")),
    Column("operation_id", String(32)),
    Column("state", String(12), nullable=False),
    Column("at", Float, nullable=False),
    Column("detail", JSON),
    Index("ix_operation_trace_batch_id", "batch_id"),
    Index("ix_operation_trace_operation_id", "operation_id"),
)

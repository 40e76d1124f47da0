"""What the service remembers of requests and of itself."""

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
    text,
)

from ledger.store.tables.metadata import Bytes, metadata

# Each row is a leaf of the tree below (`domain/access/entry.py`); `sequence` is its index there, from 1.
access_log = Table(
    "access_log",
    metadata,
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Float, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("organisation_id", Integer, nullable=False),
    Column("subject_id", String(32)),  # none for a search
    Column("action", String(32), nullable=False),
    Column("purpose", String(64)),
    Column("outcome", String(64), nullable=False),
    Column("detail", JSON),
    Column("secret_until", BigInteger),  # until then the law keeps the entry from the person
    Column("salt", Bytes(16), nullable=False),
    Column("leaf_hash", Bytes(32), nullable=False),
    Index("ix_access_log_subject_id", "subject_id", "sequence"),
    Index("ix_access_log_leaf_hash", "leaf_hash"),
    Index(
        "ix_access_log_secret_until",
        "secret_until",
        sqlite_where=text("secret_until IS NOT NULL"),
        postgresql_where=text("secret_until IS NOT NULL"),
    ),
)

# One row: how many leaves the access log's tree has, and the roots of its whole subtrees, the largest first.
access_tree = Table(
    "access_tree",
    metadata,
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("whole", Bytes, nullable=False),
)

# Inner nodes of that tree, of every fourth level.
access_nodes = Table(
    "access_nodes",
    metadata,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", Bytes(32), nullable=False),
    sqlite_with_rowid=False,
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("actor", String(64), primary_key=True),
    Column("key", String(128), primary_key=True),
    Column("request_token", Bytes(32), nullable=False),  # HMAC of method, path and body
    Column("status", Integer, nullable=False),
    Column("response", JSON, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

# What was used of a limit since the start of a window, unix seconds.
quotas = Table(
    "quotas",
    metadata,
    Column("name", String(96), primary_key=True),
    Column("window", BigInteger, primary_key=True, autoincrement=False),
    Column("used", BigInteger, nullable=False),
)

properties = Table(
    "properties",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", JSON, nullable=False),
)

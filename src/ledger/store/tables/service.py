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
)

from ledger.store.tables.metadata import Bytes, Serial, metadata

access_log = Table(
    "access_log",
    metadata,
    Column("sequence", Serial, primary_key=True, autoincrement=True),
    Column("at", Float, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("organisation_id", Integer, nullable=False),
    Column("subject_id", String(32)),  # none for a search
    Column("action", String(32), nullable=False),
    Column("purpose", String(64)),
    Column("outcome", String(64), nullable=False),
    Column("detail", JSON),
    Column("leaf_hash", Bytes(32), nullable=False),  # RFC 6962 leaf of the row's canonical JSON
    Index("ix_access_log_subject_id", "subject_id", "sequence"),
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

properties = Table(
    "properties",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", JSON, nullable=False),
)

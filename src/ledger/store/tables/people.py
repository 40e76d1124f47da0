"""People, and how they come into the registry."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from ledger.store.tables.metadata import Bytes, Serial, metadata

subjects = Table(
    "subjects",
    metadata,
    Column("id", String(32), primary_key=True),  # random; says nothing about the person
    Column("wrapped_key", Bytes, nullable=False),  # the subject key under its wrapping key in the vault
    Column("community_id", ForeignKey("organisations.id"), nullable=False),  # the community responsible now
    Column("state", String(8), nullable=False, default="active"),  # active locked erased merged
    Column("merged_into", ForeignKey("subjects.id")),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Index("ix_subjects_community_id", "community_id"),
)

# One dated fact about a person; what was true before stays, with who said so and when.
subject_facts = Table(
    "subject_facts",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("subject_id", ForeignKey("subjects.id"), nullable=False),
    # identity_number name paying_division residence mobility contact guardian community remark building
    Column("kind", String(24), nullable=False),
    Column("sealed", Bytes, nullable=False),  # canonical JSON, its shape by kind in services/people.py
    Column("valid_from", BigInteger, nullable=False),  # when it became true
    Column("valid_until", BigInteger),  # when it stopped being true
    Column("recorded_at", BigInteger, nullable=False),
    Column("recorded_by", String(64), nullable=False),  # user id, or "import:<id>"
    Index("ix_subject_facts_subject_id", "subject_id", "kind", "valid_until"),
)

# Finds a person by identity number without storing one: HMAC under the vault's index key.
blind_index = Table(
    "blind_index",
    metadata,
    Column("token", Bytes(32), primary_key=True),
    Column("subject_id", ForeignKey("subjects.id"), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Index("ix_blind_index_subject_id", "subject_id"),
)

handles = Table(
    "handles",
    metadata,
    Column("handle", String(40), primary_key=True),
    Column("organisation_id", ForeignKey("organisations.id"), nullable=False),
    Column("subject_id", ForeignKey("subjects.id"), nullable=False),
    Column("rotation", Integer, nullable=False, default=0),
    Column("created_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    UniqueConstraint("organisation_id", "subject_id", "rotation"),
)

imports = Table(
    "imports",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("filename", Text, nullable=False),
    Column("file_token", Bytes(32), nullable=False),  # HMAC: a plain digest could be guessed at
    Column("user_id", String(32), nullable=False),
    Column("counts", JSON, nullable=False),  # rows, created, changed, unchanged, cases
    Column("case_ids", JSON, nullable=False),  # cases its rows opened, or found open from an import before
    Column("created_at", BigInteger, nullable=False),
)

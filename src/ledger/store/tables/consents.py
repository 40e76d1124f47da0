"""What consents rest on besides the person's word: delegations, and files sealed as evidence."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Column, ForeignKey, Index, Integer, String, Table

from ledger.store.tables.metadata import Bytes, metadata

# Who may decide for a person: a guardian by law, a delegate by a written mandate.
delegations = Table(
    "delegations",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("subject_id", ForeignKey("subjects.id"), nullable=False),
    Column("kind", String(16), nullable=False),  # guardian delegate
    Column("sealed", Bytes, nullable=False),  # name, relationship, what the evidence is
    Column("categories", JSON, nullable=False),  # codes that it covers
    Column("evidence", JSON, nullable=False),  # SHA-256 of files, in hex
    Column("valid_from", BigInteger, nullable=False),
    Column("valid_until", BigInteger, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Column("recorded_by", String(64), nullable=False),
    Column("ended_at", BigInteger),
    Column("ended_by", String(64)),
    Index("ix_delegations_subject_id", "subject_id", "kind"),
)

# A photo or scan, sealed under the data key of whom it is about.
sealed_files = Table(
    "sealed_files",
    metadata,
    Column("subject_id", ForeignKey("subjects.id"), primary_key=True),
    Column("sha256", String(64), primary_key=True),
    Column("media_type", String(32), nullable=False),
    Column("size", Integer, nullable=False),
    Column("sealed", Bytes, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

"""Who said that somebody died, and who must be told that it was not so."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from ledger.store.tables.metadata import Bytes, Serial, metadata

# Who has said that a person died. The date is sealed for the subject.
death_sources = Table(
    "death_sources",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("subject_id", ForeignKey("subjects.id"), nullable=False),
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("organisation_id", ForeignKey("organisations.id"), nullable=False),
    Column("source", String(24), nullable=False),  # domain/deaths.py
    Column("sealed", Bytes, nullable=False),  # {"died_on": …}
    Column("reported_at", BigInteger, nullable=False),
    Column("reported_by", String(64), nullable=False),
    Column("retracted_at", BigInteger),
    UniqueConstraint("case_id", "organisation_id", "source"),
)

# What a department was told and is no longer true: it reads its own, in order.
corrections = Table(
    "corrections",
    metadata,
    Column("sequence", Serial, primary_key=True, autoincrement=True),
    Column("organisation_id", ForeignKey("organisations.id"), nullable=False),
    Column("subject_id", ForeignKey("subjects.id"), nullable=False),
    Column("programme", Integer, nullable=False),
    Column("kind", String(24), nullable=False),  # death_rescinded
    Column("told_at", BigInteger, nullable=False),  # when it last got the answer that was wrong
    Column("created_at", BigInteger, nullable=False),
    Column("fetched_at", BigInteger),
    Index("ix_corrections_organisation_id", "organisation_id", "sequence"),
)

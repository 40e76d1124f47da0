"""What is done, step by step, for someone whose certification runs out, and when our own systems were out."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    text,
)

from ledger.store.tables.metadata import Bytes, Serial, metadata

# One for each certification that runs out.
ladders = Table(
    "ladders",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("subject_id", ForeignKey("subjects.id"), nullable=False),
    Column("programme", Integer, nullable=False),
    Column("valid_until", BigInteger, nullable=False),  # of the certification that runs out
    Column("opened_at", BigInteger, nullable=False),
    Column("step", String(16), nullable=False),  # domain/ladder: what is to be done next
    Column("next_at", BigInteger, nullable=False),  # not before
    Column("closed_at", BigInteger),
    Column("outcome", String(16)),  # certified stopped continued ended
    # One at a time.
    Index(
        "ix_ladders_open",
        "programme",
        "subject_id",
        unique=True,
        sqlite_where=text("closed_at IS NULL"),
        postgresql_where=text("closed_at IS NULL"),
    ),
    Index("ix_ladders_subject_id", "subject_id", "closed_at"),
)

ladder_steps = Table(
    "ladder_steps",
    metadata,
    Column("sequence", Serial, primary_key=True, autoincrement=True),
    Column("ladder_id", ForeignKey("ladders.id"), nullable=False),
    Column("step", String(16), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("channel", String(16), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("actor", String(64)),  # none for the register itself
    Column("notice_id", ForeignKey("notices.id")),
    Column("case_id", ForeignKey("cases.id")),
    Column("sealed", Bytes),  # a remark
    UniqueConstraint("ladder_id", "step", "attempt"),
)

# When nobody could reach us, or we could not know: time that counts against nobody.
outages = Table(
    "outages",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("cause", String(24), nullable=False),  # not_running index_behind
    Column("started_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
)

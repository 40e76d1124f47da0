"""Notices to people and their families, on their way."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table

from ledger.store.tables.metadata import Bytes, metadata

notices = Table(
    "notices",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("subject_id", ForeignKey("subjects.id"), nullable=False),
    Column("purpose", String(16), nullable=False),  # domain/notices.py
    Column("way", String(8), nullable=False),  # sms voice email letter
    Column("recipient", String(8), nullable=False),  # self family
    Column("sealed", Bytes, nullable=False),  # address and what fills the text
    Column("state", String(10), nullable=False),  # waiting sent delivered failed
    Column("attempts", Integer, nullable=False, default=0),
    Column("next_attempt_at", BigInteger, nullable=False),
    Column("reason", String(64)),  # of the last failure
    Column("created_at", BigInteger, nullable=False),
    Column("sent_at", BigInteger),
    Column("delivered_at", BigInteger),
    Column("answered_at", BigInteger),
    Index("ix_notices_state", "state", "next_attempt_at"),
    Index("ix_notices_subject_id", "subject_id"),
)

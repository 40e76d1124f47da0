"""Second visits to people whom signals certified, drawn by a seed, to learn how often that is wrong."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from ledger.store.tables.metadata import Bytes, metadata

revisits = Table(
    "revisits",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("programme", Integer, nullable=False),
    Column("subject_id", ForeignKey("subjects.id"), nullable=False),
    Column("month", String(7), nullable=False),  # YYYY-MM
    Column("rules_hash", Bytes(32), nullable=False),  # under which the person was certified
    Column("stratum", String(64), nullable=False),
    Column("seed", String(64), nullable=False),
    Column("assignee_id", ForeignKey("users.id"), nullable=False),
    Column("drawn_at", BigInteger, nullable=False),
    Column("outcome", String(8)),  # alive dead not_met
    Column("visited_at", BigInteger),
    Column("sealed", Bytes),  # a remark
    UniqueConstraint("programme", "subject_id", "month"),
    Index("ix_revisits_assignee_id", "assignee_id", "outcome"),
)

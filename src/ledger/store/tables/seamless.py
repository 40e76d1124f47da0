"""The nightly runs of seamless certification, and what they came to for each person."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
)

from ledger.store.tables.metadata import Bytes, metadata

seamless_runs = Table(
    "seamless_runs",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("programme", Integer, nullable=False),
    Column("rules_hash", Bytes(32), nullable=False),
    Column("as_of", BigInteger, nullable=False),
    Column("dry", Boolean, nullable=False),
    Column("state", String(12), nullable=False),  # running finished interrupted
    Column("started_by", String(64), nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("finished_at", BigInteger),
    Column("due", Integer, nullable=False),  # people due when it began
    Column("done", Integer, nullable=False),  # of those, looked at so far
    Column("counts", JSON, nullable=False),  # people by community and result
)

# The latest about each person and period; a period is named by the end of the validity that is to be renewed.
seamless_outcomes = Table(
    "seamless_outcomes",
    metadata,
    Column("programme", Integer, primary_key=True, autoincrement=False),
    Column("subject_id", ForeignKey("subjects.id"), primary_key=True),
    Column("period", BigInteger, primary_key=True, autoincrement=False),
    Column("run_id", ForeignKey("seamless_runs.id"), nullable=False),  # the last that looked
    Column("community_id", ForeignKey("organisations.id"), nullable=False),
    Column("result", String(16), nullable=False),  # domain/seamless/evaluate.py
    Column("lacks", JSON, nullable=False),
    Column("operation_id", String(32)),  # of the certification
    Column("decided_at", BigInteger, nullable=False),  # when the result became what it is
    Index("ix_seamless_outcomes_run_id", "run_id"),
    Index("ix_seamless_outcomes_subject_id", "subject_id"),
)

"""What departments report for seamless certification."""

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
    text,
)

from ledger.store.tables.metadata import Bytes, Serial, metadata

# What a department has agreed to report, and on what basis.
signal_flows = Table(
    "signal_flows",
    metadata,
    Column("department_id", ForeignKey("organisations.id"), primary_key=True),
    Column("kind", String(32), primary_key=True),
    Column("catalogue_entry", Text, nullable=False),  # in the department's catalogue of shared data
    Column("basis", Integer, nullable=False),  # its number in Policies
    Column("created_at", BigInteger, nullable=False),
)

signal_batches = Table(
    "signal_batches",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("department_id", ForeignKey("organisations.id"), nullable=False),
    Column("reference", String(64), nullable=False),  # the department's own
    Column("digest", Bytes(32), nullable=False),  # of the manifest
    Column("root", Bytes(32), nullable=False),
    Column("lines", Integer, nullable=False),
    Column("first_month", Integer, nullable=False),
    Column("last_month", Integer, nullable=False),
    Column("signature", Bytes, nullable=False),
    Column("state", String(12), nullable=False),  # receiving accepted quarantined
    Column("counts", JSON, nullable=False),  # how many lines became what, and of which kinds; they stay
    Column("received_at", BigInteger, nullable=False),
    Column("position", Integer, unique=True),  # in order of acceptance, from 0: its leaf in stream SIGNALS
    UniqueConstraint("department_id", "digest"),
)

# Sealed under the vault's key for signals, not under the person's own: see keys/signal_seal.py.
signals = Table(
    "signals",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("subject_id", ForeignKey("subjects.id"), nullable=False),
    Column("batch_id", ForeignKey("signal_batches.id"), nullable=False),
    Column("slot", Bytes(16), nullable=False),  # keyed: person, department, kind, month
    Column("month", Integer, nullable=False),  # of occurrence, like 202609: when it is erased
    Column("sealed", Bytes, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),  # corrected, retracted, or about a death that was rescinded
    Index("ix_signals_subject_id", "subject_id"),
    Index(
        "uq_signals_slot",
        "slot",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
)

# Lines and whole deliveries that could not be taken, for the department to see and resolve.
signal_quarantine = Table(
    "signal_quarantine",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("batch_id", ForeignKey("signal_batches.id"), nullable=False),
    Column("department_id", ForeignKey("organisations.id"), nullable=False),
    Column("line", Integer, nullable=False),  # from 1; 0 for the whole delivery
    Column("reference", String(64), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("code", String(48), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("resolved_at", BigInteger),
    Column("resolution", String(12)),  # delivered dismissed
    Index("ix_signal_quarantine_department_id", "department_id", "reference"),
    UniqueConstraint("batch_id", "line"),
)

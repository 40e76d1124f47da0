"""What a person must look at (待核实), and how it was answered."""

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
)

from ledger.store.tables.metadata import Bytes, Serial, metadata

# A case about a subject is sealed under the subject's own key; a row of a roster, which is nobody's yet,
# under a key of its own that is destroyed when the case is decided.
cases = Table(
    "cases",
    metadata,
    Column("id", String(32), primary_key=True),  # also names a roster row's own key in the vault
    Column("kind", String(24), nullable=False),  # domain/cases.py
    Column("token", Bytes(32), unique=True),  # HMAC of what it is about, so that it is open only once
    Column("subject_id", ForeignKey("subjects.id")),
    Column("programme", Integer),
    Column("community_id", ForeignKey("organisations.id")),
    Column("import_id", ForeignKey("imports.id")),
    Column("against_id", ForeignKey("organisations.id")),  # may not decide where four eyes are due
    Column("channel", String(16), nullable=False),
    Column("opened_by", String(64)),  # user or API key id; none for the register itself
    Column("opened_for_id", ForeignKey("organisations.id")),  # the opener's organisation
    Column("assignee_id", ForeignKey("users.id")),
    Column("wrapped_key", Bytes),
    Column("sealed", Bytes, nullable=False),
    Column("problem_codes", JSON, nullable=False),
    Column("state", String(8), nullable=False, default="open"),  # open resolved
    Column("outcome", String(16)),
    Column("created_at", BigInteger, nullable=False),
    Column("deadline", BigInteger, nullable=False),
    Column("resolved_at", BigInteger),
    Column("resolved_by", String(64)),
    Index("ix_cases_community_id", "community_id", "state"),
    Index("ix_cases_subject_id", "subject_id", "state"),
)

# Everything that happened to a case, in order; never altered.
case_events = Table(
    "case_events",
    metadata,
    Column("sequence", Serial, primary_key=True, autoincrement=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("kind", String(16), nullable=False),  # opened assigned note source life_sign decided
    Column("at", BigInteger, nullable=False),
    Column("actor", String(64)),
    Column("organisation_id", ForeignKey("organisations.id")),
    Column("sealed", Bytes),  # text, dates
    Column("detail", JSON),  # codes only
    Index("ix_case_events_case_id", "case_id", "sequence"),
)

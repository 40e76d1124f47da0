"""The month's work: lists of who is paid what, how far each has come, and what was paid in the end."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from ledger.store.tables.metadata import Bytes, Serial, metadata

# Months are written YYYY-MM, amounts are in fen.
months = Table(
    "months",
    metadata,
    Column("programme", Integer, primary_key=True, autoincrement=False),
    Column("month", String(7), primary_key=True),
    Column("opened_at", BigInteger, nullable=False),
    Column("closed_at", BigInteger),
    Column("closed_by", ForeignKey("organisations.id")),
    Column("position", Integer, unique=True),  # in that organisation's stream MONTHS, from 0
    Column("root", Bytes(32)),  # RFC 6962 over the roots of its lists, by community
)

# One community's list of one month.
month_lists = Table(
    "month_lists",
    metadata,
    Column("programme", Integer, primary_key=True, autoincrement=False),
    Column("month", String(7), primary_key=True),
    Column("community_id", ForeignKey("organisations.id"), primary_key=True),
    Column("state", String(10), nullable=False),  # open checked confirmed accepted
    Column("people", Integer, nullable=False, default=0),
    Column("payable", BigInteger, nullable=False, default=0),
    Column("difference", BigInteger, nullable=False, default=0),  # for earlier months, may be below 0
    Column("root", Bytes(32)),  # RFC 6962 over its lines, by leaf
    ForeignKeyConstraint(["programme", "month"], ["months.programme", "months.month"]),
)

# The lines of a list from its check on. Whoever is listed in a month is listed once.
month_lines = Table(
    "month_lines",
    metadata,
    Column("programme", Integer, primary_key=True, autoincrement=False),
    Column("month", String(7), primary_key=True),
    Column("subject_id", ForeignKey("subjects.id"), primary_key=True),
    Column("community_id", Integer, nullable=False),
    Column("state", String(8), nullable=False),  # payable held none
    Column("reason", String(24), nullable=False),
    Column("band", Integer),
    Column("due", BigInteger, nullable=False),
    Column("difference", BigInteger, nullable=False),
    Column("change", String(8)),  # against the month before: joined left band amount
    Column("change_reason", String(24)),
    Column("salt", Bytes(16), nullable=False),
    Column("leaf", Bytes(32), nullable=False),
    Index("ix_month_lines_community_id", "community_id", "programme", "month"),
    Index("ix_month_lines_subject_id", "subject_id"),
    sqlite_with_rowid=False,
)

# What a line makes good of an earlier month, and how that month came out then.
month_differences = Table(
    "month_differences",
    metadata,
    Column("programme", Integer, primary_key=True, autoincrement=False),
    Column("month", String(7), primary_key=True),
    Column("subject_id", ForeignKey("subjects.id"), primary_key=True),
    Column("for_month", String(7), primary_key=True),
    Column("amount", BigInteger, nullable=False),
    Column("cause", String(24), nullable=False),
    Column("state", String(8), nullable=False),
    Column("reason", String(24), nullable=False),
    Column("band", Integer),
    Column("due", BigInteger, nullable=False),
    Index("ix_month_differences_subject_id", "subject_id"),
    sqlite_with_rowid=False,
)

# Everything that was done with a month, in order; never altered.
month_steps = Table(
    "month_steps",
    metadata,
    Column("sequence", Serial, primary_key=True, autoincrement=True),
    Column("programme", Integer, nullable=False),
    Column("month", String(7), nullable=False),
    Column("community_id", ForeignKey("organisations.id")),  # none for the month as a whole
    Column("step", String(8), nullable=False),  # open check confirm accept return close
    Column("organisation_id", ForeignKey("organisations.id"), nullable=False),
    Column("actor", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("root", Bytes(32)),  # what the step is about
    Column("signer", String(42)),
    Column("signature", Bytes(65)),  # of the organisation's key over the step (MonthStep, EIP-712)
    Index("ix_month_steps_month", "programme", "month", "sequence"),
)

# What became of a line's money, as civil affairs said.
payments = Table(
    "payments",
    metadata,
    Column("programme", Integer, primary_key=True, autoincrement=False),
    Column("month", String(7), primary_key=True),
    Column("subject_id", ForeignKey("subjects.id"), primary_key=True),
    Column("state", String(8), nullable=False),  # paid returned
    Column("amount", BigInteger, nullable=False),
    Column("sealed", Bytes, nullable=False),  # why it was returned
    Column("import_id", ForeignKey("payment_imports.id"), nullable=False),
    Index("ix_payments_subject_id", "subject_id"),
)

payment_imports = Table(
    "payment_imports",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("programme", Integer, nullable=False),
    Column("month", String(7), nullable=False),
    Column("file_token", Bytes(32), nullable=False),  # HMAC: a plain digest could be guessed at
    Column("actor", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("paid", Integer, nullable=False),
    Column("returned", Integer, nullable=False),
)

# The forms as a subdistrict wants them: its own workbooks. The newest of a kind that has not ended counts.
form_templates = Table(
    "form_templates",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("organisation_id", ForeignKey("organisations.id"), nullable=False),
    Column("form", String(24), nullable=False),  # domain/forms.py
    Column("filename", Text, nullable=False),
    Column("data", Bytes, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Index("ix_form_templates_organisation_id", "organisation_id", "form"),
)

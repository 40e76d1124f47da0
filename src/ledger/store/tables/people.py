"""People, and how they come into the registry."""

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
    Column("version", Integer, nullable=False, server_default="0"),  # counts what was changed of its facts
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
    # identity_number name birth_date paying_division residence mobility contact guardian community remark
    # building
    Column("kind", String(24), nullable=False),
    Column("sealed", Bytes, nullable=False),  # canonical JSON, its shape by kind in services/people.py
    Column("valid_from", BigInteger, nullable=False),  # when it became true
    Column("valid_until", BigInteger),  # when it stopped being true
    Column("recorded_at", BigInteger, nullable=False),
    Column("recorded_by", String(64), nullable=False),  # user id, or "import:<id>"
    Index("ix_subject_facts_subject_id", "subject_id", "kind", "valid_until"),
)

# Every correction of what is known about a person: what was before and after, and why; never altered.
person_changes = Table(
    "person_changes",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("subject_id", ForeignKey("subjects.id"), nullable=False),
    Column("version", Integer, nullable=False),  # of the subject, after it
    Column("kind", String(24), nullable=False),  # services/corrections
    Column("sealed", Bytes, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("organisation_id", ForeignKey("organisations.id"), nullable=False),
    UniqueConstraint("subject_id", "version"),
)

# A person goes from one community's care into another's: offered by one, accepted by the other.
person_moves = Table(
    "person_moves",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("subject_id", ForeignKey("subjects.id"), nullable=False),
    Column("from_id", ForeignKey("organisations.id"), nullable=False),
    Column("to_id", ForeignKey("organisations.id"), nullable=False),
    Column("effective_on", String(10), nullable=False),  # YYYY-MM-DD in UTC+8
    Column("register_moves", Boolean, nullable=False),  # whether the household register goes as well
    Column("state", String(10), nullable=False),  # offered accepted declined
    Column("sealed", Bytes, nullable=False),  # what each side said
    Column("offered_by", String(64), nullable=False),
    Column("offered_at", BigInteger, nullable=False),
    Column("decided_by", String(64)),
    Column("decided_at", BigInteger),
    Index("ix_person_moves_subject_id", "subject_id"),
    Index("ix_person_moves_from_id", "from_id", "state"),
    Index("ix_person_moves_to_id", "to_id", "state"),
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

# Who of a family may read a person's statement: under a written mandate, for a time, until it is revoked.
reading_mandates = Table(
    "reading_mandates",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("subject_id", ForeignKey("subjects.id"), nullable=False),
    Column("user_id", ForeignKey("users.id"), nullable=False),
    Column("evidence", JSON, nullable=False),  # SHA-256 of the scanned mandate's files, hex
    Column("valid_until", BigInteger, nullable=False),
    Column("given_at", BigInteger, nullable=False),
    Column("given_by", String(64), nullable=False),
    Column("revoked_at", BigInteger),
    Column("revoked_by", String(64)),
    Index("ix_reading_mandates_subject_id", "subject_id"),
    Index("ix_reading_mandates_user_id", "user_id"),
)

# Erasures asked for by one organisation and confirmed by another. What is erased is told by subjects.state.
erasures = Table(
    "erasures",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("subject_id", ForeignKey("subjects.id"), nullable=False),
    Column("reason", String(200), nullable=False),  # a legal ground, never words about the person
    Column("requested_at", BigInteger, nullable=False),
    Column("requested_by", String(64), nullable=False),
    Column("requesting_organisation", Integer, nullable=False),
    Column("confirmed_at", BigInteger),
    Column("confirmed_by", String(64)),
    Column("confirming_organisation", Integer),
    Column("retain_until", BigInteger, nullable=False),  # until then the data is locked: stored, not used
    Column("erased_at", BigInteger),
    Column("certificate", Text),  # a JWS: what was destroyed, and who still holds openings
    UniqueConstraint("subject_id"),
)

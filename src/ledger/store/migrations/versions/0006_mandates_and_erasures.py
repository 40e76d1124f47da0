"""Mandates to read a person's statement, what it waits to show, and erasures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two tables and an index."""
    op.create_index(
        "ix_access_log_secret_until",
        "access_log",
        ["secret_until"],
        unique=False,
        sqlite_where=sa.text("secret_until IS NOT NULL"),
        postgresql_where=sa.text("secret_until IS NOT NULL"),
    )
    op.create_table(
        "reading_mandates",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("valid_until", sa.BigInteger(), nullable=False),
        sa.Column("given_at", sa.BigInteger(), nullable=False),
        sa.Column("given_by", sa.String(length=64), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_by", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.id"], name=op.f("fk_reading_mandates_subject_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_reading_mandates_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading_mandates")),
    )
    op.create_index("ix_reading_mandates_subject_id", "reading_mandates", ["subject_id"], unique=False)
    op.create_index("ix_reading_mandates_user_id", "reading_mandates", ["user_id"], unique=False)
    op.create_table(
        "erasures",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("requested_at", sa.BigInteger(), nullable=False),
        sa.Column("requested_by", sa.String(length=64), nullable=False),
        sa.Column("requesting_organisation", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", sa.BigInteger(), nullable=True),
        sa.Column("confirmed_by", sa.String(length=64), nullable=True),
        sa.Column("confirming_organisation", sa.Integer(), nullable=True),
        sa.Column("retain_until", sa.BigInteger(), nullable=False),
        sa.Column("erased_at", sa.BigInteger(), nullable=True),
        sa.Column("certificate", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.id"], name=op.f("fk_erasures_subject_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
        sa.UniqueConstraint("subject_id", name=op.f("uq_erasures_subject_id")),
    )

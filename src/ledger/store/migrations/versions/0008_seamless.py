"""Runs of seamless certification and their outcomes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the two tables."""
    op.create_table(
        "seamless_runs",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("programme", sa.Integer(), nullable=False),
        sa.Column("rules_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("as_of", sa.BigInteger(), nullable=False),
        sa.Column("dry", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("started_by", sa.String(length=64), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.Column("due", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seamless_runs")),
    )
    op.create_table(
        "seamless_outcomes",
        sa.Column("programme", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("subject_id", sa.String(length=32), nullable=False),
        sa.Column("period", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("run_id", sa.String(length=32), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(length=16), nullable=False),
        sa.Column("lacks", sa.JSON(), nullable=False),
        sa.Column("operation_id", sa.String(length=32), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["organisations.id"], name=op.f("fk_seamless_outcomes_community_id")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["seamless_runs.id"], name=op.f("fk_seamless_outcomes_run_id")),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subjects.id"], name=op.f("fk_seamless_outcomes_subject_id")
        ),
        sa.PrimaryKeyConstraint("programme", "subject_id", "period", name=op.f("pk_seamless_outcomes")),
    )
    op.create_index("ix_seamless_outcomes_run_id", "seamless_outcomes", ["run_id"], unique=False)
    op.create_index("ix_seamless_outcomes_subject_id", "seamless_outcomes", ["subject_id"], unique=False)

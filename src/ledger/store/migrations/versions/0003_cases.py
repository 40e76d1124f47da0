"""Cases of every kind, with their events."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_KNOWN = "UPDATE cases SET channel = 'system', deadline = created_at + 1296000"


def upgrade() -> None:
    """A roster's row keeps its case, with a deadline."""
    with op.batch_alter_table("cases") as cases:
        cases.add_column(sa.Column("subject_id", sa.String(length=32), nullable=True))
        cases.add_column(sa.Column("programme", sa.Integer(), nullable=True))
        cases.add_column(sa.Column("against_id", sa.Integer(), nullable=True))
        cases.add_column(sa.Column("channel", sa.String(length=16), nullable=True))
        cases.add_column(sa.Column("opened_by", sa.String(length=64), nullable=True))
        cases.add_column(sa.Column("opened_for_id", sa.Integer(), nullable=True))
        cases.add_column(sa.Column("assignee_id", sa.String(length=32), nullable=True))
        cases.add_column(sa.Column("outcome", sa.String(length=16), nullable=True))
        cases.add_column(sa.Column("deadline", sa.BigInteger(), nullable=True))
        cases.add_column(sa.Column("resolved_by", sa.String(length=64), nullable=True))
    op.execute(_KNOWN)
    with op.batch_alter_table("cases") as cases:
        cases.alter_column("channel", existing_type=sa.String(length=16), nullable=False)
        cases.alter_column("deadline", existing_type=sa.BigInteger(), nullable=False)
        cases.alter_column("wrapped_key", existing_type=sa.LargeBinary(), nullable=True)
        cases.create_index("ix_cases_subject_id", ["subject_id", "state"])
        for column, table in (
            ("subject_id", "subjects"),
            ("against_id", "organisations"),
            ("opened_for_id", "organisations"),
            ("assignee_id", "users"),
        ):
            cases.create_foreign_key(op.f(f"fk_cases_{column}"), table, [column], ["id"])
    op.create_table(
        "case_events",
        sa.Column(
            "sequence",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_events_case_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_case_events_organisation_id")
        ),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_case_events")),
    )
    op.create_index("ix_case_events_case_id", "case_events", ["case_id", "sequence"])

"""The month's work, and people as they move and are corrected."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """New tables; a subject counts its corrections."""
    op.create_table(
        "months",
        sa.Column("programme", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("root", sa.LargeBinary(length=32), nullable=True),
        sa.PrimaryKeyConstraint("programme", "month", name=op.f("pk_months")),
        sa.ForeignKeyConstraint(["closed_by"], ["organisations.id"], name=op.f("fk_months_closed_by")),
        sa.UniqueConstraint("position", name=op.f("uq_months_position")),
    )
    op.create_table(
        "payment_imports",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("programme", sa.Integer(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("file_token", sa.LargeBinary(length=32), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("paid", sa.Integer(), nullable=False),
        sa.Column("returned", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_imports")),
    )
    op.create_table(
        "form_templates",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=24), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_form_templates_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_templates")),
    )
    op.create_index(
        "ix_form_templates_organisation_id", "form_templates", ["organisation_id", "form"], unique=False
    )
    op.create_table(
        "month_lists",
        sa.Column("programme", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("payable", sa.BigInteger(), nullable=False),
        sa.Column("difference", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["organisations.id"], name=op.f("fk_month_lists_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["programme", "month"],
            ["months.programme", "months.month"],
            name=op.f("fk_month_lists_programme"),
        ),
        sa.PrimaryKeyConstraint("programme", "month", "community_id", name=op.f("pk_month_lists")),
    )
    op.create_table(
        "month_steps",
        sa.Column(
            "sequence",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("programme", sa.Integer(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=True),
        sa.Column("step", sa.String(length=8), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(length=32), nullable=True),
        sa.Column("signer", sa.String(length=42), nullable=True),
        sa.Column("signature", sa.LargeBinary(length=65), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["organisations.id"], name=op.f("fk_month_steps_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_month_steps_organisation_id")
        ),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_month_steps")),
    )
    op.create_index("ix_month_steps_month", "month_steps", ["programme", "month", "sequence"], unique=False)
    op.create_table(
        "month_differences",
        sa.Column("programme", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("subject_id", sa.String(length=32), nullable=False),
        sa.Column("for_month", sa.String(length=7), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("cause", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("band", sa.Integer(), nullable=True),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subjects.id"], name=op.f("fk_month_differences_subject_id")
        ),
        sa.PrimaryKeyConstraint(
            "programme", "month", "subject_id", "for_month", name=op.f("pk_month_differences")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_month_differences_subject_id", "month_differences", ["subject_id"], unique=False)
    op.create_table(
        "month_lines",
        sa.Column("programme", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("subject_id", sa.String(length=32), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("band", sa.Integer(), nullable=True),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("difference", sa.BigInteger(), nullable=False),
        sa.Column("change", sa.String(length=8), nullable=True),
        sa.Column("change_reason", sa.String(length=24), nullable=True),
        sa.Column("salt", sa.LargeBinary(length=16), nullable=False),
        sa.Column("leaf", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.id"], name=op.f("fk_month_lines_subject_id")),
        sa.PrimaryKeyConstraint("programme", "month", "subject_id", name=op.f("pk_month_lines")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_month_lines_community_id", "month_lines", ["community_id", "programme", "month"], unique=False
    )
    op.create_index("ix_month_lines_subject_id", "month_lines", ["subject_id"], unique=False)
    op.create_table(
        "payments",
        sa.Column("programme", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("subject_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("import_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["payment_imports.id"], name=op.f("fk_payments_import_id")),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.id"], name=op.f("fk_payments_subject_id")),
        sa.PrimaryKeyConstraint("programme", "month", "subject_id", name=op.f("pk_payments")),
    )
    op.create_index("ix_payments_subject_id", "payments", ["subject_id"], unique=False)
    op.create_table(
        "person_changes",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("subject_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_person_changes_organisation_id")
        ),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.id"], name=op.f("fk_person_changes_subject_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_changes")),
        sa.UniqueConstraint("subject_id", "version", name=op.f("uq_person_changes_subject_id_version")),
    )
    op.create_table(
        "person_moves",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.String(length=32), nullable=False),
        sa.Column("from_id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.Column("effective_on", sa.String(length=10), nullable=False),
        sa.Column("register_moves", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("offered_by", sa.String(length=64), nullable=False),
        sa.Column("offered_at", sa.BigInteger(), nullable=False),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["from_id"], ["organisations.id"], name=op.f("fk_person_moves_from_id")),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.id"], name=op.f("fk_person_moves_subject_id")),
        sa.ForeignKeyConstraint(["to_id"], ["organisations.id"], name=op.f("fk_person_moves_to_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_moves")),
    )
    op.create_index("ix_person_moves_from_id", "person_moves", ["from_id", "state"], unique=False)
    op.create_index("ix_person_moves_subject_id", "person_moves", ["subject_id"], unique=False)
    op.create_index("ix_person_moves_to_id", "person_moves", ["to_id", "state"], unique=False)
    op.add_column("subjects", sa.Column("version", sa.Integer(), server_default="0", nullable=False))

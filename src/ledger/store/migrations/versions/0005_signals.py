"""Departments' signals: flows, deliveries, signals, quarantine."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Adds the four tables."""
    op.create_table(
        "signal_flows",
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("catalogue_entry", sa.Text(), nullable=False),
        sa.Column("basis", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["department_id"], ["organisations.id"], name=op.f("fk_signal_flows_department_id")
        ),
        sa.PrimaryKeyConstraint("department_id", "kind", name=op.f("pk_signal_flows")),
    )
    op.create_table(
        "signal_batches",
        sa.Column("id", _SERIAL, autoincrement=True, nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("first_month", sa.Integer(), nullable=False),
        sa.Column("last_month", sa.Integer(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["department_id"], ["organisations.id"], name=op.f("fk_signal_batches_department_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signal_batches")),
        sa.UniqueConstraint("department_id", "digest", name=op.f("uq_signal_batches_department_id_digest")),
    )
    op.create_table(
        "signals",
        sa.Column("id", _SERIAL, autoincrement=True, nullable=False),
        sa.Column("subject_id", sa.String(length=32), nullable=False),
        sa.Column("batch_id", _SERIAL, nullable=False),
        sa.Column("slot", sa.LargeBinary(length=16), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["signal_batches.id"], name=op.f("fk_signals_batch_id")),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.id"], name=op.f("fk_signals_subject_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signals")),
    )
    op.create_index("ix_signals_subject_id", "signals", ["subject_id"], unique=False)
    op.create_index(
        "uq_signals_slot",
        "signals",
        ["slot"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "signal_quarantine",
        sa.Column("id", _SERIAL, autoincrement=True, nullable=False),
        sa.Column("batch_id", _SERIAL, nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=48), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("resolved_at", sa.BigInteger(), nullable=True),
        sa.Column("resolution", sa.String(length=12), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["signal_batches.id"], name=op.f("fk_signal_quarantine_batch_id")
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["organisations.id"], name=op.f("fk_signal_quarantine_department_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signal_quarantine")),
        sa.UniqueConstraint("batch_id", "line", name=op.f("uq_signal_quarantine_batch_id_line")),
    )
    op.create_index(
        "ix_signal_quarantine_department_id",
        "signal_quarantine",
        ["department_id", "reference"],
        unique=False,
    )

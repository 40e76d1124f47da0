"""Deliveries of signals in the order of their acceptance, in which they are anchored."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_NUMBERED = (
    "UPDATE signal_batches SET position = (SELECT count(*) FROM signal_batches AS earlier"
    " WHERE earlier.state = 'accepted' AND earlier.id < signal_batches.id) WHERE state = 'accepted'"
)


def upgrade() -> None:
    """Numbers those that were accepted."""
    with op.batch_alter_table("signal_batches") as batches:
        batches.add_column(sa.Column("position", sa.Integer(), nullable=True))
    op.execute(_NUMBERED)
    with op.batch_alter_table("signal_batches") as batches:
        batches.create_unique_constraint(op.f("uq_signal_batches_position"), ["position"])

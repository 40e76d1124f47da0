"""Runs migrations on the connection that `ledger.store.migrate` hands over, inside its transaction."""

from __future__ import annotations

from alembic import context

from ledger.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite can't alter most of a table: Alembic copies it instead
)
context.run_migrations()

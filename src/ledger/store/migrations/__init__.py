"""Alembic's environment and every version of the schema, oldest first. Run by `ledger.store.migrate`."""

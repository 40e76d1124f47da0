"""A ledger's history in one file, replayed without a node: docs/audit.md has the format."""

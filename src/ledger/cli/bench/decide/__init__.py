"""`ledger bench decide`: decisions over HTTP on an installation the size of a county-level city."""

"""Between the contracts' ABI and the ledger's own types: calls out, events and errors in."""

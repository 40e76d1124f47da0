"""How often the ledger is wrong, both ways, and what looks unusual."""

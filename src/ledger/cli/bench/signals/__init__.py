"""`ledger bench signals` and `ledger bench seamless`: what comes in, and the night's run over it."""

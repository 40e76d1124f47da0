"""`ledger bench chaos`: the real service under load while things break, and what must hold afterwards.

Two profiles. *embedded*: `ledger serve` with its own chain; service and chain are killed, the disk fills,
the clock moves. *depth*: the same service on a node that others run, reached through a proxy that spoils
the conversation, while the chain reorganises. Every fault is drawn from the seed.
"""

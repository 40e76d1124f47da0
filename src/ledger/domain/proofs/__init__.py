"""Proofs of what the ledger held about one person's consent or certification, and how they are checked. Pure.

`docs/proof-format.md` says the same for whoever writes another verifier; the rules' numbers are the same.
"""

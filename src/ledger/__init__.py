"""A certification ledger for elders: who is certified, until when, and who may know."""

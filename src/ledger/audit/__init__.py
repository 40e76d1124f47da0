"""Replay of the ledger from a node and the pinned deployment file, trusting neither the service nor its
database.

`replay` is the procedure; its steps carry the numbers of docs/audit.md. The rules are those of
`ledger.domain`; what is here fetches, compares and reports.
"""

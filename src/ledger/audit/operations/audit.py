"""Reads the trace of a service's database and checks it."""

from __future__ import annotations

from ledger.audit.operations.check import Result, check
from ledger.store import trace
from ledger.store.database import Database


def audit_operations(database: Database) -> Result:
    """Checks one snapshot; the service may go on meanwhile, and nothing is written."""
    with database.read() as conn:
        operations = list(trace.traced_operations(conn))
        batches = list(trace.traced_batches(conn))
        return check(operations, batches, trace.steps(conn), trace.recorded_operations(conn))

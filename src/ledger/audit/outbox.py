"""Step 13: what the service accepted: its way, its person, and that nothing of it is gone."""

from __future__ import annotations

from sqlalchemy import Connection, func, select, union

from ledger.audit import accepted
from ledger.audit.findings import Code, Finding, Findings, Where, shown
from ledger.audit.operations.audit import audit_operations
from ledger.domain.state import LedgerState
from ledger.store.database import Database
from ledger.store.tables import operations, records, tags, word_history


def check(database: Database, state: LedgerState, findings: Findings) -> tuple[int, set[bytes]]:
    """Every operation's way (`ledger.audit.operations`), what was signed and recorded of it, tags of two
    persons, and records that nobody accepted. Returns how many operations there are, and the tags of two
    persons. The index must have been found right before.
    """
    result = audit_operations(database)
    for group in result.findings.groups():
        for one in group.examples:
            about = one.operation or (f"batch {one.batch}" if one.batch is not None else None)
            where = Where(contract=operations.name, tag=about)
            findings.add(Finding(Code.OPERATION_WRONG, where, one.got, one.expected, rule=str(one.code)))
    with database.read() as conn:
        if not len(result.findings):  # what is not on its way is not compared with where that leads
            accepted.check(conn, state, findings)
        shared = _find_shared_tags(conn, findings)
        _find_missing(conn, findings)
        _find_unaccounted(conn, findings)
    return result.operations, shared


def _find_shared_tags(conn: Connection, findings: Findings) -> set[bytes]:
    """A tag stands for one person; an operation or a sealed record of another under it is somebody's mistake
    or deceit.
    """
    sealed = select(operations.c.tag, records.c.subject_id).join(
        records, records.c.record_hash == operations.c.record_hash
    )
    persons = union(
        select(operations.c.tag, operations.c.subject_id), select(tags.c.tag, tags.c.subject_id), sealed
    ).subquery()
    query = (
        select(persons.c.tag, func.count().label("number")).group_by(persons.c.tag).having(func.count() > 1)
    )
    shared = set()
    for row in conn.execute(query):
        where = Where(contract=tags.name, tag=shown(row.tag))
        findings.add(Finding(Code.TAG_SHARED, where, f"{row.number} persons", "one person"))
        shared.add(row.tag)
    return shared


def _find_missing(conn: Connection, findings: Findings) -> None:
    """Sealed records whose operation is gone, whether it was recorded or not."""
    query = (
        select(records.c.record_hash)
        .outerjoin(operations, operations.c.record_hash == records.c.record_hash)
        .where(operations.c.id.is_(None))
    )
    for record_hash in conn.execute(query).scalars():
        where = Where(contract=operations.name, tag=shown(record_hash))
        findings.add(Finding(Code.OPERATION_MISSING, where, "no operation", "the one it was accepted as"))


def _find_unaccounted(conn: Connection, findings: Findings) -> None:
    """Records on the chain that this service knows neither an operation nor a sealed record of."""
    query = (
        select(word_history.c.tag, word_history.c.block_number, word_history.c.log_index)
        .outerjoin(operations, operations.c.record_hash == word_history.c.record_hash)
        .outerjoin(records, records.c.record_hash == word_history.c.record_hash)
        .where(operations.c.id.is_(None) & records.c.record_hash.is_(None))
    )
    for row in conn.execute(query):
        where = Where(
            contract=word_history.name, block=row.block_number, log=row.log_index, tag=shown(row.tag)
        )
        findings.add(
            Finding(Code.RECORD_UNACCOUNTED, where, "no operation", "the operation that it was accepted as")
        )

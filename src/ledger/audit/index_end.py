"""Step 12, last: where the service's index stands, and what it shows, after its rows were compared."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, RowMapping, Table, func, select

from ledger.audit.findings import Code, Finding, Findings, Where, shown
from ledger.audit.index_rows import CODES, row_shown, where_of
from ledger.chain.deployment import Deployment
from ledger.domain.state import LedgerState
from ledger.encoding.words import organisation as organisation_word
from ledger.store.tables import blocks, cursor, organisations, word_history, words


def check(conn: Connection, deployment: Deployment, state: LedgerState, findings: Findings) -> None:
    """Whose chain the index is of, rows beyond its end, and present states against their own history."""
    at = conn.execute(select(cursor)).mappings().one_or_none()
    if at is None:
        where = Where(contract=cursor.name)
        return findings.add(Finding(Code.INDEX_CHAIN_DIFFERS, where, "no cursor", "the index's cursor"))
    _check_cursor(conn, at, deployment, findings)
    for table in CODES:
        _check_beyond(conn, table, at["block_number"], findings)
    if not findings.found(Code.INDEX_HISTORY_DIFFERS):
        _check_words(conn, findings)
    return _check_organisations(conn, state, findings)


def stands_at(conn: Connection) -> int:
    """The last block that the index has; -1 if it has none."""
    at = conn.execute(select(cursor.c.block_number)).scalar_one_or_none()
    return -1 if at is None else int(at)


def _check_cursor(conn: Connection, at: RowMapping, deployment: Deployment, findings: Findings) -> None:
    known = conn.execute(select(blocks).where(blocks.c.number == at["block_number"])).mappings().one_or_none()
    got = {
        "chain": at["chain_id"],
        "genesis": shown(at["genesis_hash"]),
        "hash": shown(at["block_hash"]),
        "time": at["block_timestamp"],
        "final": at["final_number"] <= at["block_number"],
    }
    expected = {
        "chain": deployment.chain_id,
        "genesis": deployment.genesis_hash,
        "hash": None if known is None else shown(known["hash"]),
        "time": None if known is None else known["timestamp"],
        "final": True,
    }
    names = [name for name in expected if got[name] != expected[name]]
    if findings.found(Code.INDEX_BLOCK_DIFFERS):  # the row to compare with may be the wrong one
        names = [name for name in names if name not in {"hash", "time"}]
    if names:
        where = Where(contract=cursor.name, block=at["block_number"])
        findings.add(
            Finding(Code.INDEX_CHAIN_DIFFERS, where, row_shown(got, names), row_shown(expected, names))
        )


def _check_beyond(conn: Connection, table: Table, last: int, findings: Findings) -> None:
    number = table.c.number if table is blocks else table.c.block_number
    for found in conn.execute(select(table).where(number > last)).mappings():
        row = dict(found)
        findings.add(Finding(CODES[table], where_of(table, row), row_shown(row), "nothing yet"))


def _check_words(conn: Connection, findings: Findings) -> None:
    history = word_history.c
    latest = (
        select(history.programme, history.tag, func.max(history.revision).label("revision"))
        .group_by(history.programme, history.tag)
        .subquery()
    )
    last = (
        select(history.programme, history.tag, history.word)
        .join(
            latest,
            (history.programme == latest.c.programme)
            & (history.tag == latest.c.tag)
            & (history.revision == latest.c.revision),
        )
        .subquery()
    )
    joined = last.outerjoin(words, (words.c.programme == last.c.programme) & (words.c.tag == last.c.tag))
    query = select(last.c.tag, last.c.word, words.c.word.label("present")).select_from(joined)
    for row in conn.execute(query.where(words.c.word.is_(None) | (words.c.word != last.c.word))):
        got = "no row" if row.present is None else shown(row.present)
        _find_word(findings, row.tag, got, shown(row.word))
    known = words.outerjoin(
        word_history, (history.programme == words.c.programme) & (history.tag == words.c.tag)
    )
    extra = select(words.c.tag, words.c.word).select_from(known).where(history.tag.is_(None))
    for tag, word in conn.execute(extra):
        _find_word(findings, tag, shown(word), "no row")


def _find_word(findings: Findings, tag: bytes, got: str, expected: str) -> None:
    where = Where(contract=words.name, tag=shown(tag))
    findings.add(Finding(Code.INDEX_WORD_DIFFERS, where, got, expected))


def _check_organisations(conn: Connection, state: LedgerState, findings: Findings) -> None:
    """Parents and roles, by which the service says who may do what, of organisations that the chain has."""
    for row in conn.execute(select(organisations)):
        word = state.organisations.get(row.id)
        if word is None:
            continue
        got: dict[str, Any] = {"parent": row.parent_id or 0, "roles": row.roles}
        expected = {"parent": organisation_word.parent(word), "roles": organisation_word.roles(word)}
        if got != expected:
            where = Where(contract=organisations.name, entry=row.id)
            findings.add(Finding(Code.INDEX_ORGANISATION_DIFFERS, where, row_shown(got), row_shown(expected)))

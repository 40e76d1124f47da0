"""Tampering with a service's database: each kind is found by its own code, and nothing else is reported.

What is planted on the chain, or by a node that lies, is in test_audit_tampering.py; in checkpoints and
archives, in test_audit_checkpoints.py.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from pathlib import Path

import pytest

from ledger.audit.findings import Code
from ledger.domain.access.entry import Entry
from ledger.encoding.canonical import canonical_json
from ledger.keys.sealing import open_sealed, seal
from tests.audited_service import AuditedService, edited
from tests.tampering import Edit, found, sql

# --- the index ---------------------------------------------------------------------------------------------


def word_flipped(bit: int) -> Edit:
    """Another word in one row, by one bit counted from the least."""

    def edit(conn: sqlite3.Connection, _: AuditedService) -> None:
        row = conn.execute("SELECT tag, word FROM words LIMIT 1").fetchone()
        word = (int.from_bytes(row["word"], "big") ^ 1 << bit).to_bytes(32, "big")
        conn.execute("UPDATE words SET word = ? WHERE tag = ?", (word, row["tag"]))

    return edit


INDEX: dict[str, tuple[Edit, Code, str]] = {
    "a state shown that is not the last": (word_flipped(128), Code.INDEX_WORD_DIFFERS, "words"),
    "a state that nobody recorded": (
        sql("INSERT INTO words VALUES (1, ?, ?)", b"\1" * 32, b"\2" * 32),
        Code.INDEX_WORD_DIFFERS,
        "words",
    ),
    "a state removed": (
        sql("DELETE FROM words WHERE tag = (SELECT tag FROM words LIMIT 1)"),
        Code.INDEX_WORD_DIFFERS,
        "words",
    ),
    "a record in the history that the chain does not have": (
        sql(
            "INSERT INTO word_history SELECT programme, ?, revision, word, ?, block_number, log_index, 99"
            " FROM word_history LIMIT 1",
            b"\1" * 32,
            b"\2" * 32,
        ),
        Code.INDEX_HISTORY_DIFFERS,
        "word_history",
    ),
    "another commitment in the history": (
        sql(
            "UPDATE word_history SET record_hash = ? WHERE revision = 1"
            " AND tag = (SELECT tag FROM words LIMIT 1)",
            b"\3" * 32,
        ),
        Code.INDEX_HISTORY_DIFFERS,
        "word_history",
    ),
    "another signer of a batch": (
        sql(
            "UPDATE recorded_batches SET signer = '0x0000000000000000000000000000000000000001'"
            " WHERE rowid = (SELECT min(rowid) FROM recorded_batches)"
        ),
        Code.INDEX_BATCH_DIFFERS,
        "recorded_batches",
    ),
    "another transaction of a batch": (
        sql("UPDATE recorded_batches SET transaction_hash = ?", b"\4" * 32),
        Code.INDEX_BATCH_DIFFERS,
        "recorded_batches",
    ),
    "a registered key removed": (
        sql(
            "DELETE FROM register_events WHERE rowid ="
            " (SELECT max(rowid) FROM register_events WHERE name = 'SignerAdded')"
        ),
        Code.INDEX_REGISTER_DIFFERS,
        "register_events",
    ),
    "a key's window made longer": (
        sql(
            "UPDATE register_events SET arguments = json_set(arguments, '$.valid_until', 4000000000)"
            " WHERE name = 'SignerAdded'"
        ),
        Code.INDEX_REGISTER_DIFFERS,
        "register_events",
    ),
    "another running head": (
        sql("UPDATE contract_heads SET head = ? WHERE contract = 'Consents'", b"\5" * 32),
        Code.INDEX_HEAD_DIFFERS,
        "contract_heads",
    ),
    "a clock moved: a block at another time": (
        sql("UPDATE blocks SET timestamp = timestamp + 3600 WHERE events > 0 AND number > 2"),
        Code.INDEX_BLOCK_DIFFERS,
        "blocks",
    ),
    "a block of another chain": (
        sql("UPDATE blocks SET hash = ? WHERE number = (SELECT max(number) - 1 FROM blocks)", b"\6" * 32),
        Code.INDEX_BLOCK_DIFFERS,
        "blocks",
    ),
}


@pytest.mark.parametrize("kind", INDEX)
def test_an_index_that_differs_from_the_chain_is_found(
    audited_service: AuditedService, tmp_path: Path, kind: str
) -> None:
    edit, code, where = INDEX[kind]
    with edited(audited_service, tmp_path) as conn:
        edit(conn, audited_service)
    assert found(audited_service.audited(tmp_path / "edited.sqlite")) == [(code, where)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE cursor SET chain_id = 7",
        "UPDATE cursor SET genesis_hash = zeroblob(32)",
        "UPDATE cursor SET block_hash = zeroblob(32)",
    ],
)
def test_an_index_of_another_chain_is_found(
    audited_service: AuditedService, tmp_path: Path, statement: str
) -> None:
    with edited(audited_service, tmp_path) as conn:
        conn.execute(statement)
    assert found(audited_service.audited(tmp_path / "edited.sqlite"))[0][0] is Code.INDEX_CHAIN_DIFFERS


# --- the outbox --------------------------------------------------------------------------------------------


def not_recorded(conn: sqlite3.Connection, _: AuditedService) -> None:
    """An operation said to be final that never was on the chain: another commitment."""
    row = conn.execute("SELECT sequence FROM operations WHERE state = 'final' LIMIT 1").fetchone()
    conn.execute(
        "UPDATE operations SET record_hash = ? WHERE sequence = ?", (secrets.token_bytes(32), row[0])
    )


def operations_swapped(conn: sqlite3.Connection, _: AuditedService) -> None:
    """Two persons' operations under one tag."""
    first, second = conn.execute(
        "SELECT sequence, subject_id FROM operations WHERE revision = 1 AND kind = 'certification' LIMIT 2"
    ).fetchall()
    conn.execute("UPDATE operations SET subject_id = ? WHERE sequence = ?", (second[1], first[0]))


def accepted_never_sent(conn: sqlite3.Connection, _: AuditedService) -> None:
    """An operation that was final is said to be waiting still."""
    conn.execute(
        "UPDATE operations SET state = 'accepted', batch_id = NULL"
        " WHERE sequence = (SELECT max(sequence) FROM operations)"
    )


def final_refused(conn: sqlite3.Connection, _: AuditedService) -> None:
    """What is on the chain is said to have been refused."""
    conn.execute(
        "UPDATE operations SET state = 'refused', reason_code = 'not_responsible'"
        " WHERE sequence = (SELECT min(sequence) FROM operations)"
    )


OUTBOX: dict[str, tuple[Edit, set[Code]]] = {
    "final, but not on the chain": (not_recorded, {Code.OPERATION_WRONG, Code.OPERATION_MISSING}),
    "on the chain, and said to be waiting": (accepted_never_sent, {Code.OPERATION_WRONG}),
    "on the chain, and said to be refused": (final_refused, {Code.OPERATION_WRONG}),
    "another revision than recorded": (
        sql("UPDATE operations SET revision = 9 WHERE sequence = 1"),
        {Code.OPERATION_WRONG},
    ),
    "a step of the trace removed": (
        sql("DELETE FROM operation_trace WHERE state = 'signed'"),
        {Code.OPERATION_WRONG},
    ),
}


@pytest.mark.parametrize("kind", OUTBOX)
def test_an_outbox_that_says_something_else_is_found(
    audited_service: AuditedService, tmp_path: Path, kind: str
) -> None:
    edit, codes = OUTBOX[kind]
    with edited(audited_service, tmp_path) as conn:
        edit(conn, audited_service)
    result = audited_service.audited(tmp_path / "edited.sqlite", data_keys=False)
    assert {code for code, _ in found(result)} == codes


def test_one_tag_of_two_persons_is_found(audited_service: AuditedService, tmp_path: Path) -> None:
    with edited(audited_service, tmp_path) as conn:
        operations_swapped(conn, audited_service)
    result = audited_service.audited(tmp_path / "edited.sqlite", data_keys=False)
    assert found(result) == [(Code.TAG_SHARED, "tags")]


# --- the access log ----------------------------------------------------------------------------------------


def reseal_log(conn: sqlite3.Connection, sequence: int, **changed: object) -> None:
    """Another entry in the place of one, its hash made anew."""
    row = dict(conn.execute("SELECT * FROM access_log WHERE sequence = ?", (sequence,)).fetchone()) | changed
    row["detail"] = json.loads(row["detail"]) if row["detail"] not in (None, "null") else None
    entry = Entry(**{name: row[name] for name in Entry.__slots__})
    conn.execute(
        "UPDATE access_log SET actor = ?, leaf_hash = ? WHERE sequence = ?",
        (row["actor"], entry.leaf(), sequence),
    )


ACCESS_LOG: dict[str, tuple[Edit, Code]] = {
    "another actor": (
        sql("UPDATE access_log SET actor = 'u-nobody' WHERE sequence = 2"),
        Code.ACCESS_LOG_ALTERED,
    ),
    "another purpose": (
        sql("UPDATE access_log SET purpose = 'statistics' WHERE sequence = 3"),
        Code.ACCESS_LOG_ALTERED,
    ),
    "an entry deleted": (sql("DELETE FROM access_log WHERE sequence = 2"), Code.ACCESS_LOG_GAP),
    "the first entry deleted": (sql("DELETE FROM access_log WHERE sequence = 1"), Code.ACCESS_LOG_GAP),
    "the end cut off": (
        sql("DELETE FROM access_log WHERE sequence > (SELECT max(sequence) - 2 FROM access_log)"),
        Code.ACCESS_LOG_SHORT,
    ),
    "an entry and its hash replaced": (
        lambda conn, _: reseal_log(conn, 2, actor="u-nobody"),
        Code.ACCESS_LOG_ROOT_DIFFERS,
    ),
}


@pytest.mark.parametrize("kind", ACCESS_LOG)
def test_an_access_log_that_was_changed_is_found(
    audited_service: AuditedService, tmp_path: Path, kind: str
) -> None:
    edit, code = ACCESS_LOG[kind]
    with edited(audited_service, tmp_path) as conn:
        edit(conn, audited_service)
    assert found(audited_service.audited(tmp_path / "edited.sqlite")) == [(code, "access_log")]


# --- sealed records ----------------------------------------------------------------------------------------


def swapped(conn: sqlite3.Connection, _: AuditedService) -> None:
    """Two people's records in each other's place."""
    first, second = conn.execute("SELECT record_hash, sealed FROM records LIMIT 2").fetchall()
    conn.execute("UPDATE records SET sealed = ? WHERE record_hash = ?", (second[1], first[0]))
    conn.execute("UPDATE records SET sealed = ? WHERE record_hash = ?", (first[1], second[0]))


def resealed(kind: str, **changed: object) -> Edit:
    """Somebody with the person's key puts another record in the place of one."""

    def edit(conn: sqlite3.Connection, service: AuditedService) -> None:
        row = conn.execute("SELECT * FROM records WHERE kind = ? LIMIT 1", (kind,)).fetchone()
        key = service.data_keys[row["subject_id"]]
        place = f"record:{row['record_hash'].hex()}:{row['subject_id']}".encode()
        record = json.loads(open_sealed(key, row["sealed"], place)) | changed
        conn.execute(
            "UPDATE records SET sealed = ? WHERE record_hash = ?",
            (seal(key, canonical_json(record), place), row["record_hash"]),
        )

    return edit


RECORDS: dict[str, tuple[Edit, Code]] = {
    "two records swapped": (swapped, Code.RECORD_UNREADABLE),
    "a record damaged": (
        sql("UPDATE records SET sealed = zeroblob(200) WHERE kind = 'consent'"),
        Code.RECORD_UNREADABLE,
    ),
    "a record deleted": (
        sql("DELETE FROM records WHERE rowid = (SELECT min(rowid) FROM records)"),
        Code.RECORD_MISSING,
    ),
    "a record sealed anew with another reason": (
        resealed("certification", reason="another"),
        Code.RECORD_ALTERED,
    ),
    "a record sealed anew without its salt": (resealed("certification", salt=""), Code.RECORD_ALTERED),
    "consent terms sealed anew": (resealed("consent", terms={}), Code.RECORD_ALTERED),
    "another consumer of a consent": (
        sql("UPDATE tags SET consumer = (SELECT min(id) FROM organisations) WHERE kind = 'consent'"),
        Code.TERMS_DIFFER,
    ),
    "another purpose of a consent": (
        sql("UPDATE tags SET purpose = 1 WHERE kind = 'consent'"),
        Code.TERMS_DIFFER,
    ),
    "another actor of an operation": (
        sql("UPDATE operations SET actor = 'u-nobody' WHERE sequence = 1"),
        Code.RECORD_CONTRADICTS,
    ),
}


@pytest.mark.parametrize("kind", RECORDS)
def test_a_sealed_record_that_is_not_what_was_recorded_is_found(
    audited_service: AuditedService, tmp_path: Path, kind: str
) -> None:
    edit, code = RECORDS[kind]
    with edited(audited_service, tmp_path) as conn:
        edit(conn, audited_service)
    assert {code for code, _ in found(audited_service.audited(tmp_path / "edited.sqlite"))} == {code}

"""Tampering with what a service accepted, signed and keeps beside its index: each by its own code alone."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from ledger.audit.findings import Code
from ledger.keys.sealing import open_sealed, seal
from tests.audited_service import AuditedService, edited
from tests.tampering import Edit, found, sql

LAST_FINAL = "(SELECT max(sequence) FROM operations WHERE state = 'final')"


def flipped(table: str, column: str, where: str = "1", *, at: int = -1) -> Edit:
    """One bit of a byte string turned round, in the byte `at` of one row."""

    def edit(conn: sqlite3.Connection, _: AuditedService) -> None:
        (value,) = conn.execute(f"SELECT {column} FROM {table} WHERE {where} LIMIT 1").fetchone()  # noqa: S608
        other = bytearray(value)
        other[at] ^= 1
        done = conn.execute(
            f"UPDATE {table} SET {column} = ? WHERE {column} = ?",  # noqa: S608
            (bytes(other), value),
        )
        assert done.rowcount > 0

    return edit


def anchored_by_service(conn: sqlite3.Connection, service: AuditedService) -> None:
    """A head that the service says it anchored, signed by nobody."""
    (transaction,) = conn.execute("SELECT hash FROM transactions LIMIT 1").fetchone()
    conn.execute(
        "INSERT INTO anchors (organisation_id, stream, size, root, deadline, signature, transaction_hash,"
        " created_at) VALUES (1, 1, 5, zeroblob(32), 0, zeroblob(65), ?, 0)",
        (transaction,),
    )


OUTBOX: dict[str, tuple[Edit, Code, str]] = {
    "another organisation's operation": (
        sql(
            "UPDATE operations SET organisation_id = (SELECT max(id) FROM organisations"
            " WHERE id != organisation_id) WHERE sequence = 1"
        ),
        Code.OPERATION_DIFFERS,
        "operations",
    ),
    "an operation of another scheme": (
        sql("UPDATE operations SET scheme = 2 WHERE sequence = 1"),
        Code.OPERATION_DIFFERS,
        "operations",
    ),
    "a change that would make the certification longer": (
        sql(
            "UPDATE operations SET change = json_set(change, '$.valid_until',"
            " json_extract(change, '$.valid_until') + 2678400) WHERE sequence = 1"
        ),
        Code.OPERATION_DIFFERS,
        "operations",
    ),
    "a reviewer who reviewed nothing": (
        sql("UPDATE operations SET reviewer_id = 1 WHERE kind = 'consent'"),
        Code.OPERATION_DIFFERS,
        "operations",
    ),
    "an operation deleted after it was recorded": (
        sql(f"DELETE FROM operations WHERE sequence = {LAST_FINAL}"),  # noqa: S608
        Code.OPERATION_MISSING,
        "operations",
    ),
    "an operation and its sealed record deleted": (
        lambda conn, _: [
            sql(f"DELETE FROM records WHERE record_hash = (SELECT record_hash FROM operations WHERE sequence = {LAST_FINAL})")(conn, _),  # noqa: S608, E501
            sql(f"DELETE FROM operations WHERE sequence = {LAST_FINAL}")(conn, _),  # noqa: S608
        ],
        Code.RECORD_UNACCOUNTED,
        "word_history",
    ),
    "a batch of other entries": (
        flipped("batches", "entries", "state = 'final'", at=0),
        Code.BATCH_DIFFERS,
        "batches",
    ),
    "a batch with another signature": (
        flipped("batches", "signature", "state = 'final'"),
        Code.BATCH_DIFFERS,
        "batches",
    ),
    "a batch of another organisation": (
        sql("UPDATE batches SET organisation_id = (SELECT max(id) FROM organisations) WHERE id = 1"),
        Code.BATCH_DIFFERS,
        "batches",
    ),
    "a batch in another block": (
        sql("UPDATE batches SET block_number = block_number + 1 WHERE id = 1"),
        Code.BATCH_DIFFERS,
        "batches",
    ),
    "a stored transaction altered": (
        flipped("transactions", "raw", "state = 'mined'"),
        Code.TRANSACTION_DIFFERS,
        "transactions",
    ),
    "a tree head that its organisation did not sign": (
        anchored_by_service,
        Code.ANCHOR_DIFFERS,
        "anchors",
    ),
    "a tag that stands for nothing any more": (
        sql("DELETE FROM tags WHERE rowid = (SELECT min(rowid) FROM tags)"),
        Code.TAG_DIFFERS,
        "operations",
    ),
    "a certification's tag in another programme": (
        sql("UPDATE tags SET programme = 9 WHERE rowid = (SELECT min(rowid) FROM tags WHERE programme = 1)"),
        Code.TAG_DIFFERS,
        "operations",
    ),
    "a sealed record deleted, seen without a grant": (
        sql("DELETE FROM records WHERE rowid = (SELECT min(rowid) FROM records)"),
        Code.RECORD_MISSING,
        "records",
    ),
    "an organisation given more roles": (
        sql("UPDATE organisations SET roles = roles | 2 WHERE kind = 'community'"),
        Code.INDEX_ORGANISATION_DIFFERS,
        "organisations",
    ),
    "an organisation under another parent": (
        sql("UPDATE organisations SET parent_id = NULL WHERE kind = 'community'"),
        Code.INDEX_ORGANISATION_DIFFERS,
        "organisations",
    ),
    "the index's last block at another time": (
        sql("UPDATE cursor SET block_timestamp = block_timestamp - 86400"),
        Code.INDEX_CHAIN_DIFFERS,
        "cursor",
    ),
    "more said to be final than was read": (
        sql("UPDATE cursor SET final_number = block_number + 5"),
        Code.INDEX_CHAIN_DIFFERS,
        "cursor",
    ),
    "a block after the last": (
        sql("INSERT INTO blocks SELECT number + 7, hash, parent_hash, timestamp, 1 FROM blocks LIMIT 1"
            " OFFSET (SELECT count(*) - 1 FROM blocks)"),
        Code.INDEX_BLOCK_DIFFERS,
        "blocks",
    ),
    "only a certification's end in the index's history": (
        flipped("word_history", "word", at=15),
        Code.INDEX_HISTORY_DIFFERS,
        "word_history",
    ),
    "a tree of the access log that is not its own": (
        flipped("access_tree", "whole"),
        Code.ACCESS_TREE_DIFFERS,
        "access_tree",
    ),
    "an inner node of that tree": (
        sql("INSERT INTO access_nodes VALUES (4, 999, zeroblob(32))"),
        Code.ACCESS_TREE_DIFFERS,
        "access_nodes",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", OUTBOX)
def test_what_a_service_keeps_is_what_it_did(
    audited_service: AuditedService, tmp_path: Path, kind: str
) -> None:
    edit, code, where = OUTBOX[kind]
    with edited(audited_service, tmp_path) as conn:
        edit(conn, audited_service)
    result = audited_service.audited(tmp_path / "edited.sqlite", data_keys=False)
    assert found(result) == [(code, where)]


def resealed_whole(change: Callable[[dict[str, object]], None]) -> Edit:
    """Somebody with the person's key and the database puts another record under its own new commitment."""

    def edit(conn: sqlite3.Connection, service: AuditedService) -> None:
        row = conn.execute("SELECT * FROM records LIMIT 1").fetchone()
        key = service.data_keys[row["subject_id"]]
        place = f"record:{row['record_hash'].hex()}:{row['subject_id']}".encode()
        record = json.loads(open_sealed(key, row["sealed"], place))
        change(record)
        conn.execute(
            "UPDATE records SET sealed = ? WHERE record_hash = ?",
            (seal(key, json.dumps(record).encode(), place), row["record_hash"]),
        )

    return edit


RECORDS: dict[str, tuple[Edit, Code, str]] = {
    "evidence taken out of a record": (
        resealed_whole(lambda record: record.update(evidence=["00" * 32])),
        Code.RECORD_ALTERED,
        "records",
    ),
    "a record of another kind": (
        sql("UPDATE records SET kind = 'other' WHERE rowid = 1"),
        Code.RECORD_CONTRADICTS,
        "records",
    ),
    "a record that was made later than it says": (
        sql("UPDATE records SET created_at = created_at + 86400 WHERE rowid = 1"),
        Code.RECORD_CONTRADICTS,
        "records",
    ),
    "a consent's terms in words that nobody knows": (
        sql("UPDATE tags SET purpose = 999 WHERE kind = 'consent'"),
        Code.TERMS_DIFFER,
        "records",
    ),
    "a record given to another person": (
        sql("UPDATE records SET subject_id = (SELECT max(id) FROM subjects WHERE id != records.subject_id)"
            " WHERE rowid = 1"),
        Code.TAG_SHARED,
        "tags",
    ),
    "an operation given to another person": (
        sql("UPDATE operations SET subject_id = (SELECT max(id) FROM subjects"
            " WHERE id != operations.subject_id) WHERE sequence = 1"),
        Code.TAG_SHARED,
        "tags",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", RECORDS)
def test_a_record_says_what_was_accepted(audited_service: AuditedService, tmp_path: Path, kind: str) -> None:
    edit, code, where = RECORDS[kind]
    with edited(audited_service, tmp_path) as conn:
        edit(conn, audited_service)
    assert found(audited_service.audited(tmp_path / "edited.sqlite")) == [(code, where)]

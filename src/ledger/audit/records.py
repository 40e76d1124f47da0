"""Step 15: the sealed records behind what the chain recorded, opened with an auditor's granted keys."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from ledger.audit.findings import Code, Finding, Findings, Where, shown
from ledger.domain import changes, vocabulary
from ledger.encoding.canonical import record_hash
from ledger.encoding.types import OrganisationId
from ledger.errors import BadInput, LedgerError, Refused
from ledger.keys.sealing import open_sealed
from ledger.store.tables import (
    erasures,
    operations,
    organisations,
    recorded_batches,
    records,
    tags,
    word_history,
)

ASSERTED = "ASSERTED_BY_SERVICE"
_RECORDED_AT = 0xFFFFFFFF << 160
_AT_ONCE = 2_000


@dataclass(slots=True)
class Opened:
    """How many records were opened, how many are of subjects without a granted key, and how many of those
    opened stand on the service's word about who acted, by user or API key id.
    """

    opened: int = 0
    not_granted: int = 0
    erased: int = 0
    """Of persons with a certificate of erasure: the commitment stays, what it was to does not."""
    asserted: Counter[str] = field(default_factory=Counter)


def check(conn: Connection, data_keys: Mapping[str, bytes], upto: int, findings: Findings) -> Opened:
    """Checks every record that is on the chain up to block `upto`; the index must have been found right."""
    checker = _Checker(conn, data_keys, findings)
    before = word_history.alias("before")
    query = (
        select(
            word_history,
            before.c.word.label("old"),
            recorded_batches.c.organisation_id.label("signing"),
            operations.c.subject_id,
            operations.c.actor,
            records.c.sealed,
            records.c.subject_id.label("sealed_for"),
        )
        .join(operations, operations.c.record_hash == word_history.c.record_hash)
        .join(
            recorded_batches,
            (recorded_batches.c.block_number == word_history.c.block_number)
            & (recorded_batches.c.log_index == word_history.c.log_index),
        )
        .outerjoin(records, records.c.record_hash == word_history.c.record_hash)
        .outerjoin(
            before,
            (before.c.programme == word_history.c.programme)
            & (before.c.tag == word_history.c.tag)
            & (before.c.revision == word_history.c.revision - 1),
        )
        .where(word_history.c.block_number <= upto)
    )
    for row in conn.execution_options(yield_per=_AT_ONCE).execute(query).mappings():
        checker.check(row)
    return checker.done


class _Checker:
    def __init__(self, conn: Connection, data_keys: Mapping[str, bytes], findings: Findings) -> None:
        self.done = Opened()
        self._data_keys = data_keys
        self._findings = findings
        self._terms = _terms(conn)
        query = select(erasures.c.subject_id).where(erasures.c.certificate.is_not(None))
        self._erased = frozenset(conn.execute(query).scalars())

    def check(self, row: Mapping[Any, Any]) -> None:
        """Checks one row of the history with what belongs to it."""
        if row["subject_id"] in self._erased:
            self.done.erased += 1
            return
        if not row["sealed"]:
            self._find(Code.RECORD_MISSING, row, "no sealed record", shown(row["record_hash"]))
            return
        data_key = self._data_keys.get(row["subject_id"])
        if data_key is None:
            self.done.not_granted += 1
            return
        record = self._open(row, data_key)
        if record is None:
            return
        self.done.opened += 1
        self._check_content(row, record)

    def _open(self, row: Mapping[Any, Any], data_key: bytes) -> dict[str, Any] | None:
        # Where a record is sealed to: services.evidence and services.keyring say the same.
        place = f"record:{row['record_hash'].hex()}:{row['subject_id']}".encode()
        try:
            record: dict[str, Any] = json.loads(open_sealed(data_key, row["sealed"], place))
        except (Refused, ValueError):
            self._find(Code.RECORD_UNREADABLE, row, "does not open", "sealed for this person and commitment")
            return None
        try:
            commitment = record_hash(record)
        except BadInput as error:
            self._find(Code.RECORD_ALTERED, row, error.code, shown(row["record_hash"]))
            return None
        if commitment != row["record_hash"]:
            self._find(Code.RECORD_ALTERED, row, shown(commitment), shown(row["record_hash"]))
            return None
        return record

    def _check_content(self, row: Mapping[Any, Any], record: Mapping[str, Any]) -> None:
        said = {"subject": record.get("subject"), "actor": (record.get("actor") or {}).get("id")}
        accepted = {"subject": row["subject_id"], "actor": row["actor"]}
        if said != accepted:
            names = [name for name, value in accepted.items() if said[name] != value]
            self._find(Code.RECORD_CONTRADICTS, row, _some(said, names), _some(accepted, names))
            return
        word = _word(row["word"]) & ~_RECORDED_AT
        expected = _next(row, record)
        if expected != word:
            meant = "no change" if expected is None else shown(expected)
            self._find(Code.RECORD_CONTRADICTS, row, meant, shown(word))
        terms = self._terms.get(row["tag"])
        if row["programme"] == 0 and terms != (found := record.get("terms")):
            self._find(Code.TERMS_DIFFER, row, str(found), str(terms))
        if record.get("assurance") == ASSERTED:
            self.done.asserted[row["actor"]] += 1
        else:
            self._find(Code.SIGNATURE_OF_PERSON_WRONG, row, str(record.get("assurance")), ASSERTED)

    def _find(self, code: Code, row: Mapping[Any, Any], got: str, expected: str) -> None:
        where = Where(
            contract=records.name,
            block=row["block_number"],
            log=row["log_index"],
            entry=row["entry_index"],
            tag=shown(row["tag"]),
        )
        self._findings.add(Finding(code, where, got, expected))


def _next(row: Mapping[Any, Any], record: Mapping[str, Any]) -> int | None:
    """The word that the record's change makes of the one before; None if it says no change that there is."""
    old = 0 if row["old"] is None else _word(row["old"])
    signing = OrganisationId(row["signing"])
    try:
        if row["programme"]:
            certification = changes.certification_from_json(record["change"])
            return changes.apply_certification(old, certification, signing)
        return changes.apply_consent(old, changes.consent_from_json(record["change"]), signing)
    except (KeyError, ValueError, TypeError, LedgerError):
        return None


def _terms(conn: Connection) -> dict[bytes, dict[str, str]]:
    """What each consent's tag stands for, in the codes that records use."""
    codes = {row.id: row.code for row in conn.execute(select(organisations.c.id, organisations.c.code))}
    return {
        row.tag: {
            "provider": codes[row.provider],
            "consumer": codes[row.consumer],
            "category": vocabulary.category_by_number(row.category).code,
            "purpose": vocabulary.purpose_by_number(row.purpose).code,
        }
        for row in conn.execute(select(tags).where(tags.c.kind == "consent"))
    }


def _word(value: bytes) -> int:
    return int.from_bytes(value, "big")


def _some(values: Mapping[str, Any], names: list[str]) -> str:
    return ", ".join(f"{name} {values[name]}" for name in names)

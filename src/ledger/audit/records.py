"""Step 15: the sealed records behind what the chain recorded, opened with an auditor's granted keys."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from ledger.audit.accepted import next_word, signed_word, with_history
from ledger.audit.findings import Code, Finding, Findings, Where, shown
from ledger.domain import vocabulary
from ledger.encoding.canonical import record_hash
from ledger.errors import BadInput, Refused
from ledger.keys.sealing import open_sealed
from ledger.store.tables import erasures, operations, organisations, records, tags, word_history

ASSERTED = "ASSERTED_BY_SERVICE"
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


def check(
    conn: Connection,
    data_keys: Mapping[str, bytes],
    upto: int,
    findings: Findings,
    *,
    but: Collection[bytes] = (),
) -> Opened:
    """Checks every record that is on the chain up to block `upto`, `but` those of some tags, of which other
    findings say enough. The index must have been found right.
    """
    checker = _Checker(conn, data_keys, findings)
    held = (
        select(
            operations.c.subject_id,
            operations.c.actor,
            records.c.sealed,
            records.c.kind.label("sealed_as"),
            records.c.created_at,
        )
        .select_from(operations)
        .outerjoin(records, records.c.record_hash == operations.c.record_hash)
    )
    query = with_history(held).where(word_history.c.block_number <= upto)
    for row in conn.execution_options(yield_per=_AT_ONCE).execute(query).mappings():
        if row["tag"] not in but:
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
        said = {
            "subject": record.get("subject"),
            "actor": (record.get("actor") or {}).get("id"),
            "kind": record.get("record"),
            "recorded at": record.get("recorded_at"),
        }
        accepted = {
            "subject": row["subject_id"],
            "actor": row["actor"],
            "kind": row["sealed_as"],
            "recorded at": row["created_at"],
        }
        if said != accepted:
            names = [name for name, value in accepted.items() if said[name] != value]
            self._find(Code.RECORD_CONTRADICTS, row, _some(said, names), _some(accepted, names))
            return
        word = signed_word(row["word"])
        made = next_word(row, record.get("change"))
        if made != word:
            got = "no change" if made is None else shown(made)
            self._find(Code.RECORD_CONTRADICTS, row, got, shown(word))
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


def _terms(conn: Connection) -> dict[bytes, dict[str, str]]:
    """What each consent's tag stands for, in the codes that records use."""
    codes = {row.id: row.code for row in conn.execute(select(organisations.c.id, organisations.c.code))}
    return {
        row.tag: {
            "provider": codes.get(row.provider, "unknown"),
            "consumer": codes.get(row.consumer, "unknown"),
            "category": _code(vocabulary.category_by_number, row.category),
            "purpose": _code(vocabulary.purpose_by_number, row.purpose),
        }
        for row in conn.execute(select(tags).where(tags.c.kind == "consent"))
    }


def _code(by_number: Callable[[int], vocabulary.Term], number: int) -> str:
    try:
        return by_number(number).code
    except BadInput:
        return "unknown"


def _some(values: Mapping[str, Any], names: list[str]) -> str:
    return ", ".join(f"{name} {values[name]}" for name in names)

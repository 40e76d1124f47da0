"""Step 12: the service's index against the chain, row by row, while the chain is replayed."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Table, select

from ledger.audit import index_end
from ledger.audit.findings import Code, Finding, Findings, Group, Where, shown
from ledger.audit.index_rows import CODES, row_shown, where_of
from ledger.chain.deployment import Deployment
from ledger.chain.headers import Header
from ledger.domain.digests import event_digest
from ledger.domain.events import CertificationsRecorded, ConsentsRecorded, CountedEvent, Event
from ledger.domain.recording import RECORDED_AT_SHIFT
from ledger.domain.state import LedgerState
from ledger.encoding import entries
from ledger.encoding.words import certification
from ledger.relay.registers import to_row
from ledger.store.database import Database
from ledger.store.tables import (
    blocks,
    contract_heads,
    cursor,
    recorded_batches,
    register_events,
    word_history,
)

_PATIENCE = 10.0
"""Seconds that a running service gets to read on to the pinned block."""

Key = tuple[Any, ...]
Rows = dict[Key, dict[str, Any]]


class IndexComparison:
    """An `Observer` of a replay that compares what it sees with the index. Nothing is written.

    What the index has beyond the pinned block is not judged, nor, of an index that is behind, what the chain
    has beyond it: `upto` is the last block that was compared.
    """

    def __init__(self, database: Database, deployment: Deployment, findings: Findings) -> None:
        self._database = database
        self._deployment = deployment
        self.findings = findings
        self._expected: dict[str, Rows] = {table.name: {} for table in CODES}
        self._events_of: dict[int, int] = {}
        self.upto: int | None = None
        self.rows = 0

    def wait_for(self, number: int) -> None:
        """Gives a running service time to read on to a block."""
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            with self._database.read() as conn:
                at = conn.execute(select(cursor.c.block_number)).scalar_one_or_none()
            if at is not None and at >= number:
                return
            time.sleep(0.1)

    def before(self, event: Event, _: LedgerState) -> None:
        """See `Observer.before`."""

    def after(self, event: Event, state: LedgerState) -> None:
        """See `Observer.after`."""
        position = event.position
        block = position.block_number
        self._events_of[block] = self._events_of.get(block, 0) + 1
        if not isinstance(event, CountedEvent):
            return
        if isinstance(event, CertificationsRecorded | ConsentsRecorded):
            programme = event.programme if isinstance(event, CertificationsRecorded) else 0
            self._expect(
                recorded_batches,
                (block, position.log_index),
                block_number=block,
                log_index=position.log_index,
                transaction_hash=position.transaction_hash,
                block_timestamp=position.block_time,
                digest=event_digest(state.domains, event),
                signer=event.signer,
                organisation_id=event.organisation,
                programme=programme,
                scheme=event.scheme if isinstance(event, CertificationsRecorded) else 0,
            )
            stamp = position.block_time << RECORDED_AT_SHIFT
            history = self._expected[word_history.name]
            for index, (tag, word, record_hash) in enumerate(entries.iterate(event.entries)):
                revision = certification.revision(word)
                history[programme, tag, revision] = {
                    "programme": programme,
                    "tag": tag,
                    "revision": revision,
                    "word": (word | stamp).to_bytes(32, "big"),
                    "record_hash": record_hash,
                    "block_number": block,
                    "log_index": position.log_index,
                    "entry_index": index,
                }
        else:
            row = asdict(to_row(event))
            self._expect(register_events, (block, position.log_index), **row)
        journal = state.journals[event.contract]
        self._expect(
            contract_heads,
            (str(event.contract), block),
            contract=str(event.contract),
            block_number=block,
            head=journal.head,
            count=journal.count,
        )

    def end(self, headers: Sequence[Header], *, judged: bool) -> None:
        """See `Observer.end`."""
        if judged:
            self._compare_stretch(headers)
        self._expected = {table.name: {} for table in CODES}
        self._events_of = {}

    def kept(self) -> dict[str, Any]:
        """See `Observer.kept`."""
        groups = [group.to_json() for group in self.findings.groups()]
        return {"upto": self.upto, "rows": self.rows, "findings": groups}

    def go_on(self, kept: dict[str, Any]) -> None:
        """See `Observer.go_on`."""
        self.upto, self.rows = kept["upto"], kept["rows"]
        for group in kept["findings"]:
            self.findings.take(Group.from_json(group))

    def _compare_stretch(self, headers: Sequence[Header]) -> None:
        expected = self._expected
        with self._database.read() as conn:
            at = conn.execute(select(cursor)).mappings().one_or_none()
            reached = -1 if at is None else int(at["block_number"])
            first, last = headers[0].number, min(headers[-1].number, reached)
            if first <= last and (self.upto is None or self.upto >= first - 1):
                self.upto = last
                self._compare_blocks(conn, headers, last)
                for table in (recorded_batches, word_history, register_events, contract_heads):
                    rows = {
                        key: row for key, row in expected[table.name].items() if row["block_number"] <= last
                    }
                    # Before the first contract's block there is nothing, and no row may say that there is.
                    begin = 0 if first == self._deployment.first_block else first
                    self._compare(conn, table, rows, begin, last)

    def finish(self, state: LedgerState) -> None:
        """After the replay, which came to `state`: whose chain the index is of, and what it shows now."""
        with self._database.read() as conn:
            index_end.check(conn, self._deployment, state, self.findings)

    def _compare_blocks(self, conn: Connection, headers: Sequence[Header], last: int) -> None:
        by_number: dict[int, Header] = {header.number: header for header in headers}
        query = select(blocks).where(blocks.c.number.between(headers[0].number, last))
        seen = set()
        for found in conn.execute(query).mappings():
            row = dict(found)
            header = by_number[row["number"]]
            seen.add(row["number"])
            self.rows += 1
            expected = {
                "number": header.number,
                "hash": header.hash,
                "parent_hash": header.parent_hash,
                "timestamp": header.time,
                "events": self._events_of.get(header.number, 0),
            }
            if row != expected:
                where = Where(contract="blocks", block=header.number)
                self._differ(Code.INDEX_BLOCK_DIFFERS, where, row, expected)
        for number in self._events_of.keys() - seen:
            if number <= last:
                where = Where(contract="blocks", block=number)
                self._find(Code.INDEX_BLOCK_DIFFERS, where, "no row", shown(by_number[number].hash))

    def _compare(self, conn: Connection, table: Table, expected: Rows, first: int, last: int) -> None:
        keys = _KEYS[table.name]
        code = CODES[table]
        query = select(table).where(table.c.block_number.between(first, last))
        for found in conn.execute(query).mappings():
            row = dict(found)
            self.rows += 1
            key = tuple(row[name] for name in keys)
            ours = expected.pop(key, None)
            if ours is None:
                self._find(code, where_of(table, row), row_shown(row), "nothing")
            elif any(row[name] != value for name, value in ours.items()):
                self._differ(code, where_of(table, row), row, ours)
        for ours in expected.values():
            self._find(code, where_of(table, ours), "no row", row_shown(ours))

    def _expect(self, table: Table, key: Key, **row: Any) -> None:
        self._expected[table.name][key] = row

    def _differ(self, code: Code, where: Where, got: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
        names = [name for name, value in expected.items() if got[name] != value]
        self._find(code, where, row_shown(got, names), row_shown(expected, names))

    def _find(self, code: Code, where: Where, got: str, expected: str) -> None:
        self.findings.add(Finding(code, where, got, expected))


_KEYS = {
    recorded_batches.name: ("block_number", "log_index"),
    word_history.name: ("programme", "tag", "revision"),
    register_events.name: ("block_number", "log_index"),
    contract_heads.name: ("contract", "block_number"),
}

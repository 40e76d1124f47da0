"""The check: every way from its beginning, then where all of it has ended. No I/O."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ledger.audit.operations.findings import Code, Finding, Findings
from ledger.audit.operations.ways import Ways
from ledger.store.trace import RecordedOperation, Step, TracedBatch, TracedOperation

_ROW_STATE = {"accepted": "accepted", "included": "included", "final": "final", "refused": "refused"}
"""What an operation's own row says; in a batch that is on its way, "batched"."""
_RECORDED = {"included", "final"}


@dataclass(slots=True)
class Result:
    """What was checked, and what was found."""

    operations: int
    batches: int
    steps: int = 0
    states: Counter[str] = field(default_factory=Counter)
    """How many operations stand where."""
    findings: Findings = field(default_factory=Findings)

    def to_json(self) -> dict[str, Any]:
        """The result as JSON; of each code the first hundred findings, and how many there are."""
        return {
            "verdict": "findings" if len(self.findings) else "clean",
            "operations": self.operations,
            "batches": self.batches,
            "steps": self.steps,
            "states": dict(self.states),
            "causes": [
                {"code": str(group.examples[0].code), "count": group.count}
                for group in self.findings.groups()
            ],
            "findings": [
                {
                    "code": str(one.code),
                    "severity": str(one.code.severity),
                    "operation": one.operation,
                    "batch": one.batch,
                    "got": one.got,
                    "expected": one.expected,
                }
                for group in self.findings.groups()
                for one in group.examples
            ],
        }


def check(
    operations: Sequence[TracedOperation],
    batches: Sequence[TracedBatch],
    steps: Iterable[Step],
    recorded: Iterable[RecordedOperation],
) -> Result:
    """Checks one snapshot of the trace, in the order of docs/submission.md's list:

    1. each step is one of the state machine's, and no clock went back;
    2. what the steps lead to is what the rows say;
    3. everything accepted is on its way, final, or refused with a reason;
    4. no revision of a tag was given to two, and a tag's operations were recorded in order of acceptance;
    5. what is included or final is in the index once, at that revision, and nothing else is.
    """
    result = Result(len(operations), len(batches))
    ways = Ways(operations, batches, result.findings)
    for step in steps:
        ways.take(step)
        result.steps += 1
    result.states.update(way.state for way in ways.operations.values())
    for batch in batches:
        _check_batch(batch, ways, result.findings)
    for operation in operations:
        _check_operation(operation, ways, result.findings)
    _check_revisions(operations, result.findings)
    _check_index(operations, recorded, result.findings)
    return result


def _check_batch(batch: TracedBatch, ways: Ways, findings: Findings) -> None:
    traced = ways.batches[batch.id].state
    if traced != batch.state:
        findings.add(Finding(Code.STATE_DIFFERS, batch.state, str(traced), batch=batch.id))
    sent = batch.transaction_state
    if batch.state in {"prepared", "sent"} and sent not in {"prepared", "sent"}:
        got = f"{batch.state}, its transaction {sent or 'missing'}"
        findings.add(Finding(Code.NOT_ON_ITS_WAY, got, "a transaction on its way", batch=batch.id))


def _check_operation(operation: TracedOperation, ways: Ways, findings: Findings) -> None:
    way = ways.operations[operation.id]
    expected = _ROW_STATE.get(way.state, "batched")
    if operation.state != expected:
        findings.add(Finding(Code.STATE_DIFFERS, operation.state, expected, operation.id))
    if operation.batch != way.batch:
        got = f"in batch {operation.batch}"
        findings.add(Finding(Code.STATE_DIFFERS, got, f"in batch {way.batch}", operation.id))
    if way.batch is not None and ways.batches[way.batch].state != way.state:
        got = f"{way.state}, its batch {ways.batches[way.batch].state}"
        findings.add(Finding(Code.NOT_ON_ITS_WAY, got, "on its way, final or refused", operation.id))
    if operation.state == "refused" and not operation.reason_code:
        findings.add(Finding(Code.REASON_MISSING, "refused without a reason", "a reason", operation.id))


def _check_revisions(operations: Sequence[TracedOperation], findings: Findings) -> None:
    taken: dict[tuple[int, bytes, int], str] = {}
    newest: dict[tuple[int, bytes], int] = {}
    for operation in operations:
        if operation.state not in _RECORDED or operation.revision is None:
            continue
        slot = operation.programme, operation.tag
        other = taken.setdefault((*slot, operation.revision), operation.id)
        if other != operation.id:
            got = f"revision {operation.revision}, which {other} has"
            findings.add(Finding(Code.REVISION_TWICE, got, "a revision of its own", operation.id))
        elif operation.revision < newest.get(slot, 0):
            got, expected = f"revision {operation.revision}", f"more than {newest[slot]}"
            findings.add(Finding(Code.OUT_OF_ORDER, got, expected, operation.id))
        newest[slot] = max(operation.revision, newest.get(slot, 0))


def _check_index(
    operations: Sequence[TracedOperation], recorded: Iterable[RecordedOperation], findings: Findings
) -> None:
    by_id = {operation.id: operation for operation in operations}
    seen: set[str] = set()
    for record in recorded:
        operation = by_id[record.operation]
        if record.operation in seen:
            findings.add(
                Finding(Code.RECORD_TWICE, f"again at revision {record.revision}", "once", operation.id)
            )
        seen.add(record.operation)
        got = (record.programme, record.tag, record.revision)
        if operation.state not in _RECORDED:
            findings.add(
                Finding(Code.RECORD_DIFFERS, f"recorded, but {operation.state}", "included", operation.id)
            )
        elif got != (operation.programme, operation.tag, operation.revision):
            findings.add(
                Finding(
                    Code.RECORD_DIFFERS,
                    f"revision {record.revision} of 0x{record.tag.hex()}",
                    f"revision {operation.revision} of 0x{operation.tag.hex()}",
                    operation.id,
                )
            )
    for operation in operations:
        if operation.state in _RECORDED and operation.id not in seen:
            findings.add(Finding(Code.RECORD_MISSING, "nothing", "its record in the index", operation.id))

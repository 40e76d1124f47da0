"""Walks the ways of operations and batches step by step along the state machine. No I/O."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ledger.audit.operations.findings import Code, Finding, Findings
from ledger.encoding.entries import ENTRY_SIZE
from ledger.store.states import batch_is_allowed, is_allowed
from ledger.store.trace import Step, TracedBatch, TracedOperation

_HASH = slice(ENTRY_SIZE - 32, ENTRY_SIZE)


@dataclass(slots=True)
class Way:
    """Where an operation stands, since when (unix seconds), and the batch that it is in."""

    state: str
    at: float
    batch: int | None = None


@dataclass(slots=True)
class BatchWay:
    """Where a batch stands (None: not formed yet), since when, and the operations in it."""

    state: str | None = None
    at: float = 0.0
    members: set[str] = field(default_factory=set)


class Ways:
    """Every operation's and batch's way, as far as the steps taken in have led."""

    def __init__(
        self, operations: Sequence[TracedOperation], batches: Sequence[TracedBatch], findings: Findings
    ) -> None:
        self.operations = {one.id: Way("accepted", one.at) for one in operations}
        self.batches = {batch.id: BatchWay() for batch in batches}
        self._by_hash = {one.record_hash: one.id for one in operations}
        self._entries = {batch.id: batch.entries for batch in batches}
        self._findings = findings

    def take(self, step: Step) -> None:
        """Goes one step."""
        if step.operation is not None:
            self._operation_goes(step.operation, step)
        elif step.batch is not None:
            self._batch_goes(step.batch, step)

    def _operation_goes(self, operation: str, step: Step) -> None:
        way = self.operations.get(operation)
        if way is None:
            self._add(Code.STATE_DIFFERS, "a step of an operation that is not there", step.state, operation)
            return
        self._enter(way, step, operation)
        if way.batch is not None:
            self.batches[way.batch].members.discard(operation)
        way.batch = step.batch if step.state == "included" else None
        if way.batch is not None:
            self.batches[way.batch].members.add(operation)

    def _batch_goes(self, number: int, step: Step) -> None:
        batch = self.batches[number]
        if not batch_is_allowed(batch.state, step.state):  # type: ignore[arg-type]  # a word in a database
            got = f"{batch.state or 'nothing'} → {step.state}"
            self._add(Code.TRANSITION_NOT_ALLOWED, got, "a step of the state machine", batch=number)
        if step.at < batch.at:
            self._add(Code.TIME_WENT_BACK, f"{step.at:.3f}", f"{batch.at:.3f} or later", batch=number)
        before, batch.state, batch.at = batch.state, step.state, step.at
        if step.state == "batched":
            self._join(number, batch)
        if step.state == "refused":
            return  # its operations leave by steps of their own
        for operation in batch.members:
            way = self.operations[operation]
            if way.state == before:  # the batch's step is theirs
                way.state, way.at = step.state, step.at
            elif way.state != step.state:  # or else they came by steps of their own
                self._enter(way, step, operation)

    def _join(self, number: int, batch: BatchWay) -> None:
        packed = self._entries[number]
        for start in range(0, len(packed), ENTRY_SIZE):
            operation = self._by_hash.get(packed[start : start + ENTRY_SIZE][_HASH])
            if operation is not None:
                batch.members.add(operation)
                self.operations[operation].batch = number

    def _enter(self, way: Way, step: Step, operation: str) -> None:
        if not is_allowed(way.state, step.state):  # type: ignore[arg-type]  # a word in a database
            got = f"{way.state} → {step.state}"
            self._add(Code.TRANSITION_NOT_ALLOWED, got, "a step of the state machine", operation)
        if step.at < way.at:
            self._add(Code.TIME_WENT_BACK, f"{step.at:.3f}", f"{way.at:.3f} or later", operation)
        way.state, way.at = step.state, step.at

    def _add(
        self, code: Code, got: str, expected: str, operation: str | None = None, batch: int | None = None
    ) -> None:
        self._findings.add(Finding(code, got, expected, operation, batch))

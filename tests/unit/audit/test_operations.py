"""The state machine, its document, and what a check of the operations finds, each by its own code."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, get_args

import pytest

from ledger.audit.operations.check import Result, check
from ledger.audit.operations.findings import Code
from ledger.store.states import ON_THE_WAY, TRANSITIONS, State, batch_is_allowed, is_allowed
from ledger.store.trace import RecordedOperation, Step, TracedBatch, TracedOperation
from ledger.texts.messages import LOCALES, catalogue

DOCUMENT = (Path(__file__).resolve().parents[3] / "docs" / "submission.md").read_text("utf-8")
HAPPY = ("batched", "signed", "prepared", "sent", "included", "final")


def test_the_documents_diagram_is_the_state_machine() -> None:
    drawn = re.findall(r"^    (\w+) --> (\w+) : (.+)$", DOCUMENT, re.MULTILINE)
    assert {(before, after): when for before, after, when in drawn} == dict(TRANSITIONS)
    assert len(drawn) == len(TRANSITIONS)
    assert "[*] --> accepted" in DOCUMENT


@pytest.mark.parametrize("code", Code)
def test_every_code_stands_in_the_document_and_says_what_to_do(code: Code) -> None:
    means = catalogue("en")[f"audit.operations.finding.{code}.means"]
    assert f"| `{code}` | {code.severity} | {means} |" in DOCUMENT
    for locale in LOCALES:
        assert catalogue(locale)[f"audit.operations.finding.{code}.do"]


@pytest.mark.parametrize("state", get_args(State))
def test_every_state_is_reached_and_only_what_is_on_the_way_must_be_left(state: State) -> None:
    assert state == "accepted" or any(is_allowed(before, state) for before in get_args(State))
    assert any(is_allowed(state, after) for after in get_args(State)) or state not in ON_THE_WAY


def test_a_batch_goes_as_its_operations_do() -> None:
    assert batch_is_allowed(None, "batched")
    assert batch_is_allowed("sent", "refused")
    assert batch_is_allowed("refused", "included")
    assert not batch_is_allowed(None, "refused")
    assert not batch_is_allowed("refused", "signed")
    assert not batch_is_allowed("included", "refused")


def tag(number: int) -> bytes:
    return number.to_bytes(32, "big")


@dataclass
class Trace:
    """A snapshot: by default two operations that went the happy way in one batch."""

    operations: list[TracedOperation] = field(
        default_factory=lambda: [
            TracedOperation(f"op{n}", n, 1, tag(n), bytes([n]) * 32, "final", 1, 1, None, 10.0)
            for n in (1, 2)
        ]
    )
    batches: list[TracedBatch] = field(
        default_factory=lambda: [TracedBatch(1, "final", packed(1) + packed(2), "mined")]
    )
    steps: list[Step] = field(
        default_factory=lambda: [Step(1, None, state, 11.0 + n) for n, state in enumerate(HAPPY)]
    )
    recorded: list[RecordedOperation] = field(
        default_factory=lambda: [RecordedOperation(f"op{n}", 1, tag(n), 1) for n in (1, 2)]
    )

    def change(self, number: int, **fields: Any) -> None:
        """Another row of operation `number`."""
        self.operations[number - 1] = replace(self.operations[number - 1], **fields)

    def check(self) -> Result:
        return check(self.operations, self.batches, self.steps, self.recorded)


def packed(number: int) -> bytes:
    return tag(number) + bytes(32) + bytes([number]) * 32


def found(result: Result) -> list[Code]:
    return [group.examples[0].code for group in result.findings.groups() for _ in range(group.count)]


def test_the_happy_way_is_clean() -> None:
    result = Trace().check()
    assert found(result) == []
    assert (result.operations, result.batches, result.steps, result.states) == (2, 1, 6, {"final": 2})


def test_a_batch_given_up_and_formed_again_is_clean() -> None:
    trace = Trace()
    trace.batches = [
        TracedBatch(1, "refused", packed(1) + packed(2), "mined"),
        TracedBatch(2, "final", packed(1), "mined"),
    ]
    trace.change(1, batch=2)
    trace.change(2, batch=None, state="refused", revision=None, reason_code="rule.not_responsible")
    trace.steps = [Step(1, None, state, 11.0) for state in HAPPY[:4]]
    trace.steps += [
        Step(1, None, "refused", 12.0),
        Step(1, "op1", "accepted", 12.0),
        Step(1, "op2", "accepted", 12.0),
    ]
    trace.steps += [Step(None, "op2", "refused", 13.0)]
    trace.steps += [Step(2, None, state, 14.0) for state in HAPPY]
    trace.recorded = trace.recorded[:1]
    assert found(trace.check()) == []


def test_a_record_found_by_another_batch_takes_its_operation_along() -> None:
    trace = Trace()
    trace.batches.append(TracedBatch(2, "final", packed(2) + packed(9), None))
    trace.change(2, batch=2)
    own = [Step(2, "op2", "included", 15.5), Step(2, None, "included", 15.5), Step(2, None, "final", 17.0)]
    trace.steps = trace.steps[:4] + own[:2] + trace.steps[4:] + own[2:]
    assert found(trace.check()) == []


def lose_signing(trace: Trace) -> None:
    del trace.steps[1]


def turn_the_clock_back(trace: Trace) -> None:
    trace.steps[3] = replace(trace.steps[3], at=5.0)


def write_past_the_service(trace: Trace) -> None:
    trace.change(1, state="accepted", batch=None)
    trace.recorded = trace.recorded[1:]


def forget_the_last_step(trace: Trace) -> None:
    trace.steps.pop()


def drop_the_transaction(trace: Trace) -> None:
    trace.steps = trace.steps[:4]
    trace.batches = [TracedBatch(1, "sent", packed(1) + packed(2), "dropped")]
    for number in (1, 2):
        trace.change(number, state="batched")
    trace.recorded = []


def leave_one_behind(trace: Trace) -> None:
    trace.steps = [*trace.steps[:2], Step(1, None, "refused", 13.0), Step(1, "op1", "accepted", 13.0)]
    trace.batches = [TracedBatch(1, "refused", packed(1) + packed(2), None)]
    trace.change(1, state="accepted", batch=None)
    trace.change(2, state="batched")
    trace.recorded = []


def refuse_without_a_word(trace: Trace) -> None:
    trace.operations.append(
        TracedOperation("op3", 3, 1, tag(3), b"3" * 32, "refused", None, None, None, 10.0)
    )
    trace.steps.append(Step(None, "op3", "refused", 20.0))


def give_a_revision_twice(trace: Trace) -> None:
    trace.change(2, tag=tag(1))
    trace.recorded[1] = replace(trace.recorded[1], tag=tag(1))


def record_in_another_order(trace: Trace) -> None:
    trace.change(1, revision=2)
    trace.change(2, tag=tag(1))
    trace.recorded = [RecordedOperation("op1", 1, tag(1), 2), RecordedOperation("op2", 1, tag(1), 1)]


def lose_a_record(trace: Trace) -> None:
    del trace.recorded[0]


def record_at_another_revision(trace: Trace) -> None:
    trace.recorded[0] = replace(trace.recorded[0], revision=7)


def record_what_was_refused(trace: Trace) -> None:
    refuse_without_a_word(trace)
    trace.change(3, reason_code="rule.x")
    trace.recorded.append(RecordedOperation("op3", 1, tag(3), 1))


def record_twice(trace: Trace) -> None:
    trace.recorded.append(trace.recorded[0])


def name_a_stranger(trace: Trace) -> None:
    trace.steps.append(Step(None, "op9", "refused", 20.0))


@pytest.mark.parametrize(
    ("fault", "codes"),
    [
        (lose_signing, [Code.TRANSITION_NOT_ALLOWED]),
        (turn_the_clock_back, [Code.TIME_WENT_BACK]),
        (write_past_the_service, [Code.STATE_DIFFERS] * 2),
        (forget_the_last_step, [Code.STATE_DIFFERS] * 3),
        (drop_the_transaction, [Code.NOT_ON_ITS_WAY]),
        (leave_one_behind, [Code.NOT_ON_ITS_WAY]),
        (refuse_without_a_word, [Code.REASON_MISSING]),
        (give_a_revision_twice, [Code.REVISION_TWICE]),
        (record_in_another_order, [Code.OUT_OF_ORDER]),
        (lose_a_record, [Code.RECORD_MISSING]),
        (record_at_another_revision, [Code.RECORD_DIFFERS]),
        (record_what_was_refused, [Code.RECORD_DIFFERS]),
        (record_twice, [Code.RECORD_TWICE]),
        (name_a_stranger, [Code.STATE_DIFFERS]),
    ],
)
def test_each_fault_is_found_by_its_code(fault: Callable[[Trace], None], codes: Sequence[Code]) -> None:
    trace = Trace()
    fault(trace)
    assert found(trace.check()) == codes

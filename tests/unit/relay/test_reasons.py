"""A contract's no, in words that have a translation."""

from __future__ import annotations

from ledger.chain.bindings.errors import ContractError
from ledger.domain.rules import Refusal
from ledger.relay.reasons import reason, refusal_of
from tests.samples import tag


def test_index_and_tag_mean_nothing_to_a_person() -> None:
    assert reason(Refusal("WindowTooLong", (4, tag(1), 900, 800))) == (
        "rule.window_too_long",
        {"detail": "900, 800"},
    )


def test_an_error_of_the_whole_batch_keeps_its_arguments() -> None:
    assert reason(Refusal("DeadlinePassed", (5, 6))) == ("rule.deadline_passed", {"detail": "5, 6"})


def test_what_the_contract_says_is_what_the_rules_say() -> None:
    said = ContractError("RevisionNotNext", {"index": 0, "tag": bytes(tag(1)), "got": 1, "expected": 2})
    assert refusal_of(said) == Refusal("RevisionNotNext", (0, tag(1), 1, 2))
    assert refusal_of(said).index == 0


def test_data_that_is_no_error_of_ours_is_unknown() -> None:
    assert refusal_of(ContractError("", {"data": "abcd"})).name == "Unknown"

"""What a batch of certifications is refused for, in order."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.domain.codes import Scheme
from ledger.domain.rules import Refusal, check_certification_batch
from tests.certifications import (
    TAG,
    refused,
    senior,
)
from tests.samples import (
    COMMUNITY,
    LIMITS,
    NOW,
    authority,
    packed,
)


def check_batch(**changed: Any) -> Refusal | None:
    arguments: dict[str, Any] = {
        "scheme": Scheme.SENIOR,
        "deadline": NOW,
        "entries": packed({TAG: senior()}),
        "authority": authority(COMMUNITY),
        "programme_id": 1,
        "limits": LIMITS,
        "block_time": NOW,
    }
    return check_certification_batch(**(arguments | changed))


BATCH_REFUSALS: list[tuple[Refusal, dict[str, Any]]] = [
    (Refusal("EntriesMalformed", (95,)), {"entries": bytes(95)}),
    (Refusal("SchemeUnknown", (3,)), {"scheme": 3}),
    (Refusal("DeadlinePassed", (NOW - 1, NOW)), {"deadline": NOW - 1}),
    (Refusal("ProgrammeUnknown", (1,)), {"limits": 0}),
    (Refusal("ProgrammeInactive", (1,)), {"limits": LIMITS & ~1}),
]


def test_a_batch_in_order_is_accepted_up_to_its_deadline() -> None:
    assert check_batch() is None


@pytest.mark.parametrize(("expected", "changed"), BATCH_REFUSALS)
def test_each_refusal_of_a_batch(expected: Refusal, changed: dict[str, Any]) -> None:
    assert check_batch(**changed) == expected
    assert expected.index is None


def test_the_refusals_of_a_batch_come_in_order() -> None:
    changed: dict[str, Any] = {}
    for expected, change in reversed(BATCH_REFUSALS):
        changed |= change
        assert check_batch(**changed) == expected


def test_decisions_are_recorded_in_an_inactive_programme() -> None:
    assert check_batch(scheme=Scheme.NONE, limits=LIMITS & ~1) is None


def test_a_refusal_names_its_entry_and_reads_as_in_solidity() -> None:
    refusal = refused("NeverSeen")
    assert refusal.index == 3
    assert str(refusal) == f"NeverSeen(3, 0x{TAG.hex()})"

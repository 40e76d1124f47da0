"""The verifier on the vectors that every verifier must agree on."""

from __future__ import annotations

import pytest

from ledger.domain.proofs.verification import verify
from ledger.keys.signatures import recover
from tests.proof_vectors import Vector, broken, good

GOOD, BROKEN = list(good()), list(broken())


def test_there_are_enough_vectors() -> None:
    assert len(GOOD) >= 40
    assert len(BROKEN) >= 200
    for vectors in (GOOD, BROKEN):
        assert len({one.name for one in vectors}) == len(vectors)


@pytest.mark.parametrize("vector", GOOD, ids=lambda one: one.name)
def test_a_good_proof_holds(vector: Vector) -> None:
    result = verify(vector.data, vector.deployment.pinned, recover)
    assert (result.outcome, result.checks[-1].rule) == (vector.outcome, vector.rule), result.checks[-1]
    assert all(check.passed for check in result.checks)
    assert result.shown is not None
    assert result.shown.meaning == vector.meaning


@pytest.mark.parametrize("vector", BROKEN, ids=lambda one: one.name)
def test_a_broken_proof_is_found_out_by_its_rule(vector: Vector) -> None:
    result = verify(vector.data, vector.deployment.pinned, recover)
    assert (result.outcome, result.checks[-1].rule) == (vector.outcome, vector.rule), result.checks[-1]
    assert not result.checks[-1].passed
    assert all(check.passed for check in result.checks[:-1])

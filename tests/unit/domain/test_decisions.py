"""Decisions: the numbered order, where an earlier step decides whatever a later one would say."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest

from ledger.domain.codes import ConsentStatus, Grantor
from ledger.domain.decisions import (
    Answer,
    Caller,
    Decision,
    Inputs,
    Obligation,
    Reason,
    StatutoryBasis,
    decide,
)
from ledger.encoding.types import Timestamp
from ledger.encoding.words import consent

NOW = 1_750_000_000.5
GIVEN = consent.pack(
    status=ConsentStatus.GIVEN, grantor=Grantor.SELF, valid_from=1_700_000_000, valid_until=1_800_000_000
)
BASIS = StatutoryBasis(7, Timestamp(1_700_000_000), Timestamp(1_760_000_000), "GB 1, art. 2")
INPUTS = Inputs(
    caller=Caller.ACTIVE,
    fresh=True,
    erased=False,
    bases=(),
    consent_word=GIVEN,
    consent_final=True,
    consent_distrusted=False,
    withdrawal_pending=False,
)


def test_a_final_consent_in_its_window_permits() -> None:
    assert decide(INPUTS, NOW) == Decision(
        Answer.PERMIT,
        Reason.CONSENT,
        basis="consent",
        obligations=(
            Obligation.THIS_PURPOSE_ONLY,
            Obligation.NO_ONWARD_SHARING,
            Obligation.ASK_AGAIN_EACH_TIME,
        ),
        valid_until=Timestamp(1_800_000_000),
        max_age=0,
    )


def test_a_statutory_basis_permits_whatever_the_consent_says() -> None:
    inputs = replace(INPUTS, bases=(BASIS,), consent_word=0, withdrawal_pending=True)
    decision = decide(inputs, NOW)
    assert (decision.answer, decision.reason_code) == (Answer.PERMIT, Reason.STATUTORY_BASIS)
    assert decision.basis == "statutory:7"
    assert decision.valid_until == BASIS.valid_until
    assert Obligation.NAME_LEGAL_REFERENCE in decision.obligations


def test_of_several_bases_in_force_the_longest_counts() -> None:
    longer = replace(BASIS, basis=8, valid_until=Timestamp(1_770_000_000))
    over = replace(BASIS, basis=9, valid_until=Timestamp(int(NOW)))
    assert decide(replace(INPUTS, bases=(BASIS, longer, over)), NOW).basis == "statutory:8"


@pytest.mark.parametrize(("valid_from", "valid_until"), [(1_750_000_001, 1_760_000_000), (1, 1_750_000_000)])
def test_a_basis_out_of_force_leaves_it_to_the_consent(valid_from: int, valid_until: int) -> None:
    basis = replace(BASIS, valid_from=Timestamp(valid_from), valid_until=Timestamp(valid_until))
    assert decide(replace(INPUTS, bases=(basis,)), NOW).reason_code is Reason.CONSENT
    assert decide(replace(INPUTS, bases=(basis,), consent_word=0), NOW).reason_code is Reason.NO_BASIS


# In the order of the steps: what each denies for, and what makes it do so.
DENIALS = [
    (Reason.CALLER_UNKNOWN, {"caller": Caller.UNKNOWN}),
    (Reason.CALLER_INACTIVE, {"caller": Caller.INACTIVE}),
    (Reason.CANNOT_KNOW, {"fresh": False}),
    (Reason.ERASED, {"erased": True}),
    (Reason.NO_BASIS, {"consent_word": 0}),
    (Reason.REFUSED, {"consent_word": consent.replace(GIVEN, status=ConsentStatus.REFUSED)}),
    (Reason.WITHDRAWN, {"consent_word": consent.replace(GIVEN, status=ConsentStatus.WITHDRAWN)}),
    (Reason.WITHDRAWAL_PENDING, {"withdrawal_pending": True}),
    (Reason.NOT_FINAL, {"consent_final": False}),
    (Reason.SIGNER_DISTRUSTED, {"consent_distrusted": True}),
    (Reason.NOT_YET_VALID, {"consent_word": consent.replace(GIVEN, valid_from=1_750_000_001)}),
    (Reason.EXPIRED, {"consent_word": consent.replace(GIVEN, valid_until=1_750_000_000)}),
]


@pytest.mark.parametrize(("reason", "change"), DENIALS)
def test_each_step_denies_with_its_reason(reason: Reason, change: dict[str, object]) -> None:
    assert decide(replace(INPUTS, **change), NOW) == Decision(Answer.DENY, reason)


@pytest.mark.parametrize(("earlier", "later"), list(combinations(DENIALS, 2)))
def test_an_earlier_step_decides_before_a_later_one(
    earlier: tuple[Reason, dict[str, object]], later: tuple[Reason, dict[str, object]]
) -> None:
    assert decide(replace(INPUTS, **(later[1] | earlier[1])), NOW).reason_code is earlier[0]


@pytest.mark.parametrize(("reason", "change"), DENIALS[:4])
def test_no_basis_and_no_consent_get_round_the_first_three_steps(
    reason: Reason, change: dict[str, object]
) -> None:
    assert decide(replace(INPUTS, bases=(BASIS,), **change), NOW).reason_code is reason


def test_a_refusal_is_named_even_while_another_is_pending() -> None:
    inputs = replace(INPUTS, consent_word=DENIALS[5][1]["consent_word"], withdrawal_pending=True)
    assert decide(inputs, NOW).reason_code is Reason.REFUSED


def test_no_answer_may_be_reused() -> None:
    assert decide(INPUTS, NOW).max_age == decide(replace(INPUTS, bases=(BASIS,)), NOW).max_age == 0

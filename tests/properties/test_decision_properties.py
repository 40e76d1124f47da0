"""Decisions: nothing that takes trust away ever turns a no into a yes; a yes always stands on something."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.codes import ConsentStatus, Grantor
from ledger.domain.decisions import Answer, Caller, Inputs, Reason, StatutoryBasis, decide
from ledger.encoding.types import Timestamp
from ledger.encoding.words import consent

times = st.integers(1, 2**32 - 1).map(Timestamp)
bases = st.builds(StatutoryBasis, st.integers(1, 99), times, times, st.just("act 1"))
words = st.just(0) | st.builds(
    lambda status, grantor, start, end: consent.pack(
        status=status, grantor=grantor, valid_from=start, valid_until=end
    ),
    st.sampled_from([one for one in ConsentStatus if one is not ConsentStatus.NONE]),
    st.sampled_from([one for one in Grantor if one is not Grantor.NONE]),
    times,
    times,
)
inputs = st.builds(
    Inputs,
    caller=st.sampled_from(Caller),
    fresh=st.booleans(),
    erased=st.booleans(),
    bases=st.lists(bases, max_size=3),
    consent_word=words,
    consent_final=st.booleans(),
    consent_distrusted=st.booleans(),
    withdrawal_pending=st.booleans(),
)
moments = st.integers(1, 2**32 - 1).map(float)


@given(inputs, moments)
def test_a_permit_stands_on_a_basis_or_on_a_consent_in_its_window(asked: Inputs, now: float) -> None:
    decision = decide(asked, now)
    if decision.answer is Answer.DENY:
        assert (decision.basis, decision.obligations, decision.valid_until) == (None, (), None)
        return
    assert asked.caller is Caller.ACTIVE
    assert asked.fresh
    assert not asked.erased
    assert decision.obligations
    assert decision.valid_until is not None
    assert now < decision.valid_until
    if decision.reason_code is Reason.STATUTORY_BASIS:
        assert any(
            decision.basis == f"statutory:{one.basis}" and one.valid_from <= now < one.valid_until
            for one in asked.bases
        )
        return
    assert not any(one.valid_from <= now < one.valid_until for one in asked.bases)
    assert consent.status(asked.consent_word) == ConsentStatus.GIVEN
    assert asked.consent_final
    assert not asked.consent_distrusted
    assert not asked.withdrawal_pending
    assert consent.valid_from(asked.consent_word) <= now < consent.valid_until(asked.consent_word)


@given(inputs, moments)
def test_less_trust_never_permits_more(asked: Inputs, now: float) -> None:
    if decide(asked, now).answer is Answer.PERMIT:
        return
    for worse in (
        {"caller": Caller.INACTIVE},
        {"caller": Caller.UNKNOWN},
        {"fresh": False},
        {"erased": True},
        {"bases": ()},
        {"consent_word": 0},
        {"consent_final": False},
        {"consent_distrusted": True},
        {"withdrawal_pending": True},
    ):
        assert decide(replace(asked, **worse), now).answer is Answer.DENY


@given(inputs, moments)
def test_the_first_step_that_decides_decides(asked: Inputs, now: float) -> None:
    """Whatever the later steps would say; the numbers are those of docs/consent.md."""
    expected = decide(asked, now).reason_code
    if asked.caller is not Caller.ACTIVE:  # 1
        assert expected in {Reason.CALLER_UNKNOWN, Reason.CALLER_INACTIVE}
    elif not asked.fresh:  # 2
        assert expected is Reason.CANNOT_KNOW
    elif asked.erased:  # 3
        assert expected is Reason.ERASED
    elif any(one.valid_from <= now < one.valid_until for one in asked.bases):  # 4
        assert expected is Reason.STATUTORY_BASIS
    elif consent.status(asked.consent_word) == ConsentStatus.GIVEN and asked.withdrawal_pending:  # 5
        assert expected is Reason.WITHDRAWAL_PENDING

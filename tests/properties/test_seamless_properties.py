"""Seamless certification: what no evidence, in no order, at no time, may change."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.codes import Authorisation
from ledger.domain.programmes import DAY
from ledger.domain.seamless.evaluate import Evidence, Result, evaluate
from ledger.domain.seamless.rules import EvidenceClass
from ledger.domain.seamless.signal import Signal
from ledger.encoding.types import OrganisationId, Timestamp
from ledger.encoding.words import certification
from tests.seamless import AS_OF, SENIOR_ALLOWANCE, at, seen

RULES = SENIOR_ALLOWANCE.seamless
assert RULES is not None
LIFE = sorted(kind.code for kind in RULES.kinds if kind.evidence_class is not EvidenceClass.D)
DEATH = sorted(kind.code for kind in RULES.kinds if kind.evidence_class is EvidenceClass.D)
NOW = at(AS_OF)
DAYS = st.integers(-30, 400)


@st.composite
def signals(draw: st.DrawFn, kinds: list[str]) -> Signal:
    occurred = AS_OF - timedelta(days=draw(DAYS))
    received = Timestamp(at(occurred) + draw(st.integers(-40, 90)) * DAY)
    ended = draw(st.none() | st.integers(1, 90).map(lambda days: Timestamp(received + days * DAY)))
    return Signal(
        OrganisationId(draw(st.integers(31, 34))), draw(st.sampled_from(kinds)), occurred, received, ended
    )


@st.composite
def people(draw: st.DrawFn) -> Evidence:
    born = date(draw(st.integers(1920, 1946)), draw(st.integers(1, 12)), draw(st.integers(1, 28)))
    standing = draw(st.sampled_from([Authorisation.NOTIFIED, Authorisation.CONSENTED]))
    last_seen = AS_OF - timedelta(days=draw(st.integers(0, 430)))
    word = seen(last_seen, standing=standing, born=date(1930, 1, 1))
    return Evidence(word, born, draw(st.lists(signals(LIFE), max_size=8)))


def with_more(evidence: Evidence, more: list[Signal]) -> Evidence:
    return Evidence(evidence.word, evidence.birth_date, [*evidence.signals, *more])


@given(people(), st.lists(signals(LIFE), max_size=4))
def test_more_evidence_never_turns_a_certification_into_none_or_ends_it_earlier(
    person: Evidence, more: list[Signal]
) -> None:
    before = evaluate(person, SENIOR_ALLOWANCE, NOW)
    after = evaluate(with_more(person, more), SENIOR_ALLOWANCE, NOW)
    if before.validity is not None:
        assert after.validity is not None
        assert after.validity.valid_until >= before.validity.valid_until


@given(people(), signals(DEATH))
def test_a_death_like_signal_certifies_nobody_while_it_stands(person: Evidence, deathlike: Signal) -> None:
    outcome = evaluate(with_more(person, [deathlike]), SENIOR_ALLOWANCE, NOW)
    if deathlike.known_at(NOW) and deathlike.occurred_on <= AS_OF:
        assert outcome.result is not Result.CERTIFY
    else:
        assert outcome == evaluate(person, SENIOR_ALLOWANCE, NOW)


@given(people().flatmap(lambda one: st.tuples(st.just(one), st.permutations(one.signals))))
def test_the_order_of_arrival_changes_nothing(case: tuple[Evidence, list[Signal]]) -> None:
    person, shuffled = case
    other = Evidence(person.word, person.birth_date, shuffled)
    assert evaluate(person, SENIOR_ALLOWANCE, NOW) == evaluate(other, SENIOR_ALLOWANCE, NOW)


@given(people(), st.lists(signals(LIFE + DEATH), max_size=6), st.integers(0, 400))
def test_an_earlier_time_never_sees_what_arrived_or_happened_after_it(
    person: Evidence, later: list[Signal], days: int
) -> None:
    as_of = Timestamp(NOW - days * DAY)
    unseen = [one._replace(received_at=Timestamp(max(one.received_at, as_of + 1))) for one in later]
    assert evaluate(with_more(person, unseen), SENIOR_ALLOWANCE, as_of) == evaluate(
        person, SENIOR_ALLOWANCE, as_of
    )


@given(people())
def test_only_strong_evidence_starts_or_extends_and_only_from_when_it_occurred(person: Evidence) -> None:
    outcome = evaluate(person, SENIOR_ALLOWANCE, NOW)
    if outcome.validity is None:
        return
    assert outcome.latest_strong is not None
    assert outcome.validity.valid_from <= at(outcome.latest_strong)
    assert outcome.validity.valid_until > certification.valid_until(person.word)
    weak = [one for one in person.signals if one.kind in {"bus-card", "pharmacy", "phone"}]
    only_weak = evaluate(Evidence(person.word, person.birth_date, weak), SENIOR_ALLOWANCE, NOW)
    assert only_weak.result is Result.NOT_ENOUGH

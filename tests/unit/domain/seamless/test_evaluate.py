"""When departments' signals certify someone, and what stands against it."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.domain import programmes
from ledger.domain.codes import Authorisation, Death, Status
from ledger.domain.next_words import death, seamless, status
from ledger.domain.programmes import local_date
from ledger.domain.seamless.evaluate import Lack, Outcome, Result, evaluate
from ledger.domain.seamless.rules import ValidFrom
from ledger.domain.seamless.signal import Signal
from ledger.encoding.types import Timestamp
from ledger.encoding.words import certification
from tests.seamless import (
    AS_OF,
    HEALTH,
    INSURANCE,
    SENIOR_ALLOWANCE,
    TRANSPORT,
    at,
    evidence,
    seen,
    signal,
    variant,
)

VACCINATION = signal("vaccination", date(2026, 8, 3))
INPATIENT = signal("inpatient-stay", date(2026, 6, 20), INSURANCE)
BUS = signal("bus-card", date(2026, 9, 30), TRANSPORT)
PHARMACY = signal("pharmacy", date(2026, 9, 12), INSURANCE)


def outcome(*signals: Signal, word: int | None = None, as_of: date = AS_OF) -> Outcome:
    given = evidence(*signals) if word is None else evidence(*signals, word=word)
    return evaluate(given, SENIOR_ALLOWANCE, at(as_of))


def test_an_act_with_the_identity_checked_and_another_department_certify() -> None:
    result = outcome(VACCINATION, BUS)
    assert (result.result, result.points) == (Result.CERTIFY, 3)
    assert result.departments == {HEALTH, TRANSPORT}


def test_validity_runs_from_the_latest_strong_occurrence_not_from_the_run() -> None:
    result = outcome(VACCINATION, BUS)
    assert result.validity is not None
    assert local_date(result.validity.valid_from) == date(2026, 8, 1)
    assert local_date(result.validity.valid_until) == date(2027, 9, 1)
    from_run = evaluate(evidence(VACCINATION, BUS), variant(valid_from=ValidFrom.RUN), at(AS_OF))
    assert from_run.validity is not None
    assert local_date(from_run.validity.valid_until) == date(2027, 11, 1)


@pytest.mark.parametrize(
    ("signals", "lacks"),
    [
        ((), {Lack.POINTS, Lack.DEPARTMENTS, Lack.STRONG}),
        ((INPATIENT,), {Lack.DEPARTMENTS}),
        ((VACCINATION,), {Lack.POINTS, Lack.DEPARTMENTS}),
        ((BUS, PHARMACY, signal("phone", date(2026, 9, 1))), {Lack.STRONG}),
        ((signal("vaccination", date(2026, 2, 1)), BUS), {Lack.STRONG}),
        ((signal("inpatient-stay", date(2025, 10, 14)), BUS), {Lack.POINTS, Lack.DEPARTMENTS, Lack.STRONG}),
        ((signal("fortune-telling", date(2026, 9, 1)), VACCINATION), {Lack.POINTS, Lack.DEPARTMENTS}),
    ],
    ids=["nothing", "one-source", "weak", "only-C", "stale", "outside-the-window", "unknown-kind"],
)
def test_what_is_missing_is_said(signals: tuple[Signal, ...], lacks: set[Lack]) -> None:
    result = outcome(*signals)
    assert result.result is Result.NOT_ENOUGH
    assert result.validity is None
    assert set(result.lacks) == lacks


def test_a_kind_gives_no_more_than_its_cap() -> None:
    months = [signal("bus-card", date(2026, month, 20), TRANSPORT) for month in range(1, 10)]
    result = outcome(*months, signal("phone", date(2026, 9, 2)))
    assert result.points == 2
    assert len(result.counted) == 10


def test_a_certification_never_ends_earlier_nor_when_it_does_already() -> None:
    hundred = date(1926, 1, 1)
    word = seen(date(2026, 5, 10), born=hundred)  # until the end of November
    signals = [signal("vaccination", date(2026, 5, 20)), BUS]
    result = evaluate(evidence(*signals, word=word, born=hundred), SENIOR_ALLOWANCE, at(AS_OF))
    assert result.lacks == (Lack.LATER_END,)


@pytest.mark.parametrize(
    ("word", "result"),
    [
        (0, Result.NEVER_SEEN),
        (status(seen(), Status.SUSPENDED), Result.NOT_ACTIVE),
        (death(seen(), Death.REPORTED, HEALTH), Result.BLOCKED),
        (seen(standing=Authorisation.UNSET), Result.NOT_AUTHORISED),
        (seen(standing=Authorisation.OBJECTED), Result.NOT_AUTHORISED),
        (seen(standing=Authorisation.CONSENTED), Result.CERTIFY),
    ],
)
def test_the_state_word_decides_first(word: int, result: Result) -> None:
    assert outcome(VACCINATION, BUS, word=word).result is result


def test_after_so_many_renewals_a_person_is_seen_again() -> None:
    word = seen()
    for expected in (Result.CERTIFY, Result.CERTIFY, Result.LIMIT_REACHED):
        assert outcome(VACCINATION, BUS, word=word).result is expected
        word = seamless(
            word,
            method=7,
            valid_from=certification.valid_from(word),
            valid_until=certification.valid_until(word),
        )


def test_someone_too_young_for_the_programme_is_not_weighed() -> None:
    young = evidence(VACCINATION, BUS, born=date(1946, 10, 16))
    assert evaluate(young, SENIOR_ALLOWANCE, at(AS_OF)).result is Result.NEVER_SEEN
    assert programmes.age_on(date(1946, 10, 16), AS_OF) == 79


def test_a_death_like_signal_blocks_until_it_is_taken_back() -> None:
    reported = signal("insurance-ended", date(2026, 9, 1), INSURANCE)
    assert outcome(VACCINATION, BUS, reported).result is Result.BLOCKED
    taken_back = reported._replace(ended_at=at(date(2026, 10, 10)))
    assert outcome(VACCINATION, BUS, taken_back).result is Result.CERTIFY
    before = outcome(VACCINATION, BUS, taken_back, as_of=date(2026, 10, 9))
    assert before.result is Result.BLOCKED


def test_what_arrived_later_is_not_seen_before() -> None:
    late = signal("vaccination", date(2026, 8, 3), received_on=date(2026, 10, 20))
    assert outcome(late, BUS).result is Result.NOT_ENOUGH
    assert outcome(late, BUS, as_of=date(2026, 10, 21)).result is Result.CERTIFY


def test_a_signal_counts_from_the_second_it_is_known_to_the_second_it_is_taken_back() -> None:
    brief = VACCINATION._replace(received_at=Timestamp(100), ended_at=Timestamp(200))
    assert [brief.known_at(Timestamp(time)) for time in (99, 100, 199, 200)] == [False, True, True, False]


def test_months_before_keeps_the_day_or_takes_the_months_last() -> None:
    assert programmes.months_before(date(2026, 10, 15), 12) == date(2025, 10, 15)
    assert programmes.months_before(date(2024, 2, 29), 12) == date(2023, 2, 28)
    assert programmes.months_before(date(2026, 3, 31), 1) == date(2026, 2, 28)
    assert programmes.months_before(date(2026, 1, 31), 2) == date(2025, 11, 30)

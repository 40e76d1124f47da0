"""What is read out: every sentence there is has its text in both languages, and says nothing it need not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from ledger.domain.codes import Authorisation
from ledger.domain.seamless.evaluate import Evidence, Lack, Result, evaluate
from ledger.domain.seamless.explanation import explain
from ledger.texts.messages import LOCALES, text
from tests.seamless import AS_OF, INSURANCE, SENIOR_ALLOWANCE, TRANSPORT, at, evidence, seen, signal

VACCINATION = signal("vaccination", date(2026, 8, 3))
BUS = signal("bus-card", date(2026, 9, 30), TRANSPORT)


def read_out(given: Evidence, locale: str) -> list[str]:
    outcome = evaluate(given, SENIOR_ALLOWANCE, at(AS_OF))
    return [
        text(one.code, locale, **(one.params | {"department": "—"}))
        for one in explain(outcome, SENIOR_ALLOWANCE)
    ]


def test_a_renewal_says_who_saw_the_person_how_much_was_needed_until_when_and_that_one_may_refuse() -> None:
    outcome = evaluate(evidence(VACCINATION, BUS), SENIOR_ALLOWANCE, at(AS_OF))
    sentences = explain(outcome, SENIOR_ALLOWANCE)
    assert [one.code for one in sentences] == [
        "seamless.result.certify",
        "seamless.evidence.b",
        "seamless.evidence.c",
        "seamless.weighed",
        "seamless.valid",
        "seamless.next.certified",
    ]
    assert dict(sentences[1].params) == {"department": 31, "month": "2026-08"}
    assert dict(sentences[4].params) == {"from_month": "2026-08", "until": "2027-08-31"}


def test_neither_the_kind_nor_the_day_of_an_event_is_said() -> None:
    stay = signal("inpatient-stay", date(2026, 9, 17), INSURANCE)
    said = " ".join(read_out(evidence(stay, VACCINATION), "en"))
    assert "2026-09-17" not in said
    assert "npatient" not in said


@pytest.mark.parametrize("locale", LOCALES)
def test_every_outcome_reads_in_every_language(locale: str) -> None:
    said = {tuple(read_out(given, locale)) for given in _one_of_each()}
    assert len(said) == len(Result) - 1  # NOT_ACTIVE and NEVER_SEEN need no evidence to be told apart
    for result in Result:
        assert text(f"seamless.result.{result.value.replace('-', '_')}", locale)
    for lack in Lack:
        assert text(f"seamless.lack.{lack.value.replace('-', '_')}", locale, days=180)


def _one_of_each() -> Iterator[Evidence]:
    yield evidence(VACCINATION, BUS)
    yield evidence(BUS)
    yield evidence(word=seen(standing=Authorisation.OBJECTED))
    yield evidence(signal("cremation", date(2026, 9, 1)))
    yield evidence(VACCINATION, word=0)
    yield evidence(VACCINATION)

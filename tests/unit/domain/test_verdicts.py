"""Verdicts: their order, their moments, and that only a reviewer's decision stops money."""

from __future__ import annotations

import pytest

from ledger.domain import programmes
from ledger.domain.codes import Death, Status
from ledger.domain.programmes import DAY, Programme
from ledger.domain.verdicts import Outcome, Verdict, for_department, unknown, verdict
from ledger.encoding.words import certification

UNTIL = 1_800_000_000
WORD = certification.pack(status=Status.ACTIVE, senior_seen=1, revision=1, valid_from=1, valid_until=UNTIL)


@pytest.fixture
def programme() -> Programme:
    return next(programmes.shipped())


@pytest.mark.parametrize(
    ("after_end", "expected"),
    [
        (-61 * DAY, Outcome.VALID),
        (-60 * DAY - 1, Outcome.VALID),
        (-60 * DAY, Outcome.DUE),
        (-1, Outcome.DUE),
        (0, Outcome.GRACE),
        (60 * DAY - 1, Outcome.GRACE),
        (60 * DAY, Outcome.EXPIRED),
        (3650 * DAY, Outcome.EXPIRED),
    ],
)
def test_an_active_certification_is_judged_by_time_and_stays_payable(
    programme: Programme, after_end: int, expected: Outcome
) -> None:
    assert verdict(WORD, programme, UNTIL + after_end) == Verdict(expected, True, (expected.lower(),), UNTIL)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (Status.SUSPENDED, Outcome.SUSPENDED),
        (Status.REVOKED, Outcome.REVOKED),
        (Status.CLOSED, Outcome.CLOSED),
    ],
)
def test_what_a_reviewer_decided_stops_payment(
    programme: Programme, status: Status, expected: Outcome
) -> None:
    word = certification.replace(WORD, status=status)
    assert verdict(word, programme, 0) == Verdict(expected, False, (expected.lower(),), None)


def test_who_was_never_certified_is_neither_invalid_nor_payable(programme: Programme) -> None:
    assert verdict(0, programme, 0) == Verdict(Outcome.NEVER, False, ("never",), None)


def test_a_reported_death_stops_nothing_and_keeps_what_is_beneath(programme: Programme) -> None:
    word = certification.replace(WORD, death=Death.REPORTED)
    found = verdict(word, programme, UNTIL + 1)
    assert found == Verdict(Outcome.DEATH_REPORTED, True, ("death_reported", "grace"), UNTIL)


def test_a_reported_death_of_somebody_never_certified_comes_first(programme: Programme) -> None:
    found = verdict(certification.pack(death=Death.REPORTED), programme, 0)
    assert found == Verdict(Outcome.DEATH_REPORTED, False, ("death_reported", "never"), None)


@pytest.mark.parametrize("status", list(Status))
def test_a_confirmed_death_comes_before_everything(programme: Programme, status: Status) -> None:
    word = certification.replace(WORD, death=Death.CONFIRMED, status=status)
    assert verdict(word, programme, 0) == Verdict(Outcome.DECEASED, False, ("death_confirmed",), None)


def test_departments_see_an_undecided_death_as_under_review(programme: Programme) -> None:
    own = verdict(certification.replace(WORD, death=Death.REPORTED), programme, 0)
    assert for_department(own) == Verdict(Outcome.UNDER_REVIEW, True, ("under_review", "valid"), UNTIL)
    plain = verdict(WORD, programme, 0)
    assert for_department(plain) is plain


def test_a_word_whose_signer_is_distrusted_permits_nothing_and_stops_no_money(programme: Programme) -> None:
    found = verdict(WORD, programme, 0, distrusted=True)
    assert found == Verdict(Outcome.UNKNOWN, True, ("signer_distrusted",), None)


def test_what_a_distrusted_signer_took_away_stands(programme: Programme) -> None:
    suspended = certification.replace(WORD, status=Status.SUSPENDED)
    assert verdict(suspended, programme, 0, distrusted=True).verdict is Outcome.SUSPENDED
    dead = certification.replace(WORD, death=Death.CONFIRMED)
    assert verdict(dead, programme, 0, distrusted=True).verdict is Outcome.DECEASED


def test_not_knowing_leaves_payment_as_it_was_last_known(programme: Programme) -> None:
    assert unknown("index_behind") == Verdict(Outcome.UNKNOWN, None, ("index_behind",), None)
    known = verdict(WORD, programme, 0)
    assert unknown("index_behind", known) == Verdict(Outcome.UNKNOWN, True, ("index_behind",), None)

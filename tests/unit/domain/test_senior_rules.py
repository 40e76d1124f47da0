"""What a senior certification is refused for, and what every entry is."""

from __future__ import annotations

import pytest

from ledger.domain.codes import Authorisation, Death, Method, Role, Scheme, Status
from ledger.domain.rules import Refusal
from ledger.encoding.words import certification
from tests.certifications import (
    ACTIVE,
    NOTIFIED,
    REPORTED,
    START,
    check,
    refused,
    senior,
    with_status,
)
from tests.samples import (
    COMMUNITY,
    DAY,
    ENGINE,
    FOREVER,
    HOSPITAL,
    LONGEST_SENIOR,
    NEIGHBOUR,
    NOW,
    OTHER_COUNTY,
    SUBDISTRICT,
)


@pytest.mark.parametrize("bit", [34, 63, 252, 255])
def test_a_reserved_bit_is_malformed(bit: int) -> None:
    new = senior() | 1 << bit
    assert check(0, new, COMMUNITY, Scheme.SENIOR) == refused("WordMalformed", new)


@pytest.mark.parametrize("version", [0, 2, 15])
def test_another_version_is_malformed(version: int) -> None:
    new = certification.replace(senior(), version=version)
    assert check(0, new, COMMUNITY, Scheme.SENIOR) == refused("WordMalformed", new)


def test_the_time_of_recording_is_for_the_contract_to_write() -> None:
    new = certification.replace(senior(), recorded_at=5)
    assert check(0, new, COMMUNITY, Scheme.SENIOR) == refused("RecordedAtNotZero", 5)


@pytest.mark.parametrize("revision", [0, 1, 3, FOREVER])
def test_only_the_next_revision_follows(revision: int) -> None:
    new = certification.replace(senior(ACTIVE), revision=revision)
    assert check(ACTIVE, new, COMMUNITY, Scheme.SENIOR) == refused("RevisionNotNext", revision, 2)


def test_after_the_last_revision_there_is_none() -> None:
    last = certification.replace(ACTIVE, revision=FOREVER)
    new = certification.replace(senior(ACTIVE), revision=0)
    assert check(last, new, COMMUNITY, Scheme.SENIOR) == refused("RevisionNotNext", 0, FOREVER + 1)


def test_a_first_certification_makes_the_signer_responsible() -> None:
    assert check(0, senior(), COMMUNITY, Scheme.SENIOR) is None
    assert certification.organisation(senior()) == COMMUNITY


def test_an_organisation_above_renews_and_leaves_the_responsibility() -> None:
    renewed = senior(ACTIVE, by=SUBDISTRICT)
    assert check(ACTIVE, renewed, SUBDISTRICT, Scheme.SENIOR) is None
    assert certification.organisation(renewed) == COMMUNITY


@pytest.mark.parametrize("by", [NEIGHBOUR, OTHER_COUNTY])
def test_no_other_organisation_renews(by: int) -> None:
    expected = refused("NotResponsible", by, COMMUNITY)
    assert check(ACTIVE, senior(ACTIVE), by, Scheme.SENIOR) == expected


def test_an_organisation_without_the_role_certifies_nobody() -> None:
    expected = refused("RoleMissing", HOSPITAL, Role.REPORTER, Role.CERTIFIER)
    assert check(0, senior(by=HOSPITAL), HOSPITAL, Scheme.SENIOR) == expected


@pytest.mark.parametrize("status", [Status.ACTIVE, Status.REVOKED, Status.CLOSED])
def test_seeing_the_person_certifies_anew(status: Status) -> None:
    old = with_status(status)
    assert check(old, senior(old), COMMUNITY, Scheme.SENIOR) is None


def test_a_suspension_is_not_ended_by_certifying() -> None:
    old = with_status(Status.SUSPENDED)
    expected = refused("TransitionNotAllowed", Status.SUSPENDED, Status.ACTIVE)
    assert check(old, senior(old), COMMUNITY, Scheme.SENIOR) == expected


def test_a_reported_death_does_not_stop_a_certification_and_a_confirmed_one_does() -> None:
    assert check(REPORTED, senior(REPORTED), COMMUNITY, Scheme.SENIOR) is None
    old = certification.replace(REPORTED, death=Death.CONFIRMED)
    assert check(old, senior(old), COMMUNITY, Scheme.SENIOR) == refused("DeathRecorded", Death.CONFIRMED)


@pytest.mark.parametrize("method", [Method.NONE, Method.SIGNALS])
def test_nobody_is_seen_by_signals(method: Method) -> None:
    expected = refused("MethodNotAllowed", method)
    assert check(0, senior(method=method), COMMUNITY, Scheme.SENIOR) == expected


@pytest.mark.parametrize("method", [*(set(Method) - {Method.NONE, Method.SIGNALS}), 200])
def test_any_other_method_is_for_the_programme_to_know(method: int) -> None:
    assert check(0, senior(method=method), COMMUNITY, Scheme.SENIOR) is None


@pytest.mark.parametrize(
    ("valid_from", "valid_until", "expected"),
    [
        (START, START, refused("WindowMalformed", START, START)),
        (START, START - 1, refused("WindowMalformed", START, START - 1)),
        (NOW + 1, NOW + DAY, refused("WindowInFuture", NOW + 1, NOW)),
        (NOW, NOW + DAY, None),
        (START, START + LONGEST_SENIOR, None),
        (
            START,
            START + LONGEST_SENIOR + 1,
            refused("WindowTooLong", LONGEST_SENIOR + 1, LONGEST_SENIOR),
        ),
    ],
)
def test_a_senior_window_is_not_empty_has_begun_and_is_no_longer_than_the_longest(
    valid_from: int, valid_until: int, expected: Refusal | None
) -> None:
    new = senior(valid_from=valid_from, valid_until=valid_until)
    assert check(0, new, COMMUNITY, Scheme.SENIOR) == expected


def test_a_senior_certification_may_end_sooner_than_the_one_before() -> None:
    new = senior(ACTIVE, valid_until=START + DAY)
    assert check(ACTIVE, new, COMMUNITY, Scheme.SENIOR) is None


@pytest.mark.parametrize(
    "changed",
    [
        {"status": Status.SUSPENDED},
        {"death": Death.REPORTED},
        {"senior_seen": 0},
        {"seamless_run": 1},
        {"scheme": Scheme.SEAMLESS},
        {"authorisation": Authorisation.OBJECTED},
        {"organisation": NEIGHBOUR},
        {"death_reporter": HOSPITAL},
        {"authoriser": ENGINE},
    ],
)
def test_a_senior_certification_changes_nothing_else(changed: dict[str, int]) -> None:
    expected = senior(NOTIFIED)
    new = certification.replace(expected, **changed)  # type: ignore[arg-type]
    assert check(NOTIFIED, new, COMMUNITY, Scheme.SENIOR) == refused("WordNotExpected", new, expected)

"""What a seamless certification is refused for."""

from __future__ import annotations

import pytest

from ledger.domain import next_words
from ledger.domain.codes import Authorisation, Death, Method, Role, Scheme, Status
from ledger.encoding.words import certification
from tests.certifications import (
    NOTIFIED,
    START,
    check,
    refused,
    seamless,
    senior,
    stored,
)
from tests.samples import (
    COMMUNITY,
    ENGINE,
    LONGEST_SEAMLESS,
    NOW,
    SEAMLESS_LIMIT,
)


def test_the_engine_renews_who_was_notified_and_leaves_the_responsibility() -> None:
    new = seamless(NOTIFIED)
    assert check(NOTIFIED, new, ENGINE, Scheme.SEAMLESS) is None
    assert certification.organisation(new) == COMMUNITY
    assert certification.seamless_run(new) == 1


def test_who_consented_is_renewed_as_well() -> None:
    old = certification.replace(NOTIFIED, authorisation=Authorisation.CONSENTED)
    assert check(old, seamless(old), ENGINE, Scheme.SEAMLESS) is None


@pytest.mark.parametrize("authorisation", [Authorisation.UNSET, Authorisation.OBJECTED])
def test_nobody_is_renewed_without_authorisation(authorisation: Authorisation) -> None:
    old = certification.replace(NOTIFIED, authorisation=authorisation)
    expected = refused("AuthorisationMissing", authorisation)
    assert check(old, seamless(old), ENGINE, Scheme.SEAMLESS) == expected


def test_only_the_engine_renews() -> None:
    roles = Role.CERTIFIER | Role.REPORTER | Role.RECORDER
    expected = refused("RoleMissing", COMMUNITY, roles, Role.ENGINE)
    assert check(NOTIFIED, seamless(NOTIFIED), COMMUNITY, Scheme.SEAMLESS) == expected


@pytest.mark.parametrize("status", [Status.NONE, Status.SUSPENDED, Status.REVOKED, Status.CLOSED])
def test_signals_only_renew(status: Status) -> None:
    old = certification.replace(NOTIFIED, status=status)
    expected = refused("TransitionNotAllowed", status, Status.ACTIVE)
    assert check(old, seamless(old), ENGINE, Scheme.SEAMLESS) == expected


def test_somebody_never_seen_is_not_renewed() -> None:
    old = certification.replace(NOTIFIED, senior_seen=0)
    assert check(old, seamless(old), ENGINE, Scheme.SEAMLESS) == refused("NeverSeen")


@pytest.mark.parametrize("death", [Death.REPORTED, Death.CONFIRMED])
def test_a_report_of_death_stops_the_engine(death: Death) -> None:
    old = certification.replace(NOTIFIED, death=death)
    assert check(old, seamless(old), ENGINE, Scheme.SEAMLESS) == refused("DeathRecorded", death)


@pytest.mark.parametrize(("run", "limit"), [(SEAMLESS_LIMIT, SEAMLESS_LIMIT), (31, SEAMLESS_LIMIT)])
def test_after_the_programmes_limit_the_person_is_to_be_seen(run: int, limit: int) -> None:
    old = certification.replace(NOTIFIED, seamless_run=run)
    expected = refused("SeamlessLimitReached", run + 1, limit)
    assert check(old, seamless(old), ENGINE, Scheme.SEAMLESS) == expected


def test_seeing_the_person_starts_the_run_anew() -> None:
    old = certification.replace(NOTIFIED, seamless_run=SEAMLESS_LIMIT)
    assert certification.seamless_run(senior(old)) == 0


def test_a_seamless_renewal_never_shortens_the_validity() -> None:
    end = certification.valid_until(NOTIFIED)
    assert check(NOTIFIED, seamless(NOTIFIED, valid_until=end), ENGINE, Scheme.SEAMLESS) is None
    sooner = seamless(NOTIFIED, valid_until=end - 1)
    assert check(NOTIFIED, sooner, ENGINE, Scheme.SEAMLESS) == refused("WindowShrinks", end - 1, end)


@pytest.mark.parametrize(
    ("valid_from", "valid_until", "name"),
    [
        (START + 9, START + 9, "WindowMalformed"),
        (NOW + 1, NOW + 2, "WindowInFuture"),
        (START, START + LONGEST_SEAMLESS + 1, "WindowTooLong"),
    ],
)
def test_a_seamless_window_is_checked_like_a_senior_one(valid_from: int, valid_until: int, name: str) -> None:
    new = seamless(NOTIFIED, valid_from=valid_from, valid_until=valid_until)
    refusal = check(NOTIFIED, new, ENGINE, Scheme.SEAMLESS)
    assert refusal is not None
    assert refusal.name == name


@pytest.mark.parametrize("method", [Method.VISIT, Method.NONE])
def test_the_method_of_a_seamless_renewal_is_signals(method: Method) -> None:
    new = seamless(NOTIFIED, method=method)
    expected = refused("WordNotExpected", new, seamless(NOTIFIED))
    assert check(NOTIFIED, new, ENGINE, Scheme.SEAMLESS) == expected


def test_an_objection_makes_a_renewal_in_flight_stale() -> None:
    in_flight = seamless(NOTIFIED)
    objected = stored(next_words.authorisation(NOTIFIED, Authorisation.OBJECTED, COMMUNITY))
    assert check(objected, in_flight, ENGINE, Scheme.SEAMLESS) == refused("RevisionNotNext", 3, 4)

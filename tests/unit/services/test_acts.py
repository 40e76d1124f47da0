"""From what is asked for to the change it means."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.domain import changes
from ledger.domain.codes import Authorisation, Death, Method, Scheme, Status
from ledger.domain.programmes import local_date, shipped
from ledger.encoding.words import certification
from ledger.errors import BadInput, Refused
from ledger.services import acts
from ledger.services.actors import Role
from ledger.services.acts import TERMS, Action

ALLOWANCE = next(programme for programme in shipped() if programme.code == "senior-allowance")
BORN = date(1940, 6, 15)
TODAY = date(2026, 3, 20)


def test_every_action_has_terms() -> None:
    assert set(TERMS) == set(Action)


def test_only_a_reviewer_decides_on_payment_deaths_and_handovers() -> None:
    workers = {action for action, terms in TERMS.items() if Role.WORKER in terms.roles}
    assert workers == {Action.CERTIFY, Action.REPORT_DEATH, Action.AUTHORISE}
    assert all(Role.REVIEWER in terms.roles for terms in TERMS.values())


@pytest.mark.parametrize(
    ("action", "change"),
    [
        (Action.SUSPEND, changes.SetStatus(Status.SUSPENDED)),
        (Action.REINSTATE, changes.SetStatus(Status.ACTIVE)),
        (Action.REVOKE, changes.SetStatus(Status.REVOKED)),
        (Action.CLOSE, changes.SetStatus(Status.CLOSED)),
        (Action.REPORT_DEATH, changes.SetDeath(Death.REPORTED)),
        (Action.CONFIRM_DEATH, changes.SetDeath(Death.CONFIRMED)),
        (Action.RESCIND_DEATH, changes.SetDeath(Death.NONE)),
    ],
)
def test_a_decision_and_back(action: Action, change: changes.CertificationChange) -> None:
    assert acts.decision(action, None) == change
    assert acts.action_of(changes.to_json(change)) == action.value


def test_an_authorisation_and_back() -> None:
    change = acts.decision(Action.AUTHORISE, "objected")
    assert change == changes.SetAuthorisation(Authorisation.OBJECTED)
    assert acts.action_of(changes.to_json(change)) == "authorise"
    with pytest.raises(BadInput, match="authorisation_unknown"):
        acts.decision(Action.AUTHORISE, None)


def test_a_certification_lasts_whole_months() -> None:
    change = acts.certification_of(ALLOWANCE, "household", BORN, TODAY, 0)
    assert (change.scheme, change.method) == (Scheme.SENIOR, Method.HOUSEHOLD)
    assert local_date(change.valid_from) == date(2026, 3, 1)
    assert local_date(change.valid_until) == date(2027, 4, 1)


def test_a_certification_must_last_longer_than_what_stands() -> None:
    first = acts.certification_of(ALLOWANCE, "visit", BORN, TODAY, 0)
    active = certification.pack(status=Status.ACTIVE, valid_until=first.valid_until)
    with pytest.raises(Refused, match="already_certified"):
        acts.certification_of(ALLOWANCE, "visit", BORN, TODAY, active)
    assert acts.certification_of(ALLOWANCE, "visit", BORN, date(2026, 4, 1), active)
    revoked = certification.replace(active, status=Status.REVOKED)
    assert acts.certification_of(ALLOWANCE, "visit", BORN, TODAY, revoked)


@pytest.mark.parametrize("day", [date(2020, 6, 14), date(2000, 1, 1)])
def test_before_the_eightieth_birthday_one_is_too_young(day: date) -> None:
    with pytest.raises(Refused, match="too_young"):
        acts.certification_of(ALLOWANCE, "visit", BORN, day, 0)
    assert acts.certification_of(ALLOWANCE, "visit", BORN, date(2020, 6, 15), 0)


@pytest.mark.parametrize("method", [None, "", "none", "signals", "VISIT"])
def test_unknown_methods(method: str | None) -> None:
    with pytest.raises(BadInput, match="method_unknown"):
        acts.certification_of(ALLOWANCE, method, BORN, TODAY, 0)

"""An installation to break: its people, and those who act in it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import date, timedelta

from ledger.bootstrap import Application, open_application
from ledger.domain.identity_number import SYNTHETIC_PREFIX, check_digit
from ledger.services.actors import Actor, Role, Scope
from ledger.services.founding.operator import SYSTEM
from ledger.settings import Settings

COMMUNITY, SUBDISTRICT, DEPARTMENT = "510181004002", "510181004", "health"
PROGRAMME = "senior-allowance"
TERMS = {"provider": "510181004", "category": "residence", "purpose": "home-care"}
_BORN = date(1940, 1, 1)


@dataclass(frozen=True, slots=True)
class Someone:
    """A person of the installation."""

    subject: str
    handle: str
    """The department's."""


@dataclass(frozen=True, slots=True)
class Ground:
    """People, and the logins of those who act: a worker and a reviewer by password, a department by key."""

    people: tuple[Someone, ...]
    passwords: dict[str, str] = field(repr=False)
    key: str = field(repr=False)


WORKER, REVIEWER = "chaos-worker", "chaos-reviewer"


def prepare(settings: Settings, size: int) -> Ground:
    """Makes the installation of `settings` with `size` people, and closes it again."""
    with open_application(settings) as application:
        accounts, sessions = application.accounts, application.sessions
        passwords = {
            WORKER: _user(application, WORKER, Role.WORKER, COMMUNITY),
            REVIEWER: _user(application, REVIEWER, Role.REVIEWER, SUBDISTRICT),
            "chaos-operator": _user(application, "chaos-operator", Role.OPERATOR, "510181"),
        }
        actors = {view.login: sessions.actor_of(view.id) for view in accounts.list_users(SYSTEM)}
        numbers = [_number(position) for position in range(size)]
        rows = [f"老人{position},{number}" for position, number in enumerate(numbers)]
        roster = "\n".join(["姓名,身份证号", *rows, ""]).encode()
        application.enrol.import_roster(actors[WORKER], roster, "chaos.csv", default_community=COMMUNITY)
        made = application.api_keys.create(
            actors["chaos-operator"], organisation=DEPARTMENT, label="chaos", scopes=tuple(Scope)
        )
        department: Actor = sessions.authenticate(made.key, "bearer").actor
        handles = [one.handle if one else "" for one in application.handles.resolve(department, numbers)]
        people = tuple(
            Someone(application.lookup.resolve(actors[WORKER], number), handle)
            for number, handle in zip(numbers, handles, strict=True)
        )
    return Ground(people, passwords, made.key)


def _user(application: Application, login: str, role: Role, organisation: str) -> str:
    password = secrets.token_urlsafe(12)
    invitation = application.accounts.create_user(
        SYSTEM,
        login=login,
        display_name=login,
        role=role,
        organisation=organisation,
        communities=[organisation] if role is Role.WORKER else [],
    )
    application.accounts.accept(invitation.token, password)
    return password


def _number(position: int) -> str:
    first_17 = f"{SYNTHETIC_PREFIX}{_BORN + timedelta(days=position):%Y%m%d}001"
    return first_17 + check_digit(first_17)

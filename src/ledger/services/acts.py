"""From what a person asks for to the change it means: who may ask, what must be said, what follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from ledger.domain import changes
from ledger.domain.changes import CertificationChange
from ledger.domain.codes import Authorisation, Death, Method, Scheme, Status
from ledger.domain.programmes import Programme, age_on, validity
from ledger.encoding.words import certification
from ledger.errors import BadInput, Refused
from ledger.services.actors import Role


class Action(StrEnum):
    """What is asked for."""

    CERTIFY = "certify"
    SUSPEND = "suspend"
    REINSTATE = "reinstate"
    REPORT_DEATH = "report-death"
    CONFIRM_DEATH = "confirm-death"
    RESCIND_DEATH = "rescind-death"
    REVOKE = "revoke"
    CLOSE = "close"
    AUTHORISE = "authorise"
    HANDOVER = "handover"


@dataclass(frozen=True, slots=True)
class Terms:
    """Who may ask for an action, and whether it needs a reason in writing."""

    roles: tuple[Role, ...]
    reason: bool = False


_FIELD_WORK = Terms((Role.WORKER, Role.REVIEWER))
_REVIEW = Terms((Role.REVIEWER,), reason=True)

TERMS: Mapping[Action, Terms] = MappingProxyType(
    {
        Action.CERTIFY: _FIELD_WORK,
        Action.REPORT_DEATH: _FIELD_WORK,
        Action.AUTHORISE: _FIELD_WORK,
        Action.CONFIRM_DEATH: Terms((Role.REVIEWER,)),
        Action.RESCIND_DEATH: _REVIEW,
        Action.SUSPEND: _REVIEW,
        Action.REINSTATE: _REVIEW,
        Action.REVOKE: _REVIEW,
        Action.CLOSE: _REVIEW,
        Action.HANDOVER: _REVIEW,
    }
)

_STATUS = {
    Action.SUSPEND: Status.SUSPENDED,
    Action.REINSTATE: Status.ACTIVE,
    Action.REVOKE: Status.REVOKED,
    Action.CLOSE: Status.CLOSED,
}
_DEATH = {
    Action.REPORT_DEATH: Death.REPORTED,
    Action.CONFIRM_DEATH: Death.CONFIRMED,
    Action.RESCIND_DEATH: Death.NONE,
}
_ACTION_OF_STATUS = {int(status): action for action, status in _STATUS.items()}
_ACTION_OF_DEATH = {int(death): action for action, death in _DEATH.items()}
METHODS = {method.name.lower(): method for method in Method if method not in {Method.NONE, Method.SIGNALS}}
AUTHORISATIONS = {
    authorisation.name.lower(): authorisation
    for authorisation in Authorisation
    if authorisation is not Authorisation.UNSET
}


def decision(action: Action, authorisation: str | None) -> CertificationChange:
    """The change that a decision (any action but certify and handover) means.

    Raises BadInput `authorisation_unknown`.
    """
    if action in _STATUS:
        return changes.SetStatus(_STATUS[action])
    if action in _DEATH:
        return changes.SetDeath(_DEATH[action])
    return changes.SetAuthorisation(
        AUTHORISATIONS[one_of(authorisation, AUTHORISATIONS, "authorisation_unknown")]
    )


def action_of(change: Mapping[str, Any]) -> str:
    """What was asked for, from a change as the outbox keeps it; a consent's change is named by its type."""
    match change["type"]:
        case "status":
            return _ACTION_OF_STATUS[change["status"]].value
        case "death":
            return _ACTION_OF_DEATH[change["death"]].value
        case "authorisation":
            return Action.AUTHORISE.value
        case other:
            return str(other)


def certification_of(
    programme: Programme, method: str | None, birth_date: date, occurred_on: date, standing: int
) -> changes.Certify:
    """A certification by a person on `occurred_on`, for someone whose word is `standing`.

    Raises BadInput `method_unknown`, `occurred_before_birth`; Refused `too_young`, or `already_certified`
    when it would not last longer than what stands.
    """
    chosen = METHODS[one_of(method, METHODS, "method_unknown")]
    if occurred_on < birth_date:
        raise BadInput("occurred_before_birth")
    if programme.band(birth_date, occurred_on) is None:
        raise Refused("too_young", got=age_on(birth_date, occurred_on), expected=programme.youngest)
    window = validity(programme, Scheme.SENIOR, birth_date, occurred_on)
    if (
        certification.status(standing) == Status.ACTIVE
        and certification.valid_until(standing) >= window.valid_until
    ):
        raise Refused("already_certified", until=certification.valid_until(standing))
    return changes.Certify(Scheme.SENIOR, chosen, window.valid_from, window.valid_until)


def one_of(value: str | None, known: Mapping[str, object], code: str) -> str:
    """`value` if it is known. Raises BadInput `code` with what was got and what is known."""
    if value is None or value not in known:
        raise BadInput(code, got=value, expected=", ".join(known))
    return value

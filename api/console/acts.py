"""Everything else that changes a person's state, each on one question page with a confirmation."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Literal

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.console.certify import day, submit
from api.console.forms import Form, PageActor
from api.console.names import organisations
from api.console.render import page
from api.schemas.base import Name
from api.security import Ledger
from ledger.bootstrap import Application
from ledger.domain.verdicts import Outcome
from ledger.errors import LedgerError, NotFound
from ledger.services.actors import Actor
from ledger.services.acts import TERMS, Action
from ledger.services.certification_requests import CertificationRequest
from ledger.services.references import SubjectRef

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Act:
    """What a page asks for one action, besides the reason that some need."""

    action: Action
    verdicts: frozenset[Outcome]
    """Those under which it is offered."""
    date: bool = False
    choice: Literal["", "authorisation", "organisation"] = ""

    @property
    def reason(self) -> bool:
        """Whether a reason in writing is needed."""
        return TERMS[self.action].reason


_ALL = frozenset(Outcome)
_ACTIVE = frozenset({Outcome.VALID, Outcome.DUE, Outcome.GRACE, Outcome.EXPIRED, Outcome.DEATH_REPORTED})
_ENDED = frozenset({Outcome.DECEASED})
_REPORTED = frozenset({Outcome.DEATH_REPORTED})
_SUSPENDED = frozenset({Outcome.SUSPENDED})

ACTS = (
    Act(Action.AUTHORISE, _ALL - _ENDED, choice="authorisation"),
    Act(Action.REPORT_DEATH, _ALL - _ENDED - _REPORTED, date=True),
    Act(Action.CONFIRM_DEATH, _REPORTED),
    Act(Action.RESCIND_DEATH, _REPORTED | _ENDED),
    Act(Action.SUSPEND, _ACTIVE),
    Act(Action.REINSTATE, _SUSPENDED),
    Act(Action.REVOKE, _ACTIVE | _SUSPENDED),
    Act(Action.CLOSE, _ACTIVE | _SUSPENDED),
    Act(Action.HANDOVER, _ALL - {Outcome.NEVER}, choice="organisation"),
)


def acts_for(actor: Actor, verdict: str) -> tuple[Act, ...]:
    """What someone of this role is offered; when nothing is known of the state, all of it.

    Whether it is possible the use case says.
    """
    return tuple(
        act
        for act in ACTS
        if actor.role in TERMS[act.action].roles and (verdict in act.verdicts or verdict == Outcome.UNKNOWN)
    )


@router.get("/people/{subject_id}/acts/{action}")
def ask(request: Request, subject_id: Name, action: Name, actor: PageActor, ledger: Ledger) -> Response:
    """The question."""
    return _page(request, ledger, actor, subject_id, _act(action), answers={})


@router.post("/people/{subject_id}/acts/{action}")
def record(request: Request, subject_id: Name, action: Name, form: Form, ledger: Ledger) -> Response:
    """Records the answer, or asks again saying what is wrong with it."""
    act = _act(action)
    names = ("reason", "note", "occurred_on", "authorisation", "organisation", "once")
    answers = {name: form.field(name) for name in names}
    try:
        wanted = CertificationRequest(
            subject=SubjectRef(id=subject_id),
            action=act.action,
            occurred_on=day(answers["occurred_on"]),
            authorisation=answers["authorisation"] or None,
            organisation=answers["organisation"] or None,
            reason=answers["reason"] or None,
            note=answers["note"] or None,
        )
        return submit(ledger, form.actor, subject_id, wanted, answers["once"])
    except LedgerError as error:
        return _page(request, ledger, form.actor, subject_id, act, answers=answers, error=error)


def _act(action: str) -> Act:
    for act in ACTS:
        if act.action == action:
            return act
    raise NotFound("no_such_path")


def _page(
    request: Request,
    ledger: Application,
    actor: Actor,
    subject_id: str,
    act: Act,
    *,
    answers: dict[str, str],
    error: LedgerError | None = None,
) -> Response:
    return page(
        request,
        "act.html",
        error.http_status if error else 200,
        person=ledger.lookup.subject(actor, subject_id),
        act=act,
        answers=answers,
        error=error,
        organisations=organisations(ledger, actor),
        once=secrets.token_urlsafe(16),
    )

"""The ladder: whom to visit or call, one person's steps, and the roll-call of an institution."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from api.console.certify import day
from api.console.forms import Form, PageActor
from api.console.names import organisations
from api.console.render import choices, page
from api.locale import locale_of
from api.schemas.base import Name
from api.security import Ledger
from ledger.bootstrap import Application
from ledger.errors import LedgerError
from ledger.services.actors import Actor
from ledger.services.acts import Action
from ledger.services.certification_requests import Accepted, CertificationRequest
from ledger.services.ladder.desk import LISTED
from ledger.services.references import SubjectRef

router = APIRouter()

PAGE_SIZE = 50


@router.get("/ladder")
def people(
    request: Request,
    actor: PageActor,
    ledger: Ledger,
    *,
    community: Annotated[str, Query(max_length=40)] = "",
    step: Annotated[str, Query(max_length=10)] = "visit",
    page_number: Annotated[int, Query(alias="page", ge=1, le=10_000)] = 1,
) -> Response:
    """By default who is to be visited."""
    found = ledger.ladder.list(
        actor,
        community=community or None,
        step=step or None,
        offset=(page_number - 1) * PAGE_SIZE,
        limit=PAGE_SIZE,
    )
    asked = {"community": community, "step": step}
    return page(
        request,
        "ladder.html",
        found=found,
        community=community,
        step=step,
        step_choices=choices("ladder_step", LISTED, locale_of(request)),
        organisations=organisations(ledger, actor),
        page_number=page_number,
        pages=max(1, -(-found.total // PAGE_SIZE)),
        page_address=lambda number: "/ladder?" + urlencode({**asked, "page": number}),
    )


@router.get("/people/{subject_id}/ladder")
def story(request: Request, subject_id: Name, actor: PageActor, ledger: Ledger) -> Response:
    """Every step with its date and channel, and what comes next."""
    return _story(request, ledger, actor, subject_id)


@router.post("/people/{subject_id}/ladder")
def attempt(request: Request, subject_id: Name, form: Form, ledger: Ledger) -> Response:
    """A call or visit met nobody."""
    step, _, outcome = form.field("do").partition(":")
    try:
        ledger.ladder.attempt(
            form.actor,
            form.field("ladder"),
            step,
            outcome,
            on=day(form.field("occurred_on")),
            note=form.field("note") or None,
        )
    except LedgerError as error:
        return _story(request, ledger, form.actor, subject_id, error)
    return RedirectResponse(f"/people/{subject_id}/ladder", status_code=303)


@router.get("/roll-call")
def roll_call(request: Request, actor: PageActor, ledger: Ledger) -> Response:
    """Who is to be met in each institution."""
    return page(request, "roll_call.html", institutions=ledger.ladder.roll_call(actor), taken=None)


@router.post("/roll-call")
def met(request: Request, form: Form, ledger: Ledger) -> Response:
    """Certifies everybody who was ticked, as met at a roll-call."""
    on = day(form.field("occurred_on"))
    wanted = [
        CertificationRequest(SubjectRef(id=subject), Action.CERTIFY, method="institution", occurred_on=on)
        for subject in form.chosen("met")
    ]
    taken = ledger.certify.submit(form.actor, wanted) if wanted else []
    return page(
        request,
        "roll_call.html",
        institutions=ledger.ladder.roll_call(form.actor),
        taken=sum(isinstance(one, Accepted) for one in taken),
    )


def _story(
    request: Request, ledger: Application, actor: Actor, subject_id: str, error: LedgerError | None = None
) -> Response:
    return page(
        request,
        "ladder_story.html",
        error.http_status if error else 200,
        story=ledger.ladder.story(actor, subject_id),
        person=ledger.lookup.subject(actor, subject_id),
        error=error,
    )

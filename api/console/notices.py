"""Notices: what is to be printed and brought, and what became of each."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from api.console.forms import Form, PageActor
from api.console.names import organisations
from api.console.render import choices, page
from api.locale import locale_of
from api.schemas.base import Name
from api.security import Ledger
from ledger.bootstrap import Application
from ledger.domain.notices import Way
from ledger.errors import LedgerError
from ledger.services.actors import Actor
from ledger.services.notices.desk import STATES

router = APIRouter()

PAGE_SIZE = 50


@router.get("/notices")
def notices(
    request: Request,
    actor: PageActor,
    ledger: Ledger,
    *,
    community: Annotated[str, Query(max_length=40)] = "",
    way: Annotated[str, Query(max_length=10)] = "letter",
    state: Annotated[str, Query(max_length=10)] = "waiting",
    page_number: Annotated[int, Query(alias="page", ge=1, le=10_000)] = 1,
) -> Response:
    """By default the letters to be brought."""
    found = ledger.notices.list(
        actor,
        community=community or None,
        way=way or None,
        state=state,
        offset=(page_number - 1) * PAGE_SIZE,
        limit=PAGE_SIZE,
    )
    locale = locale_of(request)
    asked = {"community": community, "way": way, "state": state}
    return page(
        request,
        "notices.html",
        found=found,
        community=community,
        way=way,
        state=state,
        way_choices=choices("notice_way", Way, locale),
        state_choices=choices("notice_state", STATES, locale),
        organisations=organisations(ledger, actor),
        page_number=page_number,
        pages=max(1, -(-found.total // PAGE_SIZE)),
        page_address=lambda number: "/notices?" + urlencode({**asked, "page": number}),
    )


@router.get("/notices/{notice_id}")
def letter(request: Request, notice_id: Name, actor: PageActor, ledger: Ledger) -> Response:
    """The letter as it is printed."""
    return _letter(request, ledger, actor, notice_id)


@router.post("/notices/{notice_id}")
def note(request: Request, notice_id: Name, form: Form, ledger: Ledger) -> Response:
    """It arrived, or was answered."""
    try:
        if form.field("do") == "answered":
            ledger.notices.answered(form.actor, notice_id)
        else:
            ledger.notices.delivered(form.actor, notice_id)
    except LedgerError as error:
        return _letter(request, ledger, form.actor, notice_id, error)
    return RedirectResponse(f"/notices/{notice_id}", status_code=303)


def _letter(
    request: Request, ledger: Application, actor: Actor, notice_id: str, error: LedgerError | None = None
) -> Response:
    found = ledger.notices.letter(actor, notice_id, locale_of(request))
    return page(request, "notice.html", error.http_status if error else 200, letter=found, error=error)

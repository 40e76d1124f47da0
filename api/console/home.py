"""The first page, and the list of who is due."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.console.forms import PageActor
from api.console.names import organisations
from api.console.render import choices, page
from api.locale import locale_of
from api.security import Ledger
from ledger.services.actors import Role
from ledger.services.due import URGENCY

router = APIRouter()

PAGE_SIZE = 50


@router.get("/")
def home(request: Request, actor: PageActor, ledger: Ledger) -> Response:
    """Who is due, by community, for those who see people; the service's health for all others."""
    if actor.role is Role.FAMILY:
        return page(request, "home_family.html", readable=ledger.mandates.readable(actor))
    if actor.role not in (Role.WORKER, Role.REVIEWER):
        health = ledger.status.health()
        return page(request, "home_operator.html", health=health, deployment=ledger.status.deployment())
    known = organisations(ledger, actor)
    rows = [(one, ledger.lookup.due(actor, community=one.code, limit=1)) for one in known.own]
    totals = {verdict: sum(due.counts.get(verdict, 0) for _, due in rows) for verdict in URGENCY}
    return page(
        request,
        "home.html",
        rows=rows,
        totals=totals,
        urgency=URGENCY,
        stale=any(due.stale for _, due in rows),
    )


@router.get("/due")
def due_list(
    request: Request,
    actor: PageActor,
    ledger: Ledger,
    *,
    community: Annotated[str, Query(max_length=40)] = "",
    verdict: Annotated[str, Query(max_length=20)] = "",
    page_number: Annotated[int, Query(alias="page", ge=1, le=10_000)] = 1,
) -> Response:
    """Who needs a certification, most urgent first."""
    found = ledger.lookup.due(
        actor,
        community=community or None,
        verdict=verdict if verdict in URGENCY else None,
        offset=(page_number - 1) * PAGE_SIZE,
        limit=PAGE_SIZE,
    )
    return page(
        request,
        "due.html",
        due=found,
        community=community,
        verdict=verdict,
        verdict_choices=choices("verdict", URGENCY, locale_of(request)),
        page_address=lambda number: (
            "/due?" + urlencode({"community": community, "verdict": verdict, "page": number})
        ),
        organisations=organisations(ledger, actor),
        page_number=page_number,
        pages=max(1, -(-found.total // PAGE_SIZE)),
    )

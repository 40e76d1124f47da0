"""The elder's statement, and who of a family may read it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import HTMLResponse, Response

from api.console.statement import statement_page
from api.schemas.base import Name, Sha256Hex, ShortText, UnixTime
from api.schemas.references import SubjectFields
from api.security import CurrentActor, Ledger
from ledger.services.mandates import MandateView
from ledger.services.references import SubjectRef
from ledger.services.statements import Statement

router = APIRouter(prefix="/v1", tags=["people"])

Days = Annotated[int, Query(ge=1, le=3660, description="How far back requests are listed")]


class NewMandate(SubjectFields):
    """A person's written mandate for someone of the family."""

    reader: ShortText
    """Login of a user with the role family."""
    valid_until: UnixTime
    evidence: Annotated[list[Sha256Hex], Field(min_length=1, max_length=20)]
    """SHA-256 of the scanned mandate."""


class MandateList(BaseModel):
    """Every mandate that a person gave."""

    items: list[MandateView]


class Withheld(BaseModel):
    """Requests that the law keeps from their persons for a time."""

    entries: int
    next_release: int | None


@router.get("/subjects/{subject_id}/statement", summary="A person's statement")
def statement(subject_id: Name, actor: CurrentActor, ledger: Ledger, days: Days = 365) -> Statement:
    """Certifications, consents, and who asked for what. Names no worker."""
    return ledger.statements.of(actor, SubjectRef(id=subject_id), days=days)


@router.get(
    "/subjects/{subject_id}/statement/page",
    summary="A person's statement, to be printed",
    response_class=HTMLResponse,
)
def printed(
    request: Request, subject_id: Name, actor: CurrentActor, ledger: Ledger, days: Days = 365
) -> Response:
    """One page that needs no other file, in the language asked for."""
    found = ledger.statements.of(actor, SubjectRef(id=subject_id), days=days)
    return statement_page(request, found, actor, ledger, alone=True)


@router.get("/access-log/withheld", summary="How many requests are kept from their persons for a time")
def withheld(actor: CurrentActor, ledger: Ledger) -> Withheld:
    """For auditors."""
    entries, soonest = ledger.statements.withheld(actor)
    return Withheld(entries=entries, next_release=soonest)


@router.post("/mandates", status_code=201, summary="Let someone of the family read the statement")
def give(body: NewMandate, actor: CurrentActor, ledger: Ledger) -> MandateView:
    """For a time, until it is revoked."""
    return ledger.mandates.give(
        actor, body.reference(), reader=body.reader, valid_until=body.valid_until, evidence=body.evidence
    )


@router.post("/mandates/{mandate_id}/revoke", summary="Take a mandate back")
def revoke(mandate_id: Name, actor: CurrentActor, ledger: Ledger) -> MandateView:
    """At once."""
    return ledger.mandates.revoke(actor, mandate_id)


@router.get("/mandates", summary="A person's mandates")
def mandates(
    subject: Annotated[str, Query(min_length=1, max_length=64, description="Subject id")],
    actor: CurrentActor,
    ledger: Ledger,
) -> MandateList:
    """Oldest first."""
    return MandateList(items=ledger.mandates.list(actor, SubjectRef(id=subject)))

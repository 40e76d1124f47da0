"""Notices to people and their families, and what became of them."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import Field

from api.locale import locale_of
from api.pagination import Cursor, Limit, Page, decode_cursor, encode_cursor
from api.routes.lists import Community
from api.schemas.base import Name, Text
from api.schemas.references import SubjectFields
from api.security import CurrentActor, Ledger
from ledger.domain.notices import Way
from ledger.services.notices.desk import Letter, NoticeView

router = APIRouter(prefix="/v1", tags=["notices"])


class NewEmail(SubjectFields):
    """An e-mail address of a person or of family."""

    address: Annotated[Text, Field(min_length=3, max_length=254)]
    relationship: Literal["self", "spouse", "child", "neighbour", "other"]


@router.get("/notices", summary="Notices that wait, went out, arrived or failed")
def notices(
    actor: CurrentActor,
    ledger: Ledger,
    *,
    community: Community = None,
    way: Annotated[Way | None, Query(description="Only by this way")] = None,
    state: Annotated[Literal["waiting", "sent", "delivered", "failed"], Query()] = "waiting",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[NoticeView]:
    """Oldest first. Letters that wait are to be printed and brought."""
    offset = decode_cursor(cursor) or 0
    found = ledger.notices.list(actor, community=community, way=way, state=state, offset=offset, limit=limit)
    end = offset + len(found.notices)
    return Page(items=list(found.notices), next=encode_cursor(end) if end < found.total else None)


@router.post("/notices/receipts", status_code=204, summary="What became of a notice")
async def receipt(request: Request, ledger: Ledger) -> None:
    """From the city's gateway or its mail system: `{"id": …, "state": "delivered" | "failed"}`, signed as
    Standard Webhooks says, with the secret that we sign with.
    """
    ledger.receipts.take(request.headers, await request.body())


@router.get("/notices/{notice_id}", summary="A notice in full")
def notice(notice_id: Name, request: Request, actor: CurrentActor, ledger: Ledger) -> Letter:
    """With its words, to be printed."""
    return ledger.notices.letter(actor, notice_id, locale_of(request))


@router.post("/notices/{notice_id}/delivered", status_code=204, summary="A notice has arrived")
def delivered(notice_id: Name, actor: CurrentActor, ledger: Ledger) -> None:
    """It was handed over. Days of grace count from then."""
    ledger.notices.delivered(actor, notice_id)


@router.post("/notices/{notice_id}/answered", status_code=204, summary="Somebody answered a notice")
def answered(notice_id: Name, actor: CurrentActor, ledger: Ledger) -> None:
    """A death is then not confirmed on silence."""
    ledger.notices.answered(actor, notice_id)


@router.post("/subjects/emails", status_code=204, summary="Take down an e-mail address")
def email(body: NewEmail, actor: CurrentActor, ledger: Ledger) -> None:
    """It takes the place of the one known for this relationship."""
    ledger.contacts.add_email(actor, body.reference(), body.address, body.relationship)

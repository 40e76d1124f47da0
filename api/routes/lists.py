"""Who is due, and what the service stands on."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel

from api.pagination import Cursor, Limit, decode_cursor, encode_cursor
from api.routes.subjects import Programme
from api.security import CurrentActor, Ledger
from ledger.services.lookup_answers import DueList

router = APIRouter(prefix="/v1", tags=["lists"])

Community = Annotated[
    str | None, Query(max_length=40, description="Community's code; all of the asker's by default")
]


class Due(BaseModel):
    """One page of the people who need a certification."""

    due: DueList
    next: str | None = None


@router.get("/due", summary="Who needs a certification")
def due(
    actor: CurrentActor,
    ledger: Ledger,
    *,
    community: Community = None,
    programme: Programme = "senior-allowance",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Due:
    """Most urgent first."""
    offset = decode_cursor(cursor) or 0
    found = ledger.lookup.due(actor, community=community, programme=programme, offset=offset, limit=limit)
    end = offset + len(found.people)
    return Due(due=found, next=encode_cursor(end) if end < found.total else None)


@router.get("/deployment", summary="The chain and contracts this service stands on")
def deployment(ledger: Ledger) -> dict[str, Any]:
    """Public: what an audit or a proof starts from."""
    return ledger.status.deployment()

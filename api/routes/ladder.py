"""The ladder: what is done when a certification runs out, and by whom."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel

from api.pagination import Cursor, Limit, Page, decode_cursor, encode_cursor
from api.routes.lists import Community
from api.routes.subjects import Programme
from api.schemas.base import Body, IsoDate, LongText, Name
from api.security import CurrentActor, Ledger
from ledger.services.ladder.desk import LadderLine, LadderStory
from ledger.services.ladder.run import LadderReport

router = APIRouter(prefix="/v1", tags=["ladder"])


class Attempt(Body):
    """A video call or visit that met nobody."""

    step: Literal["video", "visit"]
    outcome: Literal["not_reached", "left_notice"] = "not_reached"
    """A visit may have left a notice with somebody, which then has arrived."""
    on: IsoDate | None = None
    """Today if not given."""
    note: LongText | None = None


class Institution(BaseModel):
    """Who is to be met at a roll-call."""

    address: str
    people: list[LadderLine]


@router.post("/ladder/run", summary="Move everybody on who is to be moved on")
def run(actor: CurrentActor, ledger: Ledger) -> LadderReport:
    """What the service does by itself every hour. Run twice, it does nothing the second time."""
    return ledger.ladder_run.ask(actor)


@router.get("/ladder", summary="Whom to visit or call, and who is in grace")
def people(
    actor: CurrentActor,
    ledger: Ledger,
    *,
    community: Community = None,
    step: Annotated[Literal["visit", "video", "grace", "review"] | None, Query()] = None,
    programme: Programme = "senior-allowance",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[LadderLine]:
    """Those whose certification ends first, first."""
    offset = decode_cursor(cursor) or 0
    found = ledger.ladder.list(
        actor, community=community, step=step, programme=programme, offset=offset, limit=limit
    )
    end = offset + len(found.people)
    return Page(items=list(found.people), next=encode_cursor(end) if end < found.total else None)


@router.get("/roll-call", summary="Whom to meet in each institution")
def roll_call(
    actor: CurrentActor,
    ledger: Ledger,
    community: Community = None,
    programme: Programme = "senior-allowance",
) -> list[Institution]:
    """Those who were met are certified with the method `institution`."""
    found = ledger.ladder.roll_call(actor, community=community, programme=programme)
    return [Institution(address=address, people=list(lines)) for address, lines in found.items()]


@router.get("/subjects/{subject_id}/ladder", summary="What was done for a person, and what comes next")
def story(
    subject_id: Name, actor: CurrentActor, ledger: Ledger, programme: Programme = "senior-allowance"
) -> LadderStory:
    """Each step with its date and channel."""
    return ledger.ladder.story(actor, subject_id, programme)


@router.post("/ladder/{ladder_id}/attempts", status_code=204, summary="A call or visit met nobody")
def attempt(ladder_id: Name, body: Attempt, actor: CurrentActor, ledger: Ledger) -> None:
    """Whoever was met is certified instead."""
    ledger.ladder.attempt(actor, ladder_id, body.step, body.outcome, on=body.on, note=body.note)

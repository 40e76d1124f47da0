"""How often the ledger is wrong, second visits, and what looks unusual."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from api.pagination import Page
from api.routes.subjects import Programme
from api.schemas.base import Body, Code, LongText, Name, Text
from api.security import CurrentActor, Ledger
from ledger.services.errors.rates import ErrorReport
from ledger.services.errors.revisits import RevisitView

router = APIRouter(prefix="/v1", tags=["errors"])


class Draw(Body):
    """Which second visits a month has."""

    month: Annotated[Text, Field(examples=["2026-03"], max_length=7)]
    seed: Annotated[Text, Field(min_length=1, max_length=64)]
    """Public, so that anybody can draw the same again."""
    programme: Code = "senior-allowance"


class Drawn(BaseModel):
    """How many visits a month has, and whether they were drawn now."""

    visits: int
    new: bool


class Found(Body):
    """What a second visit found."""

    outcome: Literal["alive", "dead", "not_met"]
    note: LongText | None = None


class Looked(BaseModel):
    """How many questions were opened."""

    opened: int


@router.get("/seamless/errors", summary="How often seamless certification is wrong, both ways")
def rates(actor: CurrentActor, ledger: Ledger, programme: Programme = "senior-allowance") -> ErrorReport:
    """Per version of the rules, with Wilson intervals at 95 %, and whether there are too few to tell."""
    return ledger.error_rates.report(actor, programme)


@router.post("/revisits/draw", summary="Draw a month's second visits")
def draw(body: Draw, actor: CurrentActor, ledger: Ledger) -> Drawn:
    """At most two a worker, none in a community of their own. A month is drawn once."""
    visits, new = ledger.revisits.draw(actor, body.month, body.seed, body.programme)
    return Drawn(visits=visits, new=new)


@router.get("/revisits", summary="The asker's second visits to be made")
def mine(actor: CurrentActor, ledger: Ledger) -> Page[RevisitView]:
    """With what is needed to find each person."""
    return Page(items=ledger.revisits.mine(actor))


@router.post("/revisits/{revisit_id}", status_code=204, summary="What a second visit found")
def found(revisit_id: Name, body: Found, actor: CurrentActor, ledger: Ledger) -> None:
    """Said once, by the worker whose visit it is."""
    ledger.revisits.found(actor, revisit_id, body.outcome, body.note)


@router.post("/anomalies/look", summary="Ask about what looks unusual")
def look(actor: CurrentActor, ledger: Ledger) -> Looked:
    """What the service does by itself every day: a case for each question, never a score."""
    return Looked(opened=ledger.anomalies.ask(actor))

"""The month's work."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel

from api.pagination import Cursor, Limit, decode_cursor, encode_cursor
from api.routes.subjects import Programme
from api.schemas.base import Body, Code, Name
from api.security import CurrentActor, Ledger
from ledger.domain import months
from ledger.services.months.views import ListView, MonthStatus, PersonMonths
from ledger.services.references import SubjectRef

router = APIRouter(prefix="/v1", tags=["months"])

MonthText = Annotated[str, Path(pattern=r"^\d{4}-\d{2}$", examples=["2026-11"])]
MonthQuery = Annotated[str | None, Query(max_length=7, description="YYYY-MM", examples=["2026-11"])]


class NewMonth(Body):
    """A month to be opened."""

    month: Code
    """YYYY-MM."""
    programme: Code = "senior-allowance"


class OpenedMonths(BaseModel):
    """The months that were opened, the latest first."""

    months: list[str]


class MonthList(BaseModel):
    """One page of a community's list."""

    list: ListView
    next: str | None = None


class Closed(BaseModel):
    """A month's root, which goes to the chain."""

    month: str
    root: str


@router.get("/months", summary="The months that were opened")
def opened(actor: CurrentActor, ledger: Ledger, *, programme: Programme = "senior-allowance") -> OpenedMonths:
    """The latest first."""
    return OpenedMonths(months=[months.text(one) for one in ledger.month_reading.opened(actor, programme)])


@router.post("/months", status_code=201, summary="Open a month")
def open_month(body: NewMonth, actor: CurrentActor, ledger: Ledger) -> MonthStatus:
    """Civil affairs opens the month after the last one, which must be closed."""
    month = months.parse(body.month)
    ledger.months.open(actor, month, body.programme)
    return ledger.month_reading.status(actor, month, body.programme)


@router.get("/months/{month}", summary="How far a month is")
def status(
    month: MonthText, actor: CurrentActor, ledger: Ledger, *, programme: Programme = "senior-allowance"
) -> MonthStatus:
    """Its lists, what is next for each and until when, who is late, and every step that was taken."""
    return ledger.month_reading.status(actor, months.parse(month), programme)


@router.get("/months/{month}/lists/{community}", summary="A community's list")
def month_list(
    month: MonthText,
    community: Name,
    actor: CurrentActor,
    ledger: Ledger,
    *,
    programme: Programme = "senior-allowance",
    changes_only: Annotated[bool, Query(description="Only what differs from the month before")] = False,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> MonthList:
    """Who is paid what and why, in fen: drawn up anew while it is open, then as it was checked."""
    offset = decode_cursor(cursor) or 0
    found = ledger.month_reading.list(
        actor,
        months.parse(month),
        community,
        programme,
        changes_only=changes_only,
        offset=offset,
        limit=limit,
    )
    end = offset + len(found.lines)
    return MonthList(list=found, next=encode_cursor(end) if end < found.total else None)


@router.post("/months/{month}/lists/{community}/{step}", status_code=204, summary="Take a list a step on")
def take_step(
    month: MonthText,
    community: Name,
    step: Literal["check", "confirm", "accept", "return"],
    actor: CurrentActor,
    ledger: Ledger,
    *,
    programme: Programme = "senior-allowance",
) -> Response:
    """The community checks, the subdistrict confirms, civil affairs accepts; either of these gives back."""
    steps = {
        "check": ledger.months.check,
        "confirm": ledger.months.confirm,
        "accept": ledger.months.accept,
        "return": ledger.months.give_back,
    }
    steps[step](actor, months.parse(month), community, programme)
    return Response(status_code=204)


@router.post("/months/{month}/close", summary="Close a month")
def close(
    month: MonthText, actor: CurrentActor, ledger: Ledger, *, programme: Programme = "senior-allowance"
) -> Closed:
    """Civil affairs closes a month of which every list is accepted; it stays as it is from then on."""
    root = ledger.months.close(actor, months.parse(month), programme)
    return Closed(month=month, root="0x" + root.hex())


@router.get("/entitlements", summary="One person's months")
def entitlements(
    actor: CurrentActor,
    ledger: Ledger,
    *,
    subject: Annotated[str, Query(max_length=64, description="Subject id")],
    first: MonthQuery = None,
    last: MonthQuery = None,
    programme: Programme = "senior-allowance",
) -> PersonMonths:
    """What each month comes out as now and why, and what the books say; by default the last twelve."""
    return ledger.month_reading.person(
        actor,
        SubjectRef(id=subject),
        months.parse(first) if first else None,
        months.parse(last) if last else None,
        programme,
    )

"""Cases: what waits for a person to look at, and its answer."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from api.pagination import Cursor, Limit, decode_cursor, encode_cursor
from api.routes.certifications import IdempotencyKey
from api.routes.lists import Community
from api.schemas.base import Name
from api.schemas.cases import Assignment, Decision, NewCase, Remark
from api.security import CurrentActor, Ledger
from ledger.domain.cases import CaseKind
from ledger.services.cases.views import CaseDetail, CasePage, Decided, Opened

router = APIRouter(prefix="/v1/cases", tags=["cases"])


class Cases(BaseModel):
    """One page of cases."""

    cases: CasePage
    next: str | None = None


@router.get("", summary="What waits for a person to look at")
def cases(
    actor: CurrentActor,
    ledger: Ledger,
    *,
    community: Community = None,
    kind: Annotated[CaseKind | None, Query(description="Only of this kind")] = None,
    state: Annotated[Literal["open", "resolved", "all"], Query()] = "open",
    mine: Annotated[bool, Query(description="Only those assigned to the asker")] = False,
    overdue: Annotated[bool, Query(description="Only those past their deadline")] = False,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Cases:
    """Those due first, first."""
    offset = decode_cursor(cursor) or 0
    found = ledger.cases.list(
        actor,
        community=community,
        kind=kind,
        state=state,
        mine=mine,
        overdue=overdue,
        offset=offset,
        limit=limit,
    )
    end = offset + len(found.cases)
    return Cases(cases=found, next=encode_cursor(end) if end < found.total else None)


@router.post("", status_code=201, summary="Open an appeal or another question")
def open_case(
    body: NewCase,
    actor: CurrentActor,
    ledger: Ledger,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> Opened:
    """201 for a new case; 200 when one is open already, which then takes the words in."""
    opened = ledger.case_work.open(actor, body.request(), idempotency_key=idempotency_key)
    response.status_code = 201 if opened.new else 200
    return opened


@router.get("/{case_id}", summary="One case with its story")
def case(case_id: Name, actor: CurrentActor, ledger: Ledger) -> CaseDetail:
    """What was asked, everything that happened since, and as what the asker may decide it."""
    return ledger.cases.get(actor, case_id)


@router.post("/{case_id}/notes", status_code=204, summary="Remark on a case")
def note(case_id: Name, body: Remark, actor: CurrentActor, ledger: Ledger) -> None:
    """Sealed, and shown to whoever may see the case."""
    ledger.case_work.note(actor, case_id, body.text)


@router.post("/{case_id}/assignment", status_code=204, summary="Assign a case")
def assign(case_id: Name, body: Assignment, actor: CurrentActor, ledger: Ledger) -> None:
    """To the asker, or by a reviewer to a user who may see the case."""
    ledger.case_work.assign(actor, case_id, body.login)


@router.post("/{case_id}/decision", summary="Decide a case")
def decide(case_id: Name, body: Decision, actor: CurrentActor, ledger: Ledger) -> Decided:
    """With a reasoned answer, by another organisation where four eyes are due. What it means for the person's
    state is on its way to the chain, as the operation it names.
    """
    return ledger.case_work.decide(
        actor,
        case_id,
        body.outcome,
        body.answer,
        occurred_on=body.occurred_on,
        checked_on=body.checked_on,
    )

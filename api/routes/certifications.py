"""Certifying, and what became of it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Request
from pydantic import BaseModel

from api.locale import locale_of
from api.problems import problem
from api.schemas.base import Name
from api.schemas.certifications import Certifications
from api.security import CurrentActor, Ledger
from ledger.services.certification_requests import Rejected
from ledger.services.operations import OperationView

router = APIRouter(prefix="/v1", tags=["certification"])

IdempotencyKey = Annotated[
    str | None,
    Header(
        min_length=1,
        max_length=128,
        pattern=r"^[\x21-\x7e]+$",
        description="Names this request: sent again with the same key and body, it is not done again",
    ),
]


class Submitted(BaseModel):
    """What became of one item: an operation on its way, or the problem that kept it from being taken."""

    id: str | None = None
    subject: str | None = None
    state: str
    error: dict[str, Any] | None = None


class SubmittedAll(BaseModel):
    """One entry per item, in the order sent."""

    operations: list[Submitted]


@router.post("/certifications", status_code=202, summary="Certify, suspend, report a death …")
def certify(
    body: Certifications,
    request: Request,
    actor: CurrentActor,
    ledger: Ledger,
    idempotency_key: IdempotencyKey = None,
) -> SubmittedAll:
    """Each item is taken or not taken on its own; what is taken is on its way to the chain."""
    results = ledger.certify.submit(
        actor, [item.request(body.programme) for item in body.items], idempotency_key=idempotency_key
    )
    locale = locale_of(request)
    return SubmittedAll(
        operations=[
            Submitted(state="rejected", error=problem(result.error, locale))
            if isinstance(result, Rejected)
            else Submitted(id=result.operation_id, subject=result.subject_id, state=result.state)
            for result in results
        ]
    )


@router.get("/operations/{operation_id}", summary="What became of a change")
def operation(operation_id: Name, actor: CurrentActor, ledger: Ledger) -> OperationView:
    """Its state: accepted, batched, signed, prepared, sent, included, final or refused."""
    return ledger.operations.get(actor, operation_id)

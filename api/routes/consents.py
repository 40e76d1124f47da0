"""Consents: what a person decided about who may read what."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.pagination import Cursor, Limit, Page, page_of
from api.routes.certifications import IdempotencyKey
from api.schemas.base import Name
from api.schemas.consents import DecisionFields, NewConsent
from api.security import CurrentActor, Ledger
from ledger.errors import BadInput
from ledger.services.consent_terms import ConsentAccepted, ConsentView
from ledger.services.references import SubjectRef

router = APIRouter(prefix="/v1", tags=["consent"])


@router.post("/consents", status_code=202, summary="Give or refuse consent")
def give(
    body: NewConsent, actor: CurrentActor, ledger: Ledger, idempotency_key: IdempotencyKey = None
) -> ConsentAccepted:
    """What the person decided about one provider, consumer, category and purpose."""
    if body.decided == "refuse":
        if body.valid_until is not None:
            raise BadInput("refusal_has_no_end")
        return ledger.consents.refuse(
            actor, body.reference(), body.terms(), decision=body.decision(), idempotency_key=idempotency_key
        )
    return ledger.consents.give(
        actor,
        body.reference(),
        body.terms(),
        valid_until=body.valid_until,
        decision=body.decision(),
        idempotency_key=idempotency_key,
    )


@router.post("/consents/{consent_id}/withdraw", status_code=202, summary="Withdraw a consent")
def withdraw(
    consent_id: Name,
    body: DecisionFields,
    actor: CurrentActor,
    ledger: Ledger,
    idempotency_key: IdempotencyKey = None,
) -> ConsentAccepted:
    """Denied from the moment this answers."""
    return ledger.consents.withdraw(
        actor, consent_id, decision=body.decision(), idempotency_key=idempotency_key
    )


@router.post(
    "/consents/{consent_id}/refuse", status_code=202, summary="Refuse what was withdrawn or never decided"
)
def refuse(
    consent_id: Name,
    body: DecisionFields,
    actor: CurrentActor,
    ledger: Ledger,
    idempotency_key: IdempotencyKey = None,
) -> ConsentAccepted:
    """The person says no for good, for the same tuple."""
    subject, terms = ledger.consents.terms(actor, consent_id)
    return ledger.consents.refuse(
        actor, subject, terms, decision=body.decision(), idempotency_key=idempotency_key
    )


@router.get("/consents", summary="A person's consents")
def consents(
    subject: Annotated[str, Query(min_length=1, max_length=64, description="Subject id")],
    actor: CurrentActor,
    ledger: Ledger,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[ConsentView]:
    """Newest first, with what is on its way to the chain."""
    return page_of(ledger.consents.list(actor, SubjectRef(id=subject)), cursor, limit)

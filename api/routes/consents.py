"""Consents: what a person decided about who may read what."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Form, Query, UploadFile
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError

from api.pagination import Cursor, Limit, Page, page_of
from api.routes.certifications import IdempotencyKey
from api.schemas.base import Name
from api.schemas.consents import DecisionFields, NewConsent, PaperForm, Renewal, WithdrawAll
from api.security import CurrentActor, Ledger
from ledger.errors import BadInput
from ledger.services.consent_receipts import ConsentReceipt
from ledger.services.consent_terms import ConsentAccepted, ConsentView
from ledger.services.paper_consents import Entered
from ledger.services.references import SubjectRef
from ledger.services.sealed_files import LARGEST_FILE

router = APIRouter(prefix="/v1", tags=["consent"])


class Recorded(BaseModel):
    """What was recorded, one entry per consent."""

    items: list[ConsentAccepted]


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


@router.post(
    "/consents/withdraw", status_code=202, summary="Withdraw all, or all that one organisation reads"
)
def withdraw_all(body: WithdrawAll, actor: CurrentActor, ledger: Ledger) -> Recorded:
    """One sentence by any channel is enough. Denied from the moment this answers."""
    accepted = ledger.consents.withdraw_all(
        actor, body.reference(), consumer=body.consumer, decision=body.decision()
    )
    return Recorded(items=accepted)


@router.post("/consents/paper", status_code=202, summary="Enter a form filled in on paper")
def enter_paper(
    actor: CurrentActor,
    ledger: Ledger,
    form: Annotated[str, Form(max_length=10_000, description="JSON as in the schema PaperForm")],
    photo: Annotated[UploadFile, File(description="Photo or scan of the form: JPEG, PNG or PDF")],
    idempotency_key: IdempotencyKey = None,
) -> Entered:
    """Each answer becomes its tuples, given or refused; the photo is sealed. All of it or nothing."""
    try:
        filled = PaperForm.model_validate_json(form)
    except ValidationError as error:
        found = [{**one, "loc": ("body", *one["loc"])} for one in error.errors(include_url=False)]
        raise RequestValidationError(found) from error
    data = photo.file.read(LARGEST_FILE + 1)
    return ledger.paper_consents.enter(
        actor, filled.reference(), filled.form(data), idempotency_key=idempotency_key
    )


@router.get("/consents/receipts/{operation_id}", summary="The receipt for a decision")
def receipt(operation_id: Name, actor: CurrentActor, ledger: Ledger) -> ConsentReceipt:
    """Of giving, refusing, renewing or withdrawing; `signed` is checked with `ledger verify`."""
    return ledger.consent_receipts.get(actor, operation_id)


@router.post("/consents/{consent_id}/renew", status_code=202, summary="Renew a consent until another end")
def renew(
    consent_id: Name,
    body: Renewal,
    actor: CurrentActor,
    ledger: Ledger,
    idempotency_key: IdempotencyKey = None,
) -> ConsentAccepted:
    """Terms are locked once given: this is a new revision, which names the former."""
    return ledger.consents.renew(
        actor,
        consent_id,
        body.revision,
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

"""Certifying on a visit in three taps: certify, how, confirm."""

from __future__ import annotations

import secrets
from datetime import date

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from api.console.forms import Form, PageActor
from api.console.names import organisations
from api.console.render import page
from api.schemas.base import Name
from api.security import Ledger
from ledger.bootstrap import Application
from ledger.errors import BadInput, LedgerError
from ledger.services.actors import Actor
from ledger.services.acts import Action
from ledger.services.certification_requests import CertificationRequest, Rejected
from ledger.services.references import SubjectRef

router = APIRouter()

METHODS = ("visit", "household", "institution", "video", "assisted", "paper")


@router.get("/people/{subject_id}/certify")
def ask_method(request: Request, subject_id: Name, actor: PageActor, ledger: Ledger) -> Response:
    """First question: how was the person seen?"""
    person = ledger.lookup.subject(actor, subject_id)
    return page(request, "certify_method.html", person=person, methods=METHODS)


@router.post("/people/{subject_id}/certify")
def certify(request: Request, subject_id: Name, form: Form, ledger: Ledger) -> Response:
    """Second page: check and confirm; then record."""
    method = form.field("method")
    if method not in METHODS:
        return RedirectResponse(f"/people/{subject_id}/certify", status_code=303)
    occurred_on, note = form.field("occurred_on"), form.field("note")
    error: LedgerError | None = None
    if form.field("confirmed"):
        try:
            request_ = CertificationRequest(
                subject=SubjectRef(id=subject_id),
                action=Action.CERTIFY,
                method=method,
                occurred_on=day(occurred_on),
                note=note or None,
            )
            return submit(ledger, form.actor, subject_id, request_, form.field("once"))
        except LedgerError as refused:
            error = refused
    person = ledger.lookup.subject(form.actor, subject_id)
    return page(
        request,
        "certify_check.html",
        error.http_status if error else 200,
        person=person,
        method=method,
        occurred_on=occurred_on,
        note=note,
        error=error,
        once=secrets.token_urlsafe(16),
    )


@router.get("/people/{subject_id}/recorded/{operation_id}")
def recorded(
    request: Request, subject_id: Name, operation_id: Name, actor: PageActor, ledger: Ledger
) -> Response:
    """What was just recorded, live on its way to the chain."""
    operation = ledger.operations.get(actor, operation_id)
    person = ledger.lookup.subject(actor, subject_id)
    return page(
        request,
        "recorded.html",
        operation=operation,
        person=person,
        organisations=organisations(ledger, actor),
    )


@router.get("/operations/{operation_id}")
def operation_status(request: Request, operation_id: Name, actor: PageActor, ledger: Ledger) -> Response:
    """The part of a page that shows where an operation is; asks again until that no longer changes."""
    return page(request, "operation.html", operation=ledger.operations.get(actor, operation_id))


def submit(
    ledger: Application, actor: Actor, subject_id: str, request: CertificationRequest, key: str
) -> Response:
    """Records one change and goes to its page. Raises what the use case rejects it with."""
    result = ledger.certify.submit(actor, [request], idempotency_key=key or None)[0]
    if isinstance(result, Rejected):
        raise result.error
    return RedirectResponse(f"/people/{subject_id}/recorded/{result.operation_id}", status_code=303)


def day(text: str) -> date | None:
    """The day of a date field, None if it is empty. Raises BadInput `field_not_date`."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise BadInput("field_not_date") from error

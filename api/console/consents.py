"""Giving and withdrawing consent on a person's behalf, at their word."""

from __future__ import annotations

import secrets
from datetime import datetime, time, timedelta

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from api.console.certify import day
from api.console.forms import Form, PageActor
from api.console.names import organisations
from api.console.render import choices, page
from api.locale import locale_of
from api.schemas.base import Name
from api.security import Ledger
from ledger.bootstrap import Application
from ledger.domain.programmes import LOCAL_TIME
from ledger.domain.vocabulary import CATEGORIES, PURPOSES
from ledger.errors import BadInput, LedgerError, NotFound
from ledger.services.actors import Actor
from ledger.services.consent_terms import ConsentDecision, ConsentTuple
from ledger.services.references import SubjectRef

router = APIRouter()

GRANTORS = ("self", "guardian", "delegate")
FIELDS = ("decided", "provider", "consumer", "category", "purpose", "grantor", "valid_until", "note", "once")


@router.get("/people/{subject_id}/consents/new")
def ask(request: Request, subject_id: Name, actor: PageActor, ledger: Ledger) -> Response:
    """Who may read what, for what, and who decided."""
    return _page(request, ledger, actor, subject_id, answers={})


@router.post("/people/{subject_id}/consents/new")
def record(request: Request, subject_id: Name, form: Form, ledger: Ledger) -> Response:
    """First shows what will be recorded in one sentence, then records it."""
    answers = {name: form.field(name) for name in FIELDS}
    try:
        if not all(answers[name] for name in ("provider", "consumer", "category", "purpose")):
            raise BadInput("choose_all_four")
        until = _end_of(answers["valid_until"])
        if not form.field("confirmed"):
            return _page(
                request, ledger, form.actor, subject_id, answers=answers, template="consent_check.html"
            )
        subject = SubjectRef(id=subject_id)
        terms = ConsentTuple(
            answers["provider"], answers["consumer"], answers["category"], answers["purpose"]
        )
        decision = ConsentDecision(grantor=answers["grantor"] or "self", note=answers["note"] or None)
        key = answers["once"] or None
        if answers["decided"] == "refuse":
            done = ledger.consents.refuse(form.actor, subject, terms, decision=decision, idempotency_key=key)
        else:
            done = ledger.consents.give(
                form.actor, subject, terms, valid_until=until, decision=decision, idempotency_key=key
            )
    except LedgerError as error:
        return _page(request, ledger, form.actor, subject_id, answers=answers, error=error)
    return RedirectResponse(f"/people/{subject_id}/recorded/{done.operation_id}", status_code=303)


@router.get("/people/{subject_id}/consents/{consent_id}/withdraw")
def ask_withdrawal(
    request: Request, subject_id: Name, consent_id: Name, actor: PageActor, ledger: Ledger
) -> Response:
    """Says what stops, and asks whether it shall."""
    return _withdrawal_page(request, ledger, actor, subject_id, consent_id, answers={})


@router.post("/people/{subject_id}/consents/{consent_id}/withdraw")
def withdraw(request: Request, subject_id: Name, consent_id: Name, form: Form, ledger: Ledger) -> Response:
    """Withdraws; from now on the answer is no."""
    answers = {name: form.field(name) for name in ("grantor", "note", "incapacity", "once")}
    try:
        done = ledger.consents.withdraw(
            form.actor,
            consent_id,
            decision=ConsentDecision(
                grantor=answers["grantor"] or "self",
                note=answers["note"] or None,
                incapacity=answers["incapacity"] or None,
            ),
            idempotency_key=answers["once"] or None,
        )
    except LedgerError as error:
        return _withdrawal_page(
            request, ledger, form.actor, subject_id, consent_id, answers=answers, error=error
        )
    return RedirectResponse(f"/people/{subject_id}/recorded/{done.operation_id}", status_code=303)


def _end_of(text: str) -> int | None:
    last_day = day(text)
    if last_day is None:
        return None
    return int(datetime.combine(last_day + timedelta(days=1), time(), LOCAL_TIME).timestamp())


def _page(
    request: Request,
    ledger: Application,
    actor: Actor,
    subject_id: str,
    *,
    answers: dict[str, str],
    error: LedgerError | None = None,
    template: str = "consent_new.html",
) -> Response:
    locale = locale_of(request)
    return page(
        request,
        template,
        error.http_status if error else 200,
        person=ledger.lookup.subject(actor, subject_id),
        answers={name: answers.get(name, "") for name in FIELDS},
        error=error,
        organisations=organisations(ledger, actor),
        category_choices=choices("category", CATEGORIES, locale),
        purpose_choices=choices("purpose", PURPOSES, locale),
        grantor_choices=choices("grantor", GRANTORS, locale),
        once=secrets.token_urlsafe(16),
    )


def _withdrawal_page(
    request: Request,
    ledger: Application,
    actor: Actor,
    subject_id: str,
    consent_id: str,
    *,
    answers: dict[str, str],
    error: LedgerError | None = None,
) -> Response:
    person = ledger.lookup.subject(actor, subject_id)
    consent = next((found for found in person.consents if found.id == consent_id), None)
    if consent is None:
        raise NotFound("no_such_path")
    return page(
        request,
        "consent_withdraw.html",
        error.http_status if error else 200,
        person=person,
        consent=consent,
        answers=answers,
        error=error,
        organisations=organisations(ledger, actor),
        grantor_choices=choices("grantor", GRANTORS, locale_of(request)),
        once=secrets.token_urlsafe(16),
    )

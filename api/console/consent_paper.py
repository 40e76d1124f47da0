"""Consent on paper: the form to print, the page where a filled one is entered, the receipt, the bases."""

from __future__ import annotations

import secrets

import segno
from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from api.console import formats
from api.console.forms import Form, PageActor, optional_page_actor
from api.console.names import organisations
from api.console.render import page
from api.locale import LOCALES
from api.schemas.base import Name
from api.security import Ledger
from ledger.domain import consent_notices
from ledger.errors import BadInput, LedgerError, NotFound
from ledger.services.paper_consents import FilledForm
from ledger.services.references import SubjectRef
from ledger.services.sealed_files import LARGEST_FILE
from ledger.texts.messages import text

router = APIRouter()

_NOTICE = "everyday-help"
_TYPED = ("signed_by", "cannot_read", "witness", "helper", "once")


@router.get("/bases")
def bases(request: Request, ledger: Ledger) -> Response:
    """Open to all: under which laws who may read what, without asking the person."""
    optional_page_actor(request)
    return page(request, "bases.html", bases=ledger.bases.list())


@router.get("/people/{subject_id}/consents/form")
def form(request: Request, subject_id: Name, actor: PageActor, ledger: Ledger) -> Response:
    """To be printed and signed, in both languages; nothing is ticked."""
    ledger.consents.list(actor, SubjectRef(id=subject_id))
    notice = consent_notices.notice(_NOTICE)
    return page(
        request,
        "consent_form.html",
        notice=notice,
        subject_id=subject_id,
        locales=LOCALES,
        said=_said,
    )


@router.get("/people/{subject_id}/consents/paper")
def ask(request: Request, subject_id: Name, actor: PageActor, ledger: Ledger) -> Response:
    """Where a filled form is entered."""
    ledger.consents.list(actor, SubjectRef(id=subject_id))
    return _page(request, subject_id, answers={})


@router.post("/consents/paper")
def enter(request: Request, form: Form, ledger: Ledger) -> Response:
    """Records every answer and seals the photo, or nothing."""
    notice = consent_notices.notice(_NOTICE)
    names = [f"answer-{question.key}" for question in notice.questions]
    answers = {name: form.field(name) for name in (*names, *_TYPED)}
    subject_id = form.field("subject")
    file = form.file("photo")
    try:
        if file is None:
            raise BadInput("file_needed")
        entered = ledger.paper_consents.enter(
            form.actor,
            SubjectRef(id=subject_id),
            FilledForm(
                notice=notice.id,
                version=notice.version,
                answers={name.removeprefix("answer-"): answers[name] for name in names if answers[name]},
                photo=file.file.read(LARGEST_FILE + 1),
                signed_by=answers["signed_by"],
                reads=not answers["cannot_read"],
                witness=answers["witness"] or None,
                helper=answers["helper"] or None,
            ),
            idempotency_key=answers["once"] or None,
        )
    except LedgerError as error:
        return _page(request, subject_id, answers=answers, error=error)
    if not entered.accepted:
        return RedirectResponse(f"/people/{entered.subject_id}", status_code=303)
    operation = entered.accepted[0].operation_id
    return RedirectResponse(f"/people/{entered.subject_id}/recorded/{operation}", status_code=303)


@router.get("/people/{subject_id}/receipts/{operation_id}")
def receipt(
    request: Request, subject_id: Name, operation_id: Name, actor: PageActor, ledger: Ledger
) -> Response:
    """What the person keeps, in both languages, with the operator's signature as a code."""
    found = ledger.consent_receipts.get(actor, operation_id)
    if found.record["pii_principal_id"] != subject_id:
        raise NotFound("no_such_path")
    return page(
        request,
        "consent_receipt.html",
        receipt=found,
        organisations=organisations(ledger, actor),
        locales=LOCALES,
        said=_said,
        day_in=lambda locale, at: formats.date(at, locale=locale),
        last_day_in=lambda locale, at: formats.last_day(at, locale=locale),
        qr=_qr,
    )


def _page(
    request: Request, subject_id: str, *, answers: dict[str, str], error: LedgerError | None = None
) -> Response:
    notice = consent_notices.notice(_NOTICE)
    names = [*(f"answer-{question.key}" for question in notice.questions), *_TYPED]
    return page(
        request,
        "consent_paper.html",
        error.http_status if error else 200,
        notice=notice,
        subject_id=subject_id,
        answers={name: answers.get(name, "") for name in names},
        error=error,
        once=secrets.token_urlsafe(16),
    )


def _said(locale: str, code: str, **params: object) -> str:
    return text(code, locale, **params)


def _qr(content: str) -> Markup:
    return Markup(segno.make(content, error="l").svg_inline(scale=2))  # noqa: S704 - made here

"""Cases: the queue, one case with its story and its decision, and opening one about a person."""

from __future__ import annotations

from functools import partial
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from api.console.certify import day
from api.console.forms import Form, PageActor
from api.console.imports import column_name
from api.console.names import organisations
from api.console.render import choices, page
from api.locale import locale_of
from api.routes.imports import row_reason
from api.schemas.base import Name
from api.security import Ledger
from ledger.bootstrap import Application
from ledger.domain.cases import CaseKind
from ledger.errors import LedgerError
from ledger.services.actors import Actor
from ledger.services.cases.work import CaseRequest
from ledger.services.references import SubjectRef

router = APIRouter()

PAGE_SIZE = 25
_CHANNELS = ("counter", "phone", "letter", "visit", "family")


@router.get("/cases")
def cases(
    request: Request,
    actor: PageActor,
    ledger: Ledger,
    *,
    community: Annotated[str, Query(max_length=40)] = "",
    kind: Annotated[str, Query(max_length=24)] = "",
    show: Annotated[str, Query(pattern="^(open|mine|overdue|resolved)$")] = "open",
    page_number: Annotated[int, Query(alias="page", ge=1, le=10_000)] = 1,
) -> Response:
    """What waits for somebody, due first."""
    found = ledger.cases.list(
        actor,
        community=community or None,
        kind=kind if kind in set(CaseKind) else None,
        state="resolved" if show == "resolved" else "open",
        mine=show == "mine",
        overdue=show == "overdue",
        offset=(page_number - 1) * PAGE_SIZE,
        limit=PAGE_SIZE,
    )
    locale = locale_of(request)
    asked = {"community": community, "kind": kind, "show": show}
    return page(
        request,
        "cases.html",
        found=found,
        community=community,
        kind=kind,
        show=show,
        kind_choices=[
            (code, f"{name} ({found.counts.get(code, 0)})")
            for code, name in choices("case.kind", CaseKind, locale)
        ],
        show_choices=choices("console.cases.show", ("open", "mine", "overdue", "resolved"), locale),
        organisations=organisations(ledger, actor),
        page_number=page_number,
        pages=max(1, -(-found.total // PAGE_SIZE)),
        page_address=lambda number: "/cases?" + urlencode({**asked, "page": number}),
    )


@router.get("/cases/{case_id}")
def case(request: Request, case_id: Name, actor: PageActor, ledger: Ledger) -> Response:
    """One case."""
    return _case(request, ledger, actor, case_id)


@router.post("/cases/{case_id}")
def work(request: Request, case_id: Name, form: Form, ledger: Ledger) -> Response:
    """A remark, an assignment or the decision, whichever button was pressed."""
    answers = {
        name: form.field(name)
        for name in ("do", "text", "login", "outcome", "answer", "occurred_on", "checked_on")
    }
    try:
        match answers["do"]:
            case "assign":
                ledger.case_work.assign(form.actor, case_id, answers["login"] or None)
            case "decide":
                ledger.case_work.decide(
                    form.actor,
                    case_id,
                    answers["outcome"],
                    answers["answer"],
                    occurred_on=day(answers["occurred_on"]),
                    checked_on=day(answers["checked_on"]),
                )
            case _:
                ledger.case_work.note(form.actor, case_id, answers["text"])
    except LedgerError as error:
        return _case(request, ledger, form.actor, case_id, answers=answers, error=error)
    return RedirectResponse(f"/cases/{case_id}", status_code=303)


@router.get("/people/{subject_id}/cases/new")
def ask(request: Request, subject_id: Name, actor: PageActor, ledger: Ledger) -> Response:
    """Asks what the appeal or question is."""
    return _new(request, ledger, actor, subject_id, answers={})


@router.post("/people/{subject_id}/cases/new")
def take(request: Request, subject_id: Name, form: Form, ledger: Ledger) -> Response:
    """Opens it, or asks again saying what is wrong."""
    answers = {name: form.field(name) for name in ("kind", "channel", "text")}
    wanted = CaseRequest(
        SubjectRef(id=subject_id), answers["kind"], text=answers["text"], channel=answers["channel"]
    )
    try:
        opened = ledger.case_work.open(form.actor, wanted)
    except LedgerError as error:
        return _new(request, ledger, form.actor, subject_id, answers=answers, error=error)
    return RedirectResponse(f"/cases/{opened.id}", status_code=303)


def _case(
    request: Request,
    ledger: Application,
    actor: Actor,
    case_id: str,
    *,
    answers: dict[str, str] | None = None,
    error: LedgerError | None = None,
) -> Response:
    locale = locale_of(request)
    found = ledger.cases.get(actor, case_id)
    return page(
        request,
        "case.html",
        error.http_status if error else 200,
        found=found,
        reasons=[row_reason(problem, locale) for problem in found.case.problems],
        outcome_choices=choices("case.outcome", found.outcomes, locale),
        answers=answers or {},
        error=error,
        organisations=organisations(ledger, actor),
        column_name=partial(column_name, locale=locale),
    )


def _new(
    request: Request,
    ledger: Application,
    actor: Actor,
    subject_id: str,
    *,
    answers: dict[str, str],
    error: LedgerError | None = None,
) -> Response:
    locale = locale_of(request)
    return page(
        request,
        "case_new.html",
        error.http_status if error else 200,
        person=ledger.lookup.subject(actor, subject_id),
        kind_choices=choices("case.kind", ("appeal", "identity", "anomaly"), locale),
        channel_choices=choices("case.channel", _CHANNELS, locale),
        answers=answers,
        error=error,
    )

"""Forms to be saved, their templates, and the results of payments."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.console.forms import Form, PageActor
from api.console.names import organisations
from api.console.render import page
from api.locale import locale_of
from api.routes.forms import answer, checked, content, taken
from api.routes.months import MonthText
from api.schemas.base import Name
from api.security import Ledger
from ledger.bootstrap import Application
from ledger.domain import months
from ledger.errors import BadInput, LedgerError
from ledger.services.actors import Actor, Role
from ledger.services.references import SubjectRef

router = APIRouter()


@router.get("/months/{month}/forms/{form}")
def form_of_month(
    month: MonthText,
    form: Name,
    actor: PageActor,
    ledger: Ledger,
    community: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """A filled form."""
    return answer(ledger.forms.of_month(actor, form, months.parse(month), community or None), page=False)


@router.get("/people/{subject_id}/approval.xlsx")
def approval(subject_id: Name, actor: PageActor, ledger: Ledger) -> Response:
    """A person's 审批表."""
    return answer(ledger.forms.approval(actor, SubjectRef(id=subject_id)), page=False)


@router.get("/forms")
def templates(request: Request, actor: PageActor, ledger: Ledger) -> Response:
    """The templates in use."""
    return _page(request, ledger, actor)


@router.post("/forms/templates")
def upload(request: Request, form: Form, ledger: Ledger) -> Response:
    """Takes a template in, or says what is wrong with it, cell by cell."""
    try:
        file = form.file("file")
        if file is None:
            raise BadInput("file_needed")
        report = ledger.form_templates.upload(
            form.actor, form.field("form"), file.filename or "", content(ledger, file)
        )
    except LedgerError as error:
        return _page(request, ledger, form.actor, error=error)
    found = checked(report, locale_of(request))
    problems = [f"{one.sheet} {one.cell}: {one.detail}" for one in found.problems]
    return _page(request, ledger, form.actor, problems=problems, kept=found.template_id is not None)


@router.post("/forms/payments/{month}")
def payments(request: Request, month: MonthText, form: Form, ledger: Ledger) -> Response:
    """Takes in what became of the money."""
    try:
        file = form.file("file")
        if file is None:
            raise BadInput("file_needed")
        report = ledger.payments.import_results(form.actor, months.parse(month), content(ledger, file))
    except LedgerError as error:
        return _page(request, ledger, form.actor, error=error)
    found = taken(report, locale_of(request))
    return _page(request, ledger, form.actor, problems=[one.detail for one in found.problems], results=found)


def _page(
    request: Request,
    ledger: Application,
    actor: Actor,
    *,
    error: LedgerError | None = None,
    problems: list[str] | None = None,
    kept: bool = False,
    results: object = None,
) -> Response:
    return page(
        request,
        "forms.html",
        error.http_status if error else 200,
        error=error,
        templates=ledger.form_templates.list(actor),
        may_bring=actor.role is Role.REVIEWER,
        problems=problems or [],
        kept=kept,
        results=results,
        organisations=organisations(ledger, actor),
    )

"""Importing a roster."""

from __future__ import annotations

from functools import partial
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.console.forms import Form, PageActor
from api.console.names import organisations
from api.console.render import page
from api.locale import locale_of
from api.routes.imports import imported, row_reason, workbook
from api.schemas.base import Name
from api.security import Ledger
from ledger.bootstrap import Application
from ledger.errors import BadInput, LedgerError
from ledger.services.actors import Actor
from ledger.texts.messages import text

router = APIRouter()

PAGE_SIZE = 25


@router.get("/imports")
def ask(request: Request, actor: PageActor, ledger: Ledger) -> Response:
    """Asks for a file."""
    return _page(request, ledger, actor)


@router.post("/imports")
def take(request: Request, form: Form, ledger: Ledger) -> Response:
    """Takes it in and says what became of each row."""
    community = form.field("community")
    file = form.file("file")
    try:
        if file is None:
            raise BadInput("file_needed")
        data = file.file.read(ledger.settings.upload_limit + 1)
        report = ledger.enrol.import_roster(
            form.actor, data, file.filename or "", default_community=community or None
        )
    except LedgerError as error:
        return _page(request, ledger, form.actor, community, error)
    return page(
        request,
        "imported.html",
        imported=imported(report, locale_of(request)),
        problems_in_all=len(report.problems),
        filename=file.filename,
        column_name=partial(_column_name, locale=locale_of(request)),
    )


@router.get("/imports/{import_id}/problems.xlsx")
def problems(import_id: Name, actor: PageActor, ledger: Ledger) -> Response:
    """The rows to be checked, as a workbook."""
    return workbook(ledger.enrol.problems_workbook(actor, import_id), import_id)


def _column_name(column: str | None, locale: str) -> str:
    return text(f"column.{column}", locale) if column else ""


@router.get("/cases")
def cases(
    request: Request,
    actor: PageActor,
    ledger: Ledger,
    *,
    community: Annotated[str, Query(max_length=40)] = "",
    page_number: Annotated[int, Query(alias="page", ge=1, le=10_000)] = 1,
) -> Response:
    """The rows that wait for somebody to check them."""
    found = ledger.cases.open(
        actor, community=community or None, offset=(page_number - 1) * PAGE_SIZE, limit=PAGE_SIZE
    )
    locale = locale_of(request)
    return page(
        request,
        "cases.html",
        found=found,
        reasons={case.id: [row_reason(problem, locale) for problem in case.problems] for case in found.cases},
        community=community,
        organisations=organisations(ledger, actor),
        column_name=partial(_column_name, locale=locale),
        page_number=page_number,
        pages=max(1, -(-found.total // PAGE_SIZE)),
        page_address=lambda number: "/cases?" + urlencode({"community": community, "page": number}),
    )


def _page(
    request: Request, ledger: Application, actor: Actor, community: str = "", error: LedgerError | None = None
) -> Response:
    return page(
        request,
        "import.html",
        error.http_status if error else 200,
        error=error,
        community=community,
        limit_mib=ledger.settings.upload_limit // (1024 * 1024),
        organisations=organisations(ledger, actor),
    )

"""Importing a roster."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.console.forms import Form, PageActor
from api.console.names import organisations
from api.console.render import page
from api.locale import locale_of
from api.routes.imports import imported, workbook
from api.schemas.base import Name
from api.security import Ledger
from ledger.bootstrap import Application
from ledger.errors import BadInput, LedgerError
from ledger.services.actors import Actor
from ledger.texts.messages import text

router = APIRouter()


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
        column_name=partial(column_name, locale=locale_of(request)),
    )


@router.get("/imports/{import_id}/problems.xlsx")
def problems(import_id: Name, actor: PageActor, ledger: Ledger) -> Response:
    """The rows to be checked, as a workbook."""
    return workbook(ledger.enrol.problems_workbook(actor, import_id), import_id)


def column_name(column: str | None, locale: str) -> str:
    """A column as people call it."""
    return text(f"column.{column}", locale) if column else ""


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

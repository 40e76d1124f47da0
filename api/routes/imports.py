"""Rosters."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Request, Response, UploadFile
from pydantic import BaseModel

from api.locale import locale_of
from api.schemas.base import Name
from api.security import CurrentActor, Ledger
from ledger.errors import TooLarge
from ledger.services.enrol import ImportCounts, ImportReport, RowProblem
from ledger.texts.messages import text

router = APIRouter(prefix="/v1", tags=["rosters"])

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Which rows went wrong is in the workbook in full; an answer need not carry tens of thousands of them.
SHOWN_PROBLEMS = 200


class RowReason(BaseModel):
    """Why a cell, or a whole row, could not be taken."""

    sheet: str
    row: int
    column: str | None
    code: str
    detail: str


class Imported(BaseModel):
    """What an import did."""

    import_id: str
    counts: ImportCounts
    problems: list[RowReason]
    skipped_sheets: list[str]
    """Sheets that hold something but no columns for name and identity number."""
    workbook_url: str | None


@router.post("/subjects/import", summary="Import a roster")
def import_roster(
    request: Request,
    actor: CurrentActor,
    ledger: Ledger,
    file: Annotated[UploadFile, File(description="CSV or XLSX")],
    community: Annotated[str | None, Form(max_length=40, description="Meant for rows that name none")] = None,
) -> Imported:
    """Good rows go in, every other row becomes a case to be checked. The same file again changes nothing."""
    data = file.file.read(ledger.settings.upload_limit + 1)
    if len(data) > ledger.settings.upload_limit:
        raise TooLarge("body_too_large", limit=ledger.settings.upload_limit)
    report = ledger.enrol.import_roster(actor, data, file.filename or "", default_community=community or None)
    return imported(report, locale_of(request))


@router.get("/imports/{import_id}/problems.xlsx", response_class=Response, summary="The rows to be checked")
def problems(import_id: Name, actor: CurrentActor, ledger: Ledger) -> Response:
    """A workbook of the rows that were not taken, with a reason per cell."""
    return workbook(ledger.enrol.problems_workbook(actor, import_id), import_id)


def workbook(data: bytes, import_id: str) -> Response:
    """An XLSX to be saved."""
    headers = {"Content-Disposition": f'attachment; filename="{import_id}-problems.xlsx"'}
    return Response(data, media_type=XLSX, headers=headers)


def imported(report: ImportReport, locale: str) -> Imported:
    """The report with its problems as sentences."""
    problems = [row_reason(found, locale) for found in report.problems[:SHOWN_PROBLEMS]]
    url = f"/v1/imports/{report.import_id}/problems.xlsx" if report.counts.cases else None
    return Imported(
        import_id=report.import_id,
        counts=report.counts,
        problems=problems,
        skipped_sheets=list(report.skipped_sheets),
        workbook_url=url,
    )


def row_reason(found: RowProblem, locale: str) -> RowReason:
    """A problem as a sentence."""
    return RowReason(
        sheet=found.sheet,
        row=found.row,
        column=found.column,
        code=found.code,
        detail=text(found.code, locale, **_shown(found.params)),
    )


def _shown(params: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in params.items() if value is not None}

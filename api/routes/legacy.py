"""Coming from the old platform."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, File, Form, Request, Response, UploadFile
from pydantic import BaseModel

from api.locale import locale_of
from api.routes.forms import content, download
from api.routes.imports import XLSX, Imported, imported
from api.routes.months import MonthText
from api.routes.subjects import Programme
from api.security import CurrentActor, Ledger
from ledger.domain import months
from ledger.services.forms.page import as_page
from ledger.services.legacy.comparison import Comparison, why
from ledger.texts.messages import text

router = APIRouter(prefix="/v1/legacy", tags=["old platform"])

Table = Annotated[UploadFile, File(description="CSV or XLSX, as the old platform hands it out")]
As = Annotated[Literal["json", "xlsx", "html"], Form(alias="as", description="json, xlsx or html")]


class RefusedRow(BaseModel):
    """A certification that could not be taken over."""

    row: int
    code: str
    detail: str


class Taken(BaseModel):
    """What came of the old register."""

    imported: Imported
    certified: int
    refused: list[RefusedRow]


class ComparedLine(BaseModel):
    """One person in one of the two. Amounts in fen."""

    standing: str
    name: str
    number: str
    row: int | None
    theirs: int | None
    ours: int | None
    why: str


class Compared(BaseModel):
    """Everybody, and how many stand where."""

    month: str | None
    counts: dict[str, int]
    lines: list[ComparedLine]


@router.post("/register", summary="Take over the old register and its last certifications")
def take_over(request: Request, actor: CurrentActor, ledger: Ledger, file: Table) -> Taken:
    """Certifications are recorded with the method LEGACY, signed by the subdistrict."""
    found = ledger.legacy.take_over(actor, content(ledger, file), file.filename or "")
    locale = locale_of(request)
    refused = [
        RefusedRow(row=one.row, code=one.code, detail=text(one.code, locale, **dict(one.params)))
        for one in found.refused
    ]
    return Taken(imported=imported(found.register, locale), certified=found.certified, refused=refused)


@router.post("/reconciliation", summary="The old register beside ours", response_model=Compared)
def reconcile(
    request: Request, actor: CurrentActor, ledger: Ledger, file: Table, shape: As = "json"
) -> Response | Compared:
    """In both, different, only there, only here."""
    return _answer(request, ledger.legacy.reconcile(actor, content(ledger, file)), shape, "reconciliation")


@router.post("/months/{month}", summary="A month of the old platform beside ours", response_model=Compared)
def side_by_side(
    request: Request,
    month: MonthText,
    actor: CurrentActor,
    ledger: Ledger,
    file: Table,
    *,
    programme: Programme = "senior-allowance",
    shape: As = "json",
) -> Response | Compared:
    """What it paid, what our lists say, and why they differ."""
    found = ledger.legacy.side_by_side(actor, months.parse(month), content(ledger, file), programme)
    return _answer(request, found, shape, f"side-by-side-{month}")


def _answer(request: Request, found: Comparison, shape: str, name: str) -> Response | Compared:
    locale = locale_of(request)
    if shape == "xlsx":
        return download(found.workbook(locale), f"{name}.xlsx", XLSX)
    if shape == "html":
        return download(as_page(found.workbook(locale), name), f"{name}.html", "text/html; charset=utf-8")
    lines = [
        ComparedLine(
            standing=one.standing,
            name=one.name,
            number=one.number,
            row=one.row,
            theirs=one.theirs,
            ours=one.ours,
            why=why(one, locale),
        )
        for one in found.lines
    ]
    return Compared(month=found.month, counts=dict(found.counts), lines=lines)

"""The month's forms, their templates, and what became of the money."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Query, Request, Response, UploadFile
from pydantic import BaseModel
from starlette.datastructures import UploadFile as StarletteFile

from api.locale import locale_of
from api.routes.imports import XLSX
from api.routes.months import MonthText
from api.routes.subjects import Programme
from api.schemas.base import Name
from api.security import CurrentActor, Ledger
from ledger.bootstrap import Application
from ledger.domain import months
from ledger.errors import TooLarge
from ledger.services.forms.forms import FilledForm
from ledger.services.forms.template import TemplateProblem as UnspokenCell
from ledger.services.forms.templates import TemplateReport, TemplateView
from ledger.services.months.payments import PaymentProblem as UnspokenRow
from ledger.services.months.payments import PaymentReport
from ledger.services.references import SubjectRef
from ledger.texts.messages import text

router = APIRouter(prefix="/v1", tags=["forms"])

Community = Annotated[
    str | None, Query(max_length=40, description="Community's code; none for the 月报 of all one's own")
]
AsPage = Annotated[bool, Query(description="An HTML page to be printed instead of a workbook")]


class TemplateProblem(BaseModel):
    """What is wrong with a cell of a template."""

    sheet: str
    cell: str
    code: str
    detail: str


class TemplateChecked(BaseModel):
    """A template is kept, and has an id, only if nothing is wrong with it."""

    template_id: str | None
    problems: list[TemplateProblem]


class PaymentProblem(BaseModel):
    """Why a row of the results was not taken."""

    row: int
    code: str
    detail: str


class PaymentsTaken(BaseModel):
    """What an import of results did."""

    import_id: str
    paid: int
    returned: int
    known: int
    problems: list[PaymentProblem]


@router.get("/form-templates", summary="The templates in use")
def templates(actor: CurrentActor, ledger: Ledger) -> list[TemplateView]:
    """One for each form: the organisation's own, or the example."""
    return ledger.form_templates.list(actor)


@router.get("/form-templates/{form}", response_class=Response, summary="A form's template")
def template(form: Name, actor: CurrentActor, ledger: Ledger) -> Response:
    """The workbook in use."""
    _, data = ledger.form_templates.file(actor, form)
    return download(data, f"{form}.xlsx", XLSX)


@router.post("/form-templates/{form}", summary="Bring a template")
def upload(
    request: Request,
    form: Name,
    actor: CurrentActor,
    ledger: Ledger,
    file: Annotated[UploadFile, File(description="XLSX with named cells and the range `lines`")],
) -> TemplateChecked:
    """Checked cell by cell; kept if nothing is wrong with it."""
    report = ledger.form_templates.upload(actor, form, file.filename or "", content(ledger, file))
    return checked(report, locale_of(request))


@router.get("/months/{month}/forms/{form}", response_class=Response, summary="A filled form")
def form_of_month(
    month: MonthText,
    form: Name,
    actor: CurrentActor,
    ledger: Ledger,
    *,
    community: Community = None,
    programme: Programme = "senior-allowance",
    page: AsPage = False,
) -> Response:
    """roster (发放花名册) or changes (增减变动表) of a community, or report (月报)."""
    filled = ledger.forms.of_month(actor, form, months.parse(month), community, programme)
    return answer(filled, page=page)


@router.get("/subjects/{subject_id}/approval", response_class=Response, summary="One person's 审批表")
def approval(
    subject_id: Name,
    actor: CurrentActor,
    ledger: Ledger,
    *,
    programme: Programme = "senior-allowance",
    page: AsPage = False,
) -> Response:
    """As things are this month."""
    return answer(ledger.forms.approval(actor, SubjectRef(id=subject_id), programme), page=page)


@router.post("/months/{month}/payments", summary="What became of the money")
def payments(
    request: Request,
    month: MonthText,
    actor: CurrentActor,
    ledger: Ledger,
    file: Annotated[UploadFile, File(description="CSV or XLSX: identity number, amount, result, reason")],
    *,
    programme: Programme = "senior-allowance",
) -> PaymentsTaken:
    """Civil affairs' results. What came back is paid again by the next month, if it is still owed."""
    report = ledger.payments.import_results(actor, months.parse(month), content(ledger, file), programme)
    return taken(report, locale_of(request))


def content(ledger: Application, file: StarletteFile) -> bytes:
    """An uploaded file. Raises TooLarge `body_too_large`."""
    data = file.file.read(ledger.settings.upload_limit + 1)
    if len(data) > ledger.settings.upload_limit:
        raise TooLarge("body_too_large", limit=ledger.settings.upload_limit)
    return data


def checked(report: TemplateReport, locale: str) -> TemplateChecked:
    """The problems as sentences."""
    problems = [
        TemplateProblem(
            sheet=one.sheet,
            cell=one.cell,
            code=one.code,
            detail=_words(one, locale),
        )
        for one in report.problems
    ]
    return TemplateChecked(template_id=report.template_id, problems=problems)


def taken(report: PaymentReport, locale: str) -> PaymentsTaken:
    """The problems as sentences."""
    problems = [
        PaymentProblem(row=one.row, code=one.code, detail=_words(one, locale)) for one in report.problems
    ]
    return PaymentsTaken(
        import_id=report.import_id,
        paid=report.paid,
        returned=report.returned,
        known=report.known,
        problems=problems,
    )


def answer(filled: FilledForm, *, page: bool) -> Response:
    """A filled form, to be saved or printed."""
    if page:
        return download(filled.page, f"{filled.name}.html", "text/html; charset=utf-8")
    return download(filled.workbook, f"{filled.name}.xlsx", XLSX)


def download(data: bytes, name: str, media_type: str) -> Response:
    """A file to be saved."""
    return Response(
        data, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _words(problem: UnspokenCell | UnspokenRow, locale: str) -> str:
    return text(problem.code, locale, **dict(problem.params))

"""The month's work: how far it is, a community's list, one person's months."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from api.console.forms import Form, PageActor
from api.console.names import organisations
from api.console.render import page
from api.routes.months import MonthText
from api.schemas.base import Name
from api.security import Ledger
from ledger.bootstrap import Application
from ledger.domain import months
from ledger.domain.months import Month
from ledger.domain.programmes import local_date
from ledger.errors import LedgerError, NotFound
from ledger.services.actors import Actor, Role
from ledger.services.months.views import ListHead, MonthStatus
from ledger.services.references import SubjectRef

router = APIRouter()

PAGE_SIZE = 50
_STEPS = ("check", "confirm", "accept", "return")


@router.get("/months")
def latest(request: Request, actor: PageActor, ledger: Ledger) -> Response:
    """The last month that was opened."""
    opened = ledger.month_reading.opened(actor)
    return _month(request, ledger, actor, opened[0] if opened else None)


@router.post("/months")
def open_month(request: Request, form: Form, ledger: Ledger) -> Response:
    """Opens a month."""
    try:
        month = months.parse(form.field("month"))
        ledger.months.open(form.actor, month)
    except LedgerError as error:
        opened = ledger.month_reading.opened(form.actor)
        return _month(request, ledger, form.actor, opened[0] if opened else None, error)
    return RedirectResponse(f"/months/{months.text(month)}", status_code=303)


@router.get("/months/{month}")
def month_page(request: Request, month: MonthText, actor: PageActor, ledger: Ledger) -> Response:
    """One month."""
    return _month(request, ledger, actor, months.parse(month))


@router.post("/months/{month}/close")
def close(request: Request, month: MonthText, form: Form, ledger: Ledger) -> Response:
    """Closes it."""
    try:
        ledger.months.close(form.actor, months.parse(month))
    except LedgerError as error:
        return _month(request, ledger, form.actor, months.parse(month), error)
    return RedirectResponse(f"/months/{month}", status_code=303)


@router.get("/months/{month}/lists/{community}")
def month_list(
    request: Request,
    month: MonthText,
    community: Name,
    actor: PageActor,
    ledger: Ledger,
    *,
    show: Annotated[str, Query(pattern="^(all|changes)$")] = "all",
    page_number: Annotated[int, Query(alias="page", ge=1, le=10_000)] = 1,
) -> Response:
    """A community's list."""
    return _list(request, ledger, actor, month, community, show=show, page_number=page_number)


@router.post("/months/{month}/lists/{community}/{step}")
def take_step(
    request: Request, month: MonthText, community: Name, step: Name, *, form: Form, ledger: Ledger
) -> Response:
    """Takes a list a step on."""
    work = ledger.months
    steps = dict(zip(_STEPS, (work.check, work.confirm, work.accept, work.give_back), strict=True))
    if step not in steps:
        raise NotFound("no_such_path")
    try:
        steps[step](form.actor, months.parse(month), community)
    except LedgerError as error:
        return _list(request, ledger, form.actor, month, community, error=error)
    return RedirectResponse(f"/months/{month}/lists/{community}", status_code=303)


@router.get("/people/{subject_id}/months")
def person_months(request: Request, subject_id: Name, actor: PageActor, ledger: Ledger) -> Response:
    """One person's months."""
    return page(
        request,
        "person_months.html",
        person=ledger.lookup.subject(actor, subject_id),
        found=ledger.month_reading.person(actor, SubjectRef(id=subject_id)),
    )


def _month(
    request: Request,
    ledger: Application,
    actor: Actor,
    month: Month | None,
    error: LedgerError | None = None,
) -> Response:
    known = organisations(ledger, actor)
    opened = ledger.month_reading.opened(actor)
    status = ledger.month_reading.status(actor, month) if month is not None else None
    kind = next((one.kind for one in known.all if one.id == actor.organisation), "")
    is_civil_affairs = actor.role is Role.REVIEWER and kind == "county"
    return page(
        request,
        "months.html",
        error.http_status if error else 200,
        error=error,
        standing=status,
        opened=[months.text(one) for one in opened],
        to_open=_to_open(ledger, actor, opened) if is_civil_affairs else None,
        can_close=is_civil_affairs and status is not None and _is_ready(status),
        is_civil_affairs=is_civil_affairs,
        terms=ledger.month_reading.terms(),
        organisations=known,
    )


def _to_open(ledger: Application, actor: Actor, opened: list[Month]) -> str | None:
    """The month that can be opened now, if there is one."""
    this = months.of(local_date(ledger.month_reading.now()))
    if not opened:
        return months.text(this)
    last = ledger.month_reading.status(actor, opened[0])
    return months.text(Month(opened[0] + 1)) if last.closed_at and opened[0] < this else None


def _is_ready(status: MonthStatus) -> bool:
    return not status.closed_at and all(one.state == "accepted" for one in status.lists)


def _list(
    request: Request,
    ledger: Application,
    actor: Actor,
    month: str,
    community: str,
    *,
    show: str = "all",
    page_number: int = 1,
    error: LedgerError | None = None,
) -> Response:
    found = ledger.month_reading.list(
        actor,
        months.parse(month),
        community,
        changes_only=show == "changes",
        offset=(page_number - 1) * PAGE_SIZE,
        limit=PAGE_SIZE,
    )
    known = organisations(ledger, actor)
    kind = next((one.kind for one in known.all if one.id == actor.organisation), "")
    return page(
        request,
        "month_list.html",
        error.http_status if error else 200,
        error=error,
        found=found,
        show=show,
        steps=_steps_for(actor, kind, found.head),
        organisations=known,
        page_number=page_number,
        pages=max(1, -(-found.total // PAGE_SIZE)),
        page_address=lambda number: (
            f"/months/{month}/lists/{community}?" + urlencode({"show": show, "page": number})
        ),
    )


def _steps_for(actor: Actor, kind: str, head: ListHead) -> list[str]:
    """The steps that someone of this organisation is offered; whether one is possible the use case says."""
    if head.state == "open":
        return ["check"] if actor.role is Role.WORKER else []
    if actor.role is not Role.REVIEWER or head.state == "accepted":
        return []
    if head.state == "checked":
        return ["confirm", "return"] if kind != "county" else ["return"]
    return ["accept", "return"] if kind == "county" else ["return"]

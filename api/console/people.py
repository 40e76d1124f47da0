"""Looking an elder up, and the elder's page."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from api.console.acts import acts_for
from api.console.fact_texts import fact_text
from api.console.forms import Form, PageActor
from api.console.names import organisations
from api.console.render import page
from api.locale import locale_of
from api.schemas.base import Name
from api.security import Ledger
from ledger.domain.programmes import LOCAL_TIME
from ledger.errors import BadInput, Forbidden, LedgerError
from ledger.services.references import SubjectRef

router = APIRouter()


@router.get("/people")
def look_up_page(request: Request, actor: PageActor, ledger: Ledger) -> Response:
    """Asks for an identity number or a name."""
    return _look_up(request, actor, ledger)


@router.post("/people")
def look_up(request: Request, form: Form, ledger: Ledger) -> Response:
    """By number straight to the person; by name to a list. Neither stands in an address."""
    number, name, community = form.field("identity_number"), form.field("name"), form.field("community")
    try:
        if number:
            subject_id = ledger.lookup.resolve(form.actor, number)
            return RedirectResponse(f"/people/{subject_id}", status_code=303)
        if not name:
            raise BadInput("number_or_name_needed")
        found = ledger.lookup.search(form.actor, name, community=community or None)
    except (BadInput, Forbidden) as error:
        return _look_up(request, form.actor, ledger, error=error, name=name, community=community)
    return _look_up(request, form.actor, ledger, name=name, community=community, found=found)


@router.get("/people/{subject_id}")
def person(
    request: Request,
    subject_id: Name,
    actor: PageActor,
    ledger: Ledger,
    on: Annotated[str, Query(max_length=10)] = "",
) -> Response:
    """The verdict in one glance, then why, what is known, what happened and who may read what."""
    found = ledger.lookup.subject(actor, subject_id)
    past, error = None, None
    if on:
        try:
            past = ledger.lookup.verdict(actor, SubjectRef(id=subject_id), at=end_of_day(on))
        except BadInput as wrong:
            error = wrong
    return page(
        request,
        "person.html",
        person=found,
        past=past,
        on=on,
        error=error,
        acts_for=acts_for,
        fact_text=partial(fact_text, locale=locale_of(request)),
        organisations=organisations(ledger, actor),
    )


def end_of_day(day: str) -> int | None:
    """The last second of a day of the past (UTC+8), None for today. Raises BadInput `field_not_date`."""
    try:
        date = datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError as error:
        raise BadInput("field_not_date") from error
    if date == datetime.now(LOCAL_TIME).date():
        return None
    return int(datetime.combine(date + timedelta(days=1), time(), LOCAL_TIME).timestamp()) - 1


def _look_up(
    request: Request,
    actor: PageActor,
    ledger: Ledger,
    *,
    error: LedgerError | None = None,
    name: str = "",
    community: str = "",
    found: object = None,
) -> Response:
    return page(
        request,
        "people.html",
        error.http_status if error else 200,
        error=error,
        name=name,
        community=community,
        found=found,
        organisations=organisations(ledger, actor),
    )

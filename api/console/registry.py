"""Correcting what is known of a person, and moves between communities."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from api.console.certify import day
from api.console.forms import Form, PageActor, Submitted
from api.console.names import organisations
from api.console.render import choices, page
from api.locale import locale_of
from api.routes.registry import kind_of
from api.schemas.base import Name
from api.security import Ledger
from ledger.bootstrap import Application
from ledger.domain.roster.person import Mobility, Relationship, Residence
from ledger.errors import LedgerError, NotFound
from ledger.services.actors import Actor, Role
from ledger.services.facts import FactKind
from ledger.services.references import SubjectRef
from ledger.services.registry.corrections import Correction
from ledger.services.registry.values import KINDS, fields

router = APIRouter()

_CHOICES = {
    ("residence", "kind"): ("residence", Residence),
    ("mobility", "level"): ("mobility", Mobility),
    ("contact", "relationship"): ("relationship", Relationship),
    ("guardian", "relationship"): ("relationship", Relationship),
}
_OF_REVIEWERS = {FactKind.IDENTITY_NUMBER, FactKind.BIRTH_DATE}


@router.get("/people/{subject_id}/changes")
def changes(request: Request, subject_id: Name, actor: PageActor, ledger: Ledger) -> Response:
    """What was corrected, and what can be."""
    kinds = [one for one in KINDS if actor.role is Role.REVIEWER or one not in _OF_REVIEWERS]
    return page(
        request,
        "changes.html",
        person=ledger.lookup.subject(actor, subject_id),
        found=ledger.corrections.history(actor, SubjectRef(id=subject_id)),
        kinds=[one.value for one in kinds],
        organisations=organisations(ledger, actor),
    )


@router.get("/people/{subject_id}/changes/{kind}")
def ask(request: Request, subject_id: Name, kind: str, actor: PageActor, ledger: Ledger) -> Response:
    """What is it to be instead?"""
    return _ask(request, ledger, actor, subject_id, kind)


@router.post("/people/{subject_id}/changes/{kind}")
def correct(request: Request, subject_id: Name, kind: str, form: Form, ledger: Ledger) -> Response:
    """Corrects it; where somebody else was faster, shows what they said beside what was typed."""
    try:
        correction = Correction(
            subject=SubjectRef(id=subject_id),
            version=int(form.field("version") or 0),
            kind=kind_of(kind),
            value={name: form.field(f"value-{name}") for name in fields(kind_of(kind))},
            reason=form.field("reason"),
            on=day(form.field("occurred_on")),
            was_wrong=bool(form.field("was_wrong")),
            replaces=int(form.field("replaces")) if form.field("replaces") else None,
            evidence=tuple(form.field("evidence").split()),
        )
        ledger.corrections.correct(form.actor, correction)
    except LedgerError as error:
        return _ask(request, ledger, form.actor, subject_id, kind, form=form, error=error)
    return RedirectResponse(f"/people/{subject_id}/changes", status_code=303)


@router.get("/moves")
def moves(request: Request, actor: PageActor, ledger: Ledger) -> Response:
    """Moves that wait for an answer."""
    return _moves(request, ledger, actor)


@router.post("/people/{subject_id}/moves")
def offer(request: Request, subject_id: Name, form: Form, ledger: Ledger) -> Response:
    """Offers a person to another community."""
    try:
        ledger.moves.offer(
            form.actor,
            SubjectRef(id=subject_id),
            form.field("to"),
            reason=form.field("reason"),
            effective_on=day(form.field("occurred_on")),
            register_moves=bool(form.field("register_moves")),
        )
    except LedgerError as error:
        return _moves(request, ledger, form.actor, error)
    return RedirectResponse("/moves", status_code=303)


@router.post("/moves/{move_id}/{answer}")
def decide(request: Request, move_id: Name, answer: Name, form: Form, ledger: Ledger) -> Response:
    """Takes the person over, or does not."""
    answers = {"accept": ledger.moves.accept, "decline": ledger.moves.decline}
    if answer not in answers:
        raise NotFound("no_such_path")
    try:
        answers[answer](form.actor, move_id)
    except LedgerError as error:
        return _moves(request, ledger, form.actor, error)
    return RedirectResponse("/moves", status_code=303)


def _ask(
    request: Request,
    ledger: Application,
    actor: Actor,
    subject_id: str,
    kind: str,
    *,
    form: Submitted | None = None,
    error: LedgerError | None = None,
) -> Response:
    wanted, locale = kind_of(kind), locale_of(request)
    if wanted not in KINDS:
        raise NotFound("no_such_path")
    person = ledger.lookup.subject(actor, subject_id)
    known = [fact for fact in person.facts if fact.kind == kind and fact.valid_until is None]
    present = dict(known[0].value) if known and wanted is not FactKind.CONTACT else {}
    names = fields(wanted)
    typed = {name: form.field(f"value-{name}") if form else present.get(name, "") for name in names}
    offered = {name: choices(*_CHOICES[kind, name], locale) for name in names if (kind, name) in _CHOICES}
    return page(
        request,
        "change.html",
        error.http_status if error else 200,
        person=person,
        kind=kind,
        known=known,
        typed=typed,
        offered=offered,
        version=ledger.corrections.history(actor, SubjectRef(id=subject_id)).version,
        evidenced=wanted in _OF_REVIEWERS,
        reason=form.field("reason") if form else "",
        on=form.field("occurred_on") if form else "",
        error=error,
    )


def _moves(request: Request, ledger: Application, actor: Actor, error: LedgerError | None = None) -> Response:
    return page(
        request,
        "moves.html",
        error.http_status if error else 200,
        error=error,
        moves=ledger.moves.list(actor),
        organisations=organisations(ledger, actor),
    )

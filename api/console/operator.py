"""Users, organisations, signing keys and API keys, plainly."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from api.console.forms import Form, PageActor
from api.console.names import organisations
from api.console.render import choices, page
from api.locale import locale_of
from api.schemas.base import Name
from api.security import Ledger
from ledger.bootstrap import Application
from ledger.errors import BadInput, LedgerError
from ledger.services.accounts import Invitation
from ledger.services.actors import Actor, Role, Scope
from ledger.services.api_keys import NewApiKey

router = APIRouter()


@router.get("/users")
def users(request: Request, actor: PageActor, ledger: Ledger) -> Response:
    """All users, and a form for one more."""
    return _users(request, ledger, actor)


@router.post("/users")
def create_user(request: Request, form: Form, ledger: Ledger) -> Response:
    """Makes a user and shows their one-time link, this once."""
    try:
        invitation = ledger.accounts.create_user(
            form.actor,
            login=form.field("login"),
            display_name=form.field("display_name"),
            role=_role(form.field("role")),
            organisation=form.field("organisation"),
            communities=form.chosen("communities"),
        )
    except LedgerError as error:
        return _users(request, ledger, form.actor, error=error)
    return _users(request, ledger, form.actor, invitation=invitation)


@router.post("/users/{user_id}/invite")
def invite(request: Request, user_id: Name, form: Form, ledger: Ledger) -> Response:
    """A new one-time link, which ends password and sessions."""
    return _users(request, ledger, form.actor, invitation=ledger.accounts.invite(form.actor, user_id))


@router.post("/users/{user_id}/end")
def end_user(request: Request, user_id: Name, form: Form, ledger: Ledger) -> Response:
    """Ends a user."""
    try:
        ledger.accounts.end_user(form.actor, user_id)
    except LedgerError as error:
        return _users(request, ledger, form.actor, error=error)
    return RedirectResponse("/users", status_code=303)


@router.get("/organisations")
def organisation_list(request: Request, actor: PageActor, ledger: Ledger) -> Response:
    """All organisations and their signing keys."""
    return page(
        request,
        "organisations.html",
        organisations=organisations(ledger, actor),
        signers=ledger.governance.signers(actor),
    )


@router.get("/api-keys")
def api_keys(request: Request, actor: PageActor, ledger: Ledger) -> Response:
    """All API keys, and a form for one more."""
    return _api_keys(request, ledger, actor)


@router.post("/api-keys")
def create_api_key(request: Request, form: Form, ledger: Ledger) -> Response:
    """Makes a key and shows it, this once."""
    try:
        scopes = [scope for scope in Scope if scope.value in form.chosen("scopes")]
        days = form.field("days")
        if not days.isdecimal() or len(days) > 4:
            raise BadInput("field_not_integer")
        made = ledger.api_keys.create(
            form.actor,
            organisation=form.field("organisation"),
            label=form.field("label"),
            scopes=scopes,
            days=int(days),
        )
    except LedgerError as error:
        return _api_keys(request, ledger, form.actor, error=error)
    return _api_keys(request, ledger, form.actor, made=made)


@router.post("/api-keys/{key_id}/end")
def end_api_key(key_id: Name, form: Form, ledger: Ledger) -> Response:
    """Ends a key."""
    ledger.api_keys.end(form.actor, key_id)
    return RedirectResponse("/api-keys", status_code=303)


@router.get("/users/{user_id}/invite")
@router.get("/users/{user_id}/end")
def back_to_users() -> Response:
    """Where a reader lands who reloads after an act, or changes the language there."""
    return RedirectResponse("/users", status_code=303)


def _role(text: str) -> Role:
    try:
        return Role(text)
    except ValueError as error:
        raise BadInput("field_not_one_of", expected=", ".join(Role)) from error


def _users(
    request: Request,
    ledger: Application,
    actor: Actor,
    invitation: Invitation | None = None,
    error: LedgerError | None = None,
) -> Response:
    return page(
        request,
        "users.html",
        error.http_status if error else 200,
        users=ledger.accounts.list_users(actor),
        organisations=organisations(ledger, actor),
        role_choices=choices("role", Role, locale_of(request)),
        link=str(request.base_url) + f"invitation/{invitation.token}" if invitation else None,
        invitation=invitation,
        error=error,
    )


def _api_keys(
    request: Request,
    ledger: Application,
    actor: Actor,
    made: NewApiKey | None = None,
    error: LedgerError | None = None,
) -> Response:
    return page(
        request,
        "api_keys.html",
        error.http_status if error else 200,
        keys=ledger.api_keys.list(actor),
        organisations=organisations(ledger, actor),
        scopes=tuple(Scope),
        made=made,
        error=error,
    )

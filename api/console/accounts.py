"""Signing in and out, and setting a password through the one-time link."""

from __future__ import annotations

import time

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from api.console.forms import AnonymousForm, Form, text_of
from api.console.render import page
from api.security import SESSION_COOKIE, Ledger, clear_session_cookie, set_session_cookie
from ledger.errors import BadInput, NotAuthenticated

router = APIRouter()


@router.get("/sign-in")
def sign_in_page(request: Request, next: str = "/") -> Response:  # noqa: A002 - the query's name
    """Asks for login and password."""
    return page(request, "sign_in.html", next=_own_path(next), login="", error=None)


@router.post("/sign-in")
def sign_in(request: Request, form: AnonymousForm, ledger: Ledger) -> Response:
    """Signs in, and goes on to where the person wanted to be."""
    login, target = text_of(form, "login"), _own_path(text_of(form, "next"))
    password = form.get("password")
    try:
        session = ledger.sessions.sign_in(login, password if isinstance(password, str) else "", "browser")
    except (NotAuthenticated, BadInput) as error:
        return page(request, "sign_in.html", error.http_status, next=target, login=login, error=error)
    response = RedirectResponse(target, status_code=303)
    set_session_cookie(request, response, session, max(0, session.expires_at - int(time.time())))
    return response


@router.post("/sign-out")
def sign_out(request: Request, _form: Form, ledger: Ledger) -> Response:
    """Ends the session and takes everything back from the browser."""
    ledger.sessions.sign_out(request.cookies.get(SESSION_COOKIE, ""))
    response = RedirectResponse("/sign-in", status_code=303)
    clear_session_cookie(request, response)
    return response


@router.get("/invitation/{token}")
def invitation_page(request: Request, token: str, ledger: Ledger) -> Response:
    """Asks whoever holds the one-time link for a password."""
    return page(request, "invitation.html", user=ledger.accounts.invited(token), token=token, error=None)


@router.post("/invitation/{token}")
def accept_invitation(request: Request, token: str, form: AnonymousForm, ledger: Ledger) -> Response:
    """Sets the password and signs in with it."""
    user = ledger.accounts.invited(token)
    password, again = form.get("password"), form.get("again")
    try:
        if not isinstance(password, str) or password != again:
            raise BadInput("passwords_differ")
        ledger.accounts.accept(token, password)
    except BadInput as error:
        return page(request, "invitation.html", error.http_status, user=user, token=token, error=error)
    session = ledger.sessions.sign_in(user.login, password, "browser")
    response = RedirectResponse("/", status_code=303)
    set_session_cookie(request, response, session, max(0, session.expires_at - int(time.time())))
    return response


def _own_path(target: str) -> str:
    """`target` if it is a path of ours, so that a link can't send people elsewhere after they signed in."""
    own = target.startswith("/") and not target.startswith(("//", "/\\", "/sign-")) and target.isprintable()
    return target if own else "/"

"""Who sent a request: a bearer token, an API key, or a browser's session cookie with its CSRF token."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.concurrency import run_in_threadpool
from fastapi.security import APIKeyCookie, HTTPBearer
from starlette.responses import Response

from ledger.bootstrap import Application
from ledger.errors import Forbidden, NotAuthenticated
from ledger.services.actors import Actor
from ledger.services.sessions import Authenticated, SignedIn, is_api_key
from ledger.store.hot import Reading

SESSION_COOKIE = "ledger_session"
CSRF_HEADER = "X-CSRF-Token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

bearer = HTTPBearer(
    auto_error=False,
    scheme_name="bearer",
    description="A session token from `POST /v1/sessions`, or an API key `ak…_…`",
)
cookie = APIKeyCookie(
    name=SESSION_COOKIE,
    auto_error=False,
    scheme_name="browser",
    description=f"A browser's session; every unsafe request carries its token as `{CSRF_HEADER}`",
)


def application(request: Request) -> Application:
    """The installation that this app serves."""
    found: Application = request.app.state.application
    return found


async def _application(request: Request) -> Application:
    # Not `application` itself: for a plain function FastAPI takes a thread, at every request.
    return application(request)


Ledger = Annotated[Application, Depends(_application)]


def bearer_credential(request: Request) -> str | None:
    """What follows `Authorization: Bearer`, if that was sent. Raises NotAuthenticated for another scheme."""
    header = request.headers.get("authorization")
    if header is None:
        return None
    scheme, _, credential = header.partition(" ")
    if scheme.lower() != "bearer" or not credential.strip():
        raise NotAuthenticated("sign_in_needed")
    return credential.strip()


def browser_session(request: Request) -> Authenticated:
    """Whose cookie it is. Raises NotAuthenticated without a valid one."""
    token = request.cookies.get(SESSION_COOKIE)
    if not token:
        raise NotAuthenticated("sign_in_needed")
    found = application(request).sessions.authenticate(token, "browser")
    request.state.actor = found.actor
    return found


def check_csrf(expected: str | None, sent: str | None) -> None:
    """Raises Forbidden `csrf_failed` unless the session's own token came with the request."""
    if not expected or not sent or not hmac.compare_digest(expected.encode(), sent.encode()):
        raise Forbidden("csrf_failed")


def check_same_origin(request: Request) -> None:
    """Refuses what another site's page sent, by `Sec-Fetch-Site`, or `Origin` where that is missing."""
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    own = f"{request.url.scheme}://{request.headers.get('host', '')}"
    if (site is not None and site not in ("same-origin", "none")) or (
        site is None and origin is not None and origin != own
    ):
        raise Forbidden("csrf_failed")


def authenticate(request: Request) -> Authenticated:
    """Who sent a request to the API. Raises NotAuthenticated, or Forbidden `csrf_failed` for a browser's."""
    credential = bearer_credential(request)
    if credential is None:
        found = browser_session(request)
        if request.method not in SAFE_METHODS:
            check_csrf(found.csrf_token, request.headers.get(CSRF_HEADER))
        return found
    found = application(request).sessions.authenticate(credential, "bearer")
    request.state.actor = found.actor
    return found


def current_actor(
    request: Request,
    _bearer: Annotated[object, Security(bearer)],
    _cookie: Annotated[object, Security(cookie)],
) -> Actor:
    """The dependency of every route that needs someone signed in."""
    return authenticate(request).actor


CurrentActor = Annotated[Actor, Depends(current_actor)]

Caller = Callable[[Reading], Actor]
"""Finds out who asks, in the transaction of the answer."""


async def caller(
    request: Request,
    ledger: Ledger,
    _bearer: Annotated[object, Security(bearer)],
    _cookie: Annotated[object, Security(cookie)],
) -> Caller:
    """Who asks: an API key is looked up in the transaction of its answer, a session before it."""
    credential = bearer_credential(request)
    if credential is not None and is_api_key(credential):
        return lambda reading: ledger.sessions.authenticate_key(reading, credential).actor
    actor = (await run_in_threadpool(authenticate, request)).actor
    return lambda _: actor


def set_session_cookie(request: Request, response: Response, session: SignedIn, seconds: int) -> None:
    """Gives the browser its session: not for scripts or other sites, over TLS only where there is TLS."""
    response.set_cookie(
        SESSION_COOKIE,
        session.token,
        max_age=seconds,
        path="/",
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )


def clear_session_cookie(request: Request, response: Response) -> None:
    """Takes the session back from the browser, and with it whatever it kept of ours."""
    response.delete_cookie(
        SESSION_COOKIE, path="/", httponly=True, samesite="strict", secure=request.url.scheme == "https"
    )
    response.headers["Clear-Site-Data"] = '"cache", "storage"'

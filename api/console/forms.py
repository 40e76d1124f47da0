"""Who is looking at a page, and what they sent with a form."""

from __future__ import annotations

import contextlib
from typing import Annotated

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from api.security import CSRF_HEADER, browser_session, check_csrf, check_same_origin
from ledger.errors import BadInput, NotAuthenticated
from ledger.services.actors import Actor

MAX_TEXT = 2000


class Submitted:
    """A form that the signed-in person sent from one of our own pages."""

    def __init__(self, actor: Actor, form: FormData) -> None:
        self.actor = actor
        self._form = form

    def field(self, name: str) -> str:
        """A field, trimmed; empty if it was not sent. Raises BadInput `field_too_long`."""
        return text_of(self._form, name)

    def chosen(self, name: str) -> list[str]:
        """Every value of a field that may be chosen more than once."""
        return [value for value in self._form.getlist(name) if isinstance(value, str)]

    def file(self, name: str) -> UploadFile | None:
        """An uploaded file, if one was chosen."""
        value = self._form.get(name)
        return value if isinstance(value, UploadFile) and value.filename else None


def text_of(form: FormData, name: str) -> str:
    """A field without the blanks around it; empty if it was not sent."""
    value = form.get(name)
    if not isinstance(value, str):
        return ""
    if len(value) > MAX_TEXT:
        raise BadInput("field_too_long", max_length=MAX_TEXT)
    return value.strip()


async def read_form(request: Request) -> FormData:
    """The form of a request. Raises BadInput `body_not_utf8`."""
    try:
        return await request.form(max_files=1, max_fields=100)
    except UnicodeError as error:
        raise BadInput("body_not_utf8") from error


def page_actor(request: Request) -> Actor:
    """The person whose browser asks for a page."""
    found = browser_session(request)
    request.state.csrf_token = found.csrf_token
    return found.actor


def optional_page_actor(request: Request) -> None:
    """Lets an open page greet whoever is signed in."""
    with contextlib.suppress(NotAuthenticated):
        page_actor(request)


async def submitted(request: Request) -> Submitted:
    """A form with its CSRF token checked. Raises Forbidden `csrf_failed`."""
    check_same_origin(request)
    found = await run_in_threadpool(browser_session, request)
    request.state.csrf_token = found.csrf_token
    form = await read_form(request)
    check_csrf(found.csrf_token, text_of(form, "csrf_token") or request.headers.get(CSRF_HEADER))
    return Submitted(found.actor, form)


async def anonymous_form(request: Request) -> FormData:
    """A form of someone who is not signed in yet: only its origin can be checked."""
    check_same_origin(request)
    return await read_form(request)


PageActor = Annotated[Actor, Depends(page_actor)]
Form = Annotated[Submitted, Depends(submitted)]
AnonymousForm = Annotated[FormData, Depends(anonymous_form)]

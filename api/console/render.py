"""Turning a template into a page in the reader's language."""

from __future__ import annotations

import time
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from api.console import assets, formats
from api.console.navigation import navigation
from api.locale import COOKIE, LOCALES, locale_of
from ledger.texts.messages import catalogue, text

YEAR = 365 * 86_400

environment = Environment(
    loader=FileSystemLoader(Path(__file__).resolve().parent.parent / "templates"),
    autoescape=select_autoescape(default=True, default_for_string=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
environment.globals["asset"] = assets.address
environment.globals["navigation"] = navigation


def choices(area: str, codes: Iterable[str], locale: str) -> list[tuple[str, str]]:
    """Codes with their texts, for a field that offers them."""
    return [(code, text(f"{area}.{code}", locale)) for code in codes]


def why(code: str, locale: str) -> str:
    """The sentence for a verdict's reason or a trouble's code, which new parts of the chain may add to."""
    texts = catalogue(locale)
    return texts.get(f"reason.{code}", texts["reason.unknown"])


def page(request: Request, template: str, status: int = 200, **context: Any) -> HTMLResponse:
    """A page, or a part of one for htmx. `t` (texts), `date`, `moment`, `ago` … are bound to the locale."""
    locale = locale_of(request)
    now = time.time()
    bound: dict[str, Any] = {
        "request": request,
        "path": request.url.path,
        "locale": locale,
        "other_locale": next(other for other in LOCALES if other != locale),
        "actor": getattr(request.state, "actor", None),
        "csrf_token": getattr(request.state, "csrf_token", None),
        "t": lambda code, **params: text(code, locale, **params),
        "why": partial(why, locale=locale),
        "day": partial(formats.day, locale=locale),
        "date": partial(formats.date, locale=locale),
        "last_day": partial(formats.last_day, locale=locale),
        "moment": partial(formats.moment, locale=locale),
        "ago": partial(formats.ago, now=now, locale=locale),
        "number": partial(formats.number, locale=locale),
        "yuan": partial(formats.yuan, locale=locale),
        "today": formats.iso_day(now),
    }
    body = environment.get_template(template).render(bound | context)
    response = HTMLResponse(body, status, {"Content-Language": locale, "Vary": "Accept-Language, Cookie"})
    if request.query_params.get("lang") in LOCALES:
        response.set_cookie(COOKIE, locale, max_age=YEAR, samesite="lax", httponly=True)
    return response

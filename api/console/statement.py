"""The elder's statement as a page that prints."""

from __future__ import annotations

from functools import partial

import segno
from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import Response

from api.console.assets import FOLDER
from api.console.forms import PageActor
from api.console.names import organisations
from api.console.render import page
from api.locale import locale_of
from api.schemas.base import Name
from api.security import Ledger
from ledger.bootstrap import Application
from ledger.services.actors import Actor
from ledger.services.references import SubjectRef
from ledger.services.statements import RequestLine, Statement
from ledger.texts.messages import catalogue, text

router = APIRouter()


@router.get("/people/{subject_id}/statement")
def statement(request: Request, subject_id: Name, actor: PageActor, ledger: Ledger) -> Response:
    """To be read, or printed as it is."""
    found = ledger.statements.of(actor, SubjectRef(id=subject_id))
    return statement_page(request, found, actor, ledger)


def statement_page(
    request: Request, found: Statement, actor: Actor, ledger: Application, *, alone: bool = False
) -> Response:
    """The page; `alone`, it needs no other file."""
    locale = locale_of(request)
    return page(
        request,
        "statement.html",
        statement=found,
        styles=Markup((FOLDER / "statement.css").read_text("utf-8")) if alone else "",  # noqa: S704 - our own
        organisations=organisations(ledger, actor),
        programme_name=partial(_programme_name, ledger, locale),
        asked=partial(_asked, locale),
        got=partial(_got, locale),
        qr=_qr,
    )


def _programme_name(ledger: Application, locale: str, code: str) -> str:
    return ledger.programmes[code].name.text(locale)


def _asked(locale: str, line: RequestLine) -> str:
    """What was asked for and why."""
    texts = catalogue(locale)
    what = texts.get(f"statement.action.{line.action}", texts["statement.action.other"])
    if line.category:
        what += text("statement.about", locale, what=texts.get(f"category.{line.category}", line.category))
    if line.purpose:
        what += text("statement.why", locale, why=texts.get(f"purpose.{line.purpose}", line.purpose))
    return what


def _got(locale: str, line: RequestLine) -> str:
    """What came of it."""
    texts = catalogue(locale)
    if not line.granted:
        because = texts.get(f"decision.{line.reason}", texts["statement.refused"])
        return text("statement.not_given", locale, because=because)
    if line.action == "data" and line.category:
        return text("statement.given", locale, what=texts.get(f"category.{line.category}", line.category))
    return texts["statement.permitted" if line.action == "decision" else "statement.shown"]


def _qr(content: str) -> Markup:
    """A QR code as SVG, as small as its content allows."""
    code = segno.make_qr(content, error="l")
    return Markup(code.svg_inline(border=2, omitsize=True))  # noqa: S704 - segno draws squares

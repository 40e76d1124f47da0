"""Errors as pages."""

from __future__ import annotations

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.console.render import page
from ledger.errors import LedgerError, NotAuthenticated

_NOT_PAGES = ("/v1/", "/healthz", "/readyz", "/metrics", "/openapi.json", "/static/")


def is_console(request: Request) -> bool:
    """Whether a person's browser asked, rather than a program."""
    return request.url.path != "/v1" and not request.url.path.startswith(_NOT_PAGES)


def error_page(request: Request, error: LedgerError, status: int | None = None) -> Response:
    """The error in one sentence and a way on; whoever is not signed in is sent to sign in."""
    if isinstance(error, NotAuthenticated) and not request.url.path.startswith(("/sign-in", "/invitation")):
        target = "/sign-in"
        if request.method == "GET" and request.url.path != "/":
            target += f"?next={quote(request.url.path)}"
        if request.headers.get("hx-request"):
            return Response(status_code=204, headers={"HX-Redirect": target})
        return RedirectResponse(target, status_code=303)
    shown = status or error.http_status
    # Not the path that was asked for: whoever mistyped may have put a number there.
    return page(request, "error.html", shown, error=error, shown_status=shown, path="/")

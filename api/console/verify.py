"""The page that checks a proof in the browser; the service sees neither the proof nor the deployment file."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.console.forms import optional_page_actor
from api.console.render import page
from ledger.domain.proofs.checks import Outcome, Rule
from ledger.domain.proofs.meaning import Meaning
from ledger.domain.tags import Kind

router = APIRouter()


@router.get("/verify")
def verify(request: Request) -> Response:
    """Open to all: whoever holds a proof may check it."""
    optional_page_actor(request)
    return page(request, "verify.html", outcomes=Outcome, meanings=Meaning, rules=Rule, kinds=Kind)

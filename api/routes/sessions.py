"""Signing in and out."""

from __future__ import annotations

from fastapi import APIRouter, Request

from api.schemas.sessions import SignIn
from api.security import CurrentActor, Ledger, bearer_credential
from ledger.services.accounts import UserView
from ledger.services.sessions import SignedIn

router = APIRouter(prefix="/v1/sessions", tags=["sessions"])


@router.post("", status_code=201, summary="Sign in")
def sign_in(body: SignIn, ledger: Ledger) -> SignedIn:
    """A bearer token for a user. It is shown this once; only its hash is stored."""
    return ledger.sessions.sign_in(body.login, body.password, "bearer")


@router.get("/current", summary="Who is signed in")
def current(actor: CurrentActor, ledger: Ledger) -> UserView:
    """The user whose token this is. 403 for an API key."""
    return ledger.accounts.user(actor)


@router.delete("/current", status_code=204, summary="Sign out")
def sign_out(request: Request, actor: CurrentActor, ledger: Ledger) -> None:
    """Ends the session that the request came with. An API key is ended by an operator, not by this."""
    credential = bearer_credential(request)
    if credential and actor.kind == "user":
        ledger.sessions.sign_out(credential)

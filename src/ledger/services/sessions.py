"""Signing in and out, and finding out who sent a request."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from ledger.services.accounts import UserView
from ledger.services.actors import Actor

SessionKind = Literal["browser", "bearer"]


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session. The token is shown once: only its hash is stored."""

    token: str = field(repr=False)
    csrf_token: str = field(repr=False)
    expires_at: int
    user: UserView


@dataclass(frozen=True, slots=True)
class Authenticated:
    """Who a credential belongs to."""

    actor: Actor
    csrf_token: str | None = field(default=None, repr=False)
    """Of a browser's session; none for bearer sessions and API keys."""
    expires_at: int = 0


class Sessions:
    """The use cases of signing in."""

    def sign_in(self, login: str, password: str, kind: SessionKind) -> SignedIn:
        """Raises NotAuthenticated `sign_in_failed` (the same for an unknown login, a wrong password, an ended or
        locked user: nothing tells which) after the same work in every case."""
        raise NotImplementedError

    def sign_out(self, token: str) -> None:
        """Ends the session; a token that is unknown or ended is no error."""
        raise NotImplementedError

    def authenticate(self, credential: str, kind: SessionKind) -> Authenticated:
        """`credential` is a session token (of that kind) or, for bearers, an API key "ak…_<secret>".

        Raises NotAuthenticated `session_invalid`, `session_expired`, `api_key_invalid`, `api_key_expired`.
        """
        raise NotImplementedError

"""The same request under the same key is done once, and answered the same each time.

Kept in the transaction of what was done, so that neither is there without the other.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from sqlalchemy import Connection

from ledger.encoding.canonical import canonical_json
from ledger.errors import BadInput, Conflict
from ledger.services.actors import Actor
from ledger.services.context import Context
from ledger.store import idempotency as store

KEPT_SECONDS = 7 * 86_400
LONGEST_KEY = 128
_ACCEPTED = 202


class Idempotency:
    """Answers kept by (actor, key)."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def earlier(self, conn: Connection, actor: Actor, key: str | None, request: Any) -> Any:
        """What was answered to this request before, or None.

        Raises Conflict `idempotency_key_reused` if the key came with another request; BadInput
        `idempotency_key_malformed`.
        """
        if key is None:
            return None
        if not 1 <= len(key) <= LONGEST_KEY or not key.isprintable():
            raise BadInput("idempotency_key_malformed", expected=LONGEST_KEY)
        kept = store.find(conn, actor.id, key)
        if kept is None:
            return None
        if not hmac.compare_digest(kept["request_token"], self._token(request)):
            raise Conflict("idempotency_key_reused")
        return kept["response"]

    def keep(self, conn: Connection, actor: Actor, key: str | None, request: Any, response: Any) -> None:
        """Keeps an answer for a week."""
        if key is None:
            return
        now = self._context.now()
        store.forget(conn, now - KEPT_SECONDS)
        store.keep(
            conn,
            actor=actor.id,
            key=key,
            request_token=self._token(request),
            status=_ACCEPTED,
            response=response,
            created_at=now,
        )

    def _token(self, request: Any) -> bytes:
        """Keyed, as a request may hold an identity number."""
        return hmac.digest(self._context.vault.index_key(), canonical_json(request), hashlib.sha256)

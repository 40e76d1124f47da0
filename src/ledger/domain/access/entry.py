"""An entry of the access log, and the leaf that stands for it in the log's tree.

A leaf holds no name of a person or of who asked, only commitments to their ids, so an entry can be handed to
the organisation that asked, or to the person, and show each no more than is theirs.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Literal

from ledger.domain.merkle import leaf_hash
from ledger.encoding.canonical import canonical_json

SALT_SIZE = 16

Field = Literal["actor", "subject"]
Detail = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Entry:
    """Who asked for whose data, why, and what came of it. `at` and `secret_until` are unix seconds."""

    at: float
    actor: str
    """A user's or API key's id."""
    organisation_id: int
    subject_id: str | None
    """None for a request about nobody in particular, as a search."""
    action: str
    outcome: str
    purpose: str | None = None
    detail: Detail | None = None
    secret_until: int | None = None
    """Until then the law keeps the entry from the person."""
    salt: bytes = field(default_factory=lambda: secrets.token_bytes(SALT_SIZE), repr=False)
    """16 random bytes of this entry's own."""

    def content(self) -> dict[str, Any]:
        """What the leaf is made of, as JSON."""
        return {
            "at": self.at,
            "actor": commitment(opening(self.salt, "actor"), self.actor),
            "organisation": self.organisation_id,
            "subject": None
            if self.subject_id is None
            else commitment(opening(self.salt, "subject"), self.subject_id),
            "action": self.action,
            "outcome": self.outcome,
            "purpose": self.purpose,
            "detail": None if self.detail is None else dict(self.detail),
            "secret_until": self.secret_until,
        }

    def leaf(self) -> bytes:
        """The leaf hash, 32 bytes."""
        return leaf_of(self.content())


def leaf_of(content: Mapping[str, Any]) -> bytes:
    """The RFC 6962 leaf hash of an entry's content: SHA-256 of 0x00 and its RFC 8785 canonical JSON."""
    return leaf_hash(canonical_json(dict(content)))


def opening(salt: bytes, name: Field) -> bytes:
    """What opens one commitment of an entry and says nothing about the other: HMAC-SHA256(salt, name)."""
    return hmac.digest(salt, name.encode(), "sha256")


def commitment(opened: bytes, value: str) -> str:
    """SHA-256 of a 32-byte opening and the id that it commits to, in hex."""
    return sha256(opened + value.encode()).hexdigest()

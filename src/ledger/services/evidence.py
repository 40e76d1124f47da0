"""What a sealed record holds besides the change itself, and how a record is made and sealed."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ledger.encoding.canonical import record_document
from ledger.encoding.hashing import keccak256
from ledger.encoding.types import RecordHash
from ledger.errors import BadInput
from ledger.services.actors import Actor
from ledger.services.keyring import Keys

ASSURANCE = "ASSERTED_BY_SERVICE"
"""The service says who acted; the acting person has signed nothing of their own. Audits count these."""

LONGEST_TEXT = 500
MOST_FILES = 20
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class SealedRecord:
    """A record ready to be stored: its commitment, and itself sealed for the person it is about."""

    record_hash: RecordHash
    row: Mapping[str, Any]


def seal_record(
    keys: Keys, actor: Actor, kind: str, content: Mapping[str, Any], *, recorded_at: int
) -> SealedRecord:
    """Seals `content` together with who acted and when it was recorded, and commits to it."""
    record = {
        **content,
        "record": kind,
        "version": 1,
        "subject": keys.owner_id,
        "actor": {
            "kind": actor.kind,
            "id": actor.id,
            "name": actor.name,
            "role": actor.role.value if actor.role else "",
            "organisation": actor.organisation,
        },
        "assurance": ASSURANCE,
        "recorded_at": recorded_at,
        "salt": secrets.token_hex(32),
    }
    document = record_document(record)
    commitment = RecordHash(keccak256(document))
    row = {
        "record_hash": commitment,
        "subject_id": keys.owner_id,
        "kind": kind,
        "sealed": keys.seal_document(record_place(commitment), document),
        "created_at": recorded_at,
    }
    return SealedRecord(commitment, row)


def record_place(commitment: bytes) -> str:
    """Where a record is sealed to: it opens only under the commitment it was stored with."""
    return f"record:{commitment.hex()}"


def checked_text(name: str, text: str | None) -> str:
    """A note or reason, trimmed; "" for none. Raises BadInput `text_too_long`."""
    trimmed = (text or "").strip()
    if len(trimmed) > LONGEST_TEXT:
        raise BadInput("text_too_long", name=name, got=len(trimmed), expected=LONGEST_TEXT)
    return trimmed


def checked_files(hashes: Sequence[str]) -> list[str]:
    """SHA-256 of files as hex digits. Raises BadInput `evidence_malformed` or `evidence_too_many`."""
    if len(hashes) > MOST_FILES:
        raise BadInput("evidence_too_many", got=len(hashes), expected=MOST_FILES)
    lowered = [one.lower() for one in hashes]
    if not all(_SHA256.fullmatch(one) for one in lowered):
        raise BadInput("evidence_malformed")
    return lowered

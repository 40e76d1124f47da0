"""Entries of the access log as the text of a QR code: a page of a printed statement carries its own.

"LS1:" and the base64url of zlib-compressed JSON {"s": subject id, "e": [entry…]}; an entry is [at, actor
commitment, organisation, subject opening, action, outcome, purpose, detail, secret_until, index], bytes in
base64url. That is all of the leaves; their paths in the tree are longer than a code can be, and fetched by
leaf hash.
"""

from __future__ import annotations

import json
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from ledger.domain.access.entry import commitment
from ledger.domain.access.proof import AccessProof
from ledger.errors import BadInput

PREFIX = "LS1:"
_LONGEST = 8_192
"""Characters of a code, and a bound on what it may unpack to, times eight."""


def encode(proofs: Sequence[AccessProof]) -> str:
    """The text of entries that are all about one person, each with the opening that shows it."""
    subjects = {proof.subject.id for proof in proofs if proof.subject}
    if len(subjects) != 1 or not all(proof.subject for proof in proofs):
        raise ValueError("entries about one person, opened")
    packed = {"s": subjects.pop(), "e": [_pack(proof) for proof in proofs]}
    raw = json.dumps(packed, separators=(",", ":"), ensure_ascii=False).encode()
    return PREFIX + urlsafe_b64encode(zlib.compress(raw, 9)).rstrip(b"=").decode()


def decode(text: str) -> list[AccessProof]:
    """The entries of a code's text. Raises BadInput `access_log.no_code`."""
    body = text.strip().removeprefix(PREFIX)
    try:
        if not text.strip().startswith(PREFIX) or len(body) > _LONGEST:
            raise ValueError(text[: len(PREFIX)])
        raw = urlsafe_b64decode(body + "=" * (-len(body) % 4))
        unpacked = zlib.decompressobj().decompress(raw, 8 * _LONGEST)
        found = json.loads(unpacked)
        return [_unpack(found["s"], entry) for entry in found["e"]]
    except (ValueError, KeyError, TypeError, zlib.error, ValidationError) as error:
        raise BadInput("access_log.no_code", expected=PREFIX) from error


def _pack(proof: AccessProof) -> list[Any]:
    entry = proof.entry
    return [
        entry.at,
        _short(bytes.fromhex(entry.actor)),
        entry.organisation,
        _short(proof.subject.opening if proof.subject else b""),
        entry.action,
        entry.outcome,
        entry.purpose,
        entry.detail,
        entry.secret_until,
        proof.index,
    ]


def _unpack(subject_id: str, packed: Sequence[Any]) -> AccessProof:
    at, actor, organisation, opening, action, outcome, purpose, detail, secret_until, index = packed
    opened = _long(opening)
    document = {
        "entry": {
            "at": at,
            "actor": _long(actor).hex(),
            "organisation": organisation,
            "subject": commitment(opened, subject_id),
            "action": action,
            "outcome": outcome,
            "purpose": purpose,
            "detail": detail,
            "secret_until": secret_until,
        },
        "index": index,
        "subject": {"id": subject_id, "opening": f"0x{opened.hex()}"},
    }
    return AccessProof.model_validate_json(json.dumps(document))


def _short(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def _long(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))

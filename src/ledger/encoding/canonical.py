"""Canonical JSON (RFC 8785) and the commitment to a sealed record."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import rfc8785

from ledger.encoding.hashing import keccak256
from ledger.encoding.types import RecordHash
from ledger.errors import BadInput

_SALT = re.compile(r"[0-9a-f]{64}")


def canonical_json(value: Any) -> bytes:
    """The RFC 8785 form of `value`: UTF-8, keys sorted, no spaces, one way to write a number.

    Raises BadInput `not_canonical` for what JSON cannot say for certain: integers beyond 2**53, NaN,
    infinities, keys that are no text, types that JSON does not have.
    """
    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
        raise BadInput("not_canonical", got=type(error).__name__) from error


def record_hash(record: Mapping[str, Any]) -> RecordHash:
    """keccak256 of the record's canonical JSON.

    The record holds `salt`, 32 random bytes as 64 lower-case hex digits, without which a commitment to few
    possible contents could be found out by trying them.
    Raises BadInput `record_without_salt` if it is missing.
    """
    salt = record.get("salt")
    if not isinstance(salt, str) or not _SALT.fullmatch(salt):
        raise BadInput("record_without_salt")
    return RecordHash(keccak256(canonical_json(dict(record))))

"""Canonical JSON (RFC 8785) and the commitment to a sealed record."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import rfc8785

from ledger.encoding.hashing import keccak256
from ledger.encoding.types import RecordHash
from ledger.errors import BadInput

_SALT = re.compile(r"[0-9a-f]{64}")
_LARGEST = 2**53 - 1
_encode = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False
).encode


def canonical_json(value: Any) -> bytes:
    """The RFC 8785 form of `value`: UTF-8, keys sorted, no spaces, one way to write a number.

    Raises BadInput `not_canonical` for what JSON cannot say for certain: integers beyond 2**53, NaN,
    infinities, keys that are no text, types that JSON does not have.
    """
    try:
        return _encode(value).encode() if _is_simple(value) else rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
        raise BadInput("not_canonical", got=type(error).__name__) from error


def _is_simple(value: Any) -> bool:
    """Whether Python's own encoder writes it as RFC 8785 says, in a tenth of the time: it differs in very
    large, very small and whole fractions, and in the order of keys beyond U+FFFF.
    """
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return True
    if kind is int:
        return bool(-_LARGEST <= value <= _LARGEST)
    if kind is float:  # within these bounds both write the shortest digits that tell it apart, no exponent
        return bool(1e-4 <= abs(value) < 1e16 and not value.is_integer())
    if kind is dict:
        return all(type(key) is str and key.isascii() for key in value) and all(
            map(_is_simple, value.values())
        )
    return kind is list and all(map(_is_simple, value))


def record_hash(record: Mapping[str, Any]) -> RecordHash:
    """keccak256 of the record's canonical JSON. Raises as `record_document` does."""
    return RecordHash(keccak256(record_document(record)))


def record_document(record: Mapping[str, Any]) -> bytes:
    """The record's canonical JSON, whose keccak256 is its commitment.

    The record holds `salt`, 32 random bytes as 64 lower-case hex digits, without which a commitment to few
    possible contents could be found out by trying them.
    Raises BadInput `record_without_salt` if it is missing.
    """
    salt = record.get("salt")
    if not isinstance(salt, str) or not _SALT.fullmatch(salt):
        raise BadInput("record_without_salt")
    return canonical_json(dict(record))

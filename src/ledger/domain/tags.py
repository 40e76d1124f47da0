"""The pseudonyms of a subject: tags on the chain, handles for departments.

All of them derive from the subject's random key, never from an identity number, so that a change of number or
name changes nothing and nobody without the key can link two of them.
"""

from __future__ import annotations

import hmac
from base64 import b32encode
from dataclasses import dataclass
from enum import StrEnum

from ledger.encoding.hashing import keccak256, uint256
from ledger.encoding.types import Tag
from ledger.errors import BadInput

SUBJECT_KEY_SIZE = 32


class Kind(StrEnum):
    """What a tag stands for."""

    CERTIFICATION = "certification"
    CONSENT = "consent"


_TYPEHASH = {
    Kind.CERTIFICATION: keccak256(b"Certification(uint16 programme)"),
    Kind.CONSENT: keccak256(b"Consent(uint24 provider,uint24 consumer,uint16 category,uint16 purpose)"),
}
_PART_BITS = {Kind.CERTIFICATION: (16,), Kind.CONSENT: (20, 20, 16, 16)}
_HANDLE = keccak256(b"Handle(uint24 organisation,uint32 rotation)")


@dataclass(frozen=True, slots=True)
class Opening:
    """What shows that a tag stands for these parts. Whoever holds it can check that for ever."""

    kind: Kind
    parts: tuple[int, ...]
    opening_key: bytes
    tag: Tag


def certification_tag(subject_key: bytes, programme: int) -> Opening:
    """The tag of a subject (32-byte key) in a programme, with its opening."""
    return _open(subject_key, Kind.CERTIFICATION, (programme,))


def consent_tag(subject_key: bytes, provider: int, consumer: int, category: int, purpose: int) -> Opening:
    """The tag of a subject's consent for the whole tuple, with its opening: no other tuple has this tag."""
    return _open(subject_key, Kind.CONSENT, (provider, consumer, category, purpose))


def tag_of(kind: Kind, parts: tuple[int, ...], opening_key: bytes) -> Tag:
    """keccak256(abi.encode(TYPEHASH, parts…, openingKey)): how whoever holds an opening checks it."""
    return Tag(keccak256(_prefix(kind, parts) + _sized(opening_key, "opening_key")))


def certification_slot(programme: int, tag: bytes) -> bytes:
    """keccak256(abi.encode(programme, tag)): the key under which the contract keeps a certification."""
    return keccak256(uint256(programme) + tag)


def handle(subject_key: bytes, organisation: int, rotation: int = 0) -> str:
    """The name under which one organisation knows a subject: "H" and 32 lower-case base32 digits (RFC 4648).

    One-way and different for every organisation; a higher `rotation` gives a fresh one.
    """
    message = _HANDLE + uint256(organisation) + uint256(rotation)
    mac = hmac.digest(_sized(subject_key, "subject_key"), message, "sha256")
    return "H" + b32encode(mac[:20]).decode().lower()


def _open(subject_key: bytes, kind: Kind, parts: tuple[int, ...]) -> Opening:
    opening_key = hmac.digest(_sized(subject_key, "subject_key"), _prefix(kind, parts), "sha256")
    return Opening(kind, parts, opening_key, tag_of(kind, parts, opening_key))


def _prefix(kind: Kind, parts: tuple[int, ...]) -> bytes:
    widths = _PART_BITS[kind]
    if len(parts) != len(widths) or any(
        not 0 <= part < 1 << bits for part, bits in zip(parts, widths, strict=True)
    ):
        raise BadInput("tag_parts_invalid", kind=kind, got=str(parts))
    return _TYPEHASH[kind] + b"".join(map(uint256, parts))


def _sized(key: bytes, name: str) -> bytes:
    if len(key) != SUBJECT_KEY_SIZE:
        raise BadInput("key_size_invalid", name=name, got=len(key), expected=SUBJECT_KEY_SIZE)
    return key

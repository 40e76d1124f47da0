"""A signing key as `Members` holds it, with a copy of what its organisation may do. Times: unix seconds."""

from __future__ import annotations

from typing import TypedDict, Unpack, cast

from ledger.encoding.types import Word
from ledger.encoding.words.layout import Layout

LAYOUT = Layout(
    {
        "organisation": (0, 20),
        "valid_from": (32, 32),
        "valid_until": (64, 32),
        "distrusted_since": (96, 32),
        "roles": (128, 16),
        "active": (144, 1),
    }
)


class Fields(TypedDict, total=False):
    """The fields of a signer word, by name."""

    organisation: int
    valid_from: int
    valid_until: int
    distrusted_since: int
    roles: int
    active: int


def pack(**fields: Unpack[Fields]) -> Word:
    """A word with these fields, the rest zero. Raises BadInput if one doesn't fit."""
    return LAYOUT.replace(0, cast("dict[str, int]", fields))


def replace(word: int, **fields: Unpack[Fields]) -> Word:
    """`word` with these fields changed and all others kept. Raises BadInput if one doesn't fit."""
    return LAYOUT.replace(word, cast("dict[str, int]", fields))


def unpack(word: int) -> Fields:
    """Every field by name. Raises BadInput if a reserved bit is set."""
    return cast("Fields", LAYOUT.unpack(word))


def organisation(word: int) -> int:
    """Id of the organisation that it signs for."""
    return word & 0xFFFFF


def valid_from(word: int) -> int:
    """Start of its validity, included."""
    return word >> 32 & 0xFFFFFFFF


def valid_until(word: int) -> int:
    """End of its validity, excluded."""
    return word >> 64 & 0xFFFFFFFF


def distrusted_since(word: int) -> int:
    """From when on what it signed is not believed, 0 if never."""
    return word >> 96 & 0xFFFFFFFF


def roles(word: int) -> int:
    """Bits of `codes.Role`: its organisation's."""
    return word >> 128 & 0xFFFF


def active(word: int) -> bool:
    """Whether its organisation may act."""
    return word >> 144 & 1 == 1

"""An organisation as `Members` holds it."""

from __future__ import annotations

from typing import TypedDict, Unpack, cast

from ledger.encoding.types import Word
from ledger.encoding.words.layout import Layout

LAYOUT = Layout(
    {
        "parent": (0, 20),
        "roles": (20, 16),
        "active": (36, 1),
        "admin": (96, 160),
    }
)


class Fields(TypedDict, total=False):
    """The fields of an organisation word, by name."""

    parent: int
    roles: int
    active: int
    admin: int


def pack(**fields: Unpack[Fields]) -> Word:
    """A word with these fields, the rest zero. Raises BadInput if one doesn't fit."""
    return LAYOUT.replace(0, cast("dict[str, int]", fields))


def replace(word: int, **fields: Unpack[Fields]) -> Word:
    """`word` with these fields changed and all others kept. Raises BadInput if one doesn't fit."""
    return LAYOUT.replace(word, cast("dict[str, int]", fields))


def unpack(word: int) -> Fields:
    """Every field by name. Raises BadInput if a reserved bit is set."""
    return cast("Fields", LAYOUT.unpack(word))


def parent(word: int) -> int:
    """Id of the organisation above it, 0 for none."""
    return word & 0xFFFFF


def roles(word: int) -> int:
    """Bits of `codes.Role`."""
    return word >> 20 & 0xFFFF


def active(word: int) -> bool:
    """Whether it may act."""
    return word >> 36 & 1 == 1


def admin(word: int) -> int:
    """The address that may change its keys, as a number."""
    return word >> 96 & (1 << 160) - 1

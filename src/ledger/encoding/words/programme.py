"""The limits of a programme as `Policies` holds them."""

from __future__ import annotations

from typing import TypedDict, Unpack, cast

from ledger.encoding.types import Word
from ledger.encoding.words.layout import Layout

LAYOUT = Layout(
    {
        "active": (0, 1),
        "seamless_limit": (1, 5),
        "version": (32, 32),
        "longest_senior": (64, 32),
        "longest_seamless": (96, 32),
    }
)


class Fields(TypedDict, total=False):
    """The fields of a programme word, by name."""

    active: int
    seamless_limit: int
    version: int
    longest_senior: int
    longest_seamless: int


def pack(**fields: Unpack[Fields]) -> Word:
    """A word with these fields, the rest zero. Raises BadInput if one doesn't fit."""
    return LAYOUT.replace(0, cast("dict[str, int]", fields))


def replace(word: int, **fields: Unpack[Fields]) -> Word:
    """`word` with these fields changed and all others kept. Raises BadInput if one doesn't fit."""
    return LAYOUT.replace(word, cast("dict[str, int]", fields))


def unpack(word: int) -> Fields:
    """Every field by name. Raises BadInput if a reserved bit is set."""
    return cast("Fields", LAYOUT.unpack(word))


def active(word: int) -> bool:
    """Whether certifications are accepted."""
    return word & 1 == 1


def seamless_limit(word: int) -> int:
    """How many seamless renewals may follow each other."""
    return word >> 1 & 0x1F


def version(word: int) -> int:
    """Version of the rules, counted from 1."""
    return word >> 32 & 0xFFFFFFFF


def longest_senior(word: int) -> int:
    """Longest validity of a senior certification, seconds."""
    return word >> 64 & 0xFFFFFFFF


def longest_seamless(word: int) -> int:
    """Longest validity of a seamless certification, seconds."""
    return word >> 96 & 0xFFFFFFFF

"""The state of one person's consent for one (provider, consumer, category, purpose).

Bits from 0 upward; times are unix seconds; codes are those of `ledger.domain.codes`. Signed words carry
`recorded_at` 0: the contract writes the block's time.
"""

from __future__ import annotations

from typing import TypedDict, Unpack, cast

from ledger.encoding.types import Word
from ledger.encoding.words.layout import Layout

VERSION = 1

LAYOUT = Layout(
    {
        "version": (0, 4),
        "status": (4, 4),
        "grantor": (8, 4),
        "self_decided": (12, 1),
        "revision": (64, 32),
        "valid_from": (96, 32),
        "valid_until": (128, 32),
        "recorded_at": (160, 32),
        "organisation": (192, 20),
    }
)


class Fields(TypedDict, total=False):
    """The fields of a consent word, by name."""

    version: int
    status: int
    grantor: int
    self_decided: int
    revision: int
    valid_from: int
    valid_until: int
    recorded_at: int
    organisation: int


def pack(**fields: Unpack[Fields]) -> Word:
    """A word with these fields, version 1 unless given, the rest zero. Raises BadInput if one doesn't fit."""
    return LAYOUT.replace(VERSION, cast("dict[str, int]", fields))


def replace(word: int, **fields: Unpack[Fields]) -> Word:
    """`word` with these fields changed and all others kept. Raises BadInput if one doesn't fit."""
    return LAYOUT.replace(word, cast("dict[str, int]", fields))


def unpack(word: int) -> Fields:
    """Every field by name. Raises BadInput if a reserved bit is set."""
    return cast("Fields", LAYOUT.unpack(word))


def version(word: int) -> int:
    """Version of this layout: 1, or 0 in a slot never written."""
    return word & 0xF


def status(word: int) -> int:
    """A `codes.ConsentStatus`."""
    return word >> 4 & 0xF


def grantor(word: int) -> int:
    """The `codes.Grantor` of the latest decision."""
    return word >> 8 & 0xF


def self_decided(word: int) -> bool:
    """Whether the person has ever decided this themselves."""
    return word >> 12 & 1 == 1


def revision(word: int) -> int:
    """How often this consent was recorded."""
    return word >> 64 & 0xFFFFFFFF


def valid_from(word: int) -> int:
    """Start of the validity, included."""
    return word >> 96 & 0xFFFFFFFF


def valid_until(word: int) -> int:
    """End of the validity, excluded."""
    return word >> 128 & 0xFFFFFFFF


def recorded_at(word: int) -> int:
    """The block's time at the latest revision."""
    return word >> 160 & 0xFFFFFFFF


def organisation(word: int) -> int:
    """The organisation that recorded the latest decision."""
    return word >> 192 & 0xFFFFF

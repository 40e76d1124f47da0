"""The state of one subject in one programme.

Bits from 0 upward; times are unix seconds; organisations are 20-bit ids, 0 for none; codes are those of
`ledger.domain.codes`. Signed words carry `recorded_at` 0: the contract writes the block's time.
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
        "death": (8, 2),
        "senior_seen": (10, 1),
        "seamless_run": (11, 5),
        "scheme": (16, 8),
        "method": (24, 8),
        "authorisation": (32, 2),
        "revision": (64, 32),
        "valid_from": (96, 32),
        "valid_until": (128, 32),
        "recorded_at": (160, 32),
        "organisation": (192, 20),
        "death_reporter": (212, 20),
        "authoriser": (232, 20),
    }
)


class Fields(TypedDict, total=False):
    """The fields of a certification word, by name."""

    version: int
    status: int
    death: int
    senior_seen: int
    seamless_run: int
    scheme: int
    method: int
    authorisation: int
    revision: int
    valid_from: int
    valid_until: int
    recorded_at: int
    organisation: int
    death_reporter: int
    authoriser: int


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
    """A `codes.Status`."""
    return word >> 4 & 0xF


def death(word: int) -> int:
    """A `codes.Death`."""
    return word >> 8 & 0x3


def senior_seen(word: int) -> bool:
    """Whether a senior certification stands behind this state."""
    return word >> 10 & 1 == 1


def seamless_run(word: int) -> int:
    """Seamless renewals since the person was last seen."""
    return word >> 11 & 0x1F


def scheme(word: int) -> int:
    """The `codes.Scheme` of the latest certification."""
    return word >> 16 & 0xFF


def method(word: int) -> int:
    """The `codes.Method` of the latest certification."""
    return word >> 24 & 0xFF


def authorisation(word: int) -> int:
    """The `codes.Authorisation` for seamless certification."""
    return word >> 32 & 0x3


def revision(word: int) -> int:
    """How often this state was recorded."""
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
    """The organisation responsible for the subject."""
    return word >> 192 & 0xFFFFF


def death_reporter(word: int) -> int:
    """The organisation that reported the death."""
    return word >> 212 & 0xFFFFF


def authoriser(word: int) -> int:
    """The organisation that recorded the authorisation."""
    return word >> 232 & 0xFFFFF

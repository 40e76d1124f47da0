"""Cleaning up text that people typed or pasted, without ever changing a Han character.

NFKC would do most of this, but it also replaces Han characters (compatibility ideographs, radicals) that people
really have in their names, so only the full-width forms of ASCII (U+FF01 to U+FF5E) and the spaces are touched.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_SPACES = re.compile(r"\s+")  # for str patterns this includes U+3000 and U+00A0
_NAME_DOTS = re.compile("[\u0387\u2022\u2024\u2027\u2219\u22c5\u30fb\uff65\uff0e]")
_HAN_RANGES = (
    (0x2E80, 0x2FDF),  # radicals, which some input methods type in place of the character
    (0x3007, 0x3007),  # 〇
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xE000, 0xF8FF),  # private use: where older systems keep rare characters
    (0xF900, 0xFAFF),
    (0x20000, 0x323AF),
)

NAME_DOT = "\u00b7"
"""The dot between the parts of a name, as in 阿依古丽·买买提 (GB 18030 and resident registers use U+00B7)."""


def is_han(character: str) -> bool:
    """Whether a character is, or stands in a register for, a Han character."""
    code = ord(character)
    return any(first <= code <= last for first, last in _HAN_RANGES)


def clean(text: str) -> str:
    """Text without invisible marks and control characters, with single spaces, trimmed."""
    visible = _INVISIBLE.sub("", _SPACES.sub(" ", text))
    return "".join(c for c in visible if unicodedata.category(c) != "Cc").strip()


def half_width(text: str) -> str:
    """`clean`, with full-width digits, Latin letters and ASCII punctuation made half-width."""
    return clean(text).translate(_FULL_WIDTH).strip()


def compact(text: str) -> str:
    """`half_width` without any space: for codes and numbers."""
    return half_width(text).replace(" ", "")


def name(text: str) -> str:
    """A person's name with one kind of dot, and without the spaces that pad names in a column (王　芳)."""
    cleaned = _NAME_DOTS.sub(NAME_DOT, clean(text))
    return _join_han(cleaned)


def _join_han(text: str) -> str:
    pieces = re.split(r" ?([ .\u00b7]) ?", text)
    out = pieces[0]
    for separator, piece in pairwise(pieces[1:]):
        if separator not in {" ", ".", NAME_DOT}:
            continue
        between_han = bool(out and piece) and is_han(out[-1]) and is_han(piece[0])
        if between_han:
            out += "" if separator == " " else NAME_DOT
        else:
            out += separator
        out += piece
    return out

"""Cleaning up text that people typed or pasted, without ever changing a Han character.

NFKC would do most of this, but it also replaces Han characters (compatibility ideographs, radicals) that
people really have in their names, so only the full-width forms of ASCII (U+FF01 to U+FF5E) and the spaces are
touched.
"""

from __future__ import annotations

import re

NAME_DOT = "\u00b7"
"""The dot between the parts of a name, as in 阿依古丽·买买提 (U+00B7, as resident registers use it)."""

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
_SPACES = re.compile(r"\s+")  # of Unicode: U+3000 and U+00A0 too
_DOT_LOOK_ALIKES = re.compile("[\u0387\u2022\u2024\u2027\u2219\u22c5\u30fb\uff0e\uff65]")
_HAN = (
    "[\u2e80-\u2fdf"  # radicals, which some input methods type in place of the character
    "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
    "\ue000-\uf8ff]"  # private use: where older systems keep rare characters
)
_DOT_WITH_SPACES = re.compile(f" *{NAME_DOT} *")
_FULL_STOP_BETWEEN_HAN = re.compile(rf"(?<={_HAN}) ?\. ?(?={_HAN})")
_SPACE_BETWEEN_HAN = re.compile(f"(?<={_HAN}) (?={_HAN})")


def clean(text: str) -> str:
    """Text without invisible marks and control characters, with single spaces, trimmed."""
    return _SPACES.sub(" ", _INVISIBLE.sub("", text)).strip()


def half_width(text: str) -> str:
    """`clean`, with full-width digits, Latin letters and ASCII punctuation made half-width."""
    return clean(text).translate(_FULL_WIDTH).strip()


def compact(text: str) -> str:
    """`half_width` without any space: for codes and numbers."""
    return half_width(text).replace(" ", "")


def person_name(text: str) -> str:
    """A name with one kind of dot, and without the spaces that pad short names in a column (王　芳)."""
    name = _DOT_LOOK_ALIKES.sub(NAME_DOT, clean(text))
    name = _FULL_STOP_BETWEEN_HAN.sub(NAME_DOT, _DOT_WITH_SPACES.sub(NAME_DOT, name))
    return _SPACE_BETWEEN_HAN.sub("", name)

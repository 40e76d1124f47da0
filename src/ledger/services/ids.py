"""Random names for things: a letter for the kind and 130 random bits."""

from __future__ import annotations

import secrets
from typing import Literal

_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"  # RFC 4648 base32, lower case
_LENGTH = 26

Prefix = Literal[
    "S", "op", "u", "t", "c", "k", "i", "ak", "r", "l", "n", "m", "e", "s", "f", "p", "v", "d", "q"
]


def new_id(prefix: Prefix) -> str:
    """`prefix` and 26 random base32 characters: S subject, op operation, u user,
    t tag, c consent, k case, i import,
    ak API key, r receipt, l ladder, n notice, m mandate, e erasure,
    s seamless run, f form template, p payments' import, v move,
    d delegation."""
    value = secrets.randbits(5 * _LENGTH)
    return prefix + "".join(_ALPHABET[(value >> shift) & 31] for shift in range(0, 5 * _LENGTH, 5))

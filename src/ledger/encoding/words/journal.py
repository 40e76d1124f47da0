"""A contract's running head and count as one slot holds them (`JournalWord.sol`)."""

from __future__ import annotations

_HEAD = ((1 << 256) - 1) >> 48 << 48

OPEN, IMPORTING, SEALED = range(3)


def head(word: int) -> bytes:
    """The running head: 26 bytes and six zero bytes."""
    return (word & _HEAD).to_bytes(32, "big")


def count(word: int) -> int:
    """How many changes were accepted."""
    return word >> 8 & 0xFFFFFFFFFF


def state(word: int) -> int:
    """OPEN, IMPORTING (takes nothing but its predecessor's words) or SEALED (for ever)."""
    return word & 0xFF

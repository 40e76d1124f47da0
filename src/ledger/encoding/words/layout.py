"""Where the fields of a 256-bit word lie."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.encoding.types import Word
from ledger.errors import BadInput

WORD_LIMIT = 1 << 256


class Layout:
    """Fields by name, each with its lowest bit and its width; bits that belong to no field stay zero."""

    def __init__(self, fields: Mapping[str, tuple[int, int]]) -> None:
        self._fields = dict(fields)
        self.used = 0
        for name in self._fields:
            if self.used & self.mask(name):
                raise ValueError(f"field {name} overlaps another field of the word")
            self.used |= self.mask(name)
        self.reserved = (WORD_LIMIT - 1) ^ self.used

    def mask(self, *names: str) -> int:
        """The bits of these fields."""
        bits = 0
        for name in names:
            shift, width = self._fields[name]
            bits |= ((1 << width) - 1) << shift
        return bits

    def replace(self, word: int, values: Mapping[str, int]) -> Word:
        """`word` with these fields set. Raises BadInput if a value doesn't fit its field."""
        for name, value in values.items():
            shift, width = self._fields[name]
            if not 0 <= value < 1 << width:
                raise BadInput("word_field_out_of_range", field=name, got=value, limit=(1 << width) - 1)
            word = word & ~(((1 << width) - 1) << shift) | value << shift
        return Word(word)

    def unpack(self, word: int) -> dict[str, int]:
        """Every field by name. Raises BadInput if a bit is set that belongs to no field."""
        if word & ~self.used:
            raise BadInput("word_reserved_bits", got=hex(word))
        return {name: word >> shift & (1 << width) - 1 for name, (shift, width) in self._fields.items()}

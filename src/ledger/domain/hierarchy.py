"""Who stands above whom among the organisations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ledger.encoding.words import organisation

MAX_LEVELS = 4
"""How far up `Members.isWithin` looks."""


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """The organisations' words by id, read live: a change of the mapping shows at once."""

    words: Mapping[int, int]

    def word(self, organisation_id: int) -> int:
        """The organisation's word, 0 if it isn't registered."""
        return self.words.get(organisation_id, 0)

    def is_within(self, organisation_id: int, ancestor: int) -> bool:
        """Whether `ancestor` is the organisation itself or at most 4 levels above it. 0 is within nothing."""
        for _ in range(MAX_LEVELS + 1):
            if organisation_id == 0:
                return False
            if organisation_id == ancestor:
                return True
            organisation_id = organisation.parent(self.word(organisation_id))
        return False

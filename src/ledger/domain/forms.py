"""The forms of the month's work and what each can say. How a form looks is its workbook's business."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Form(StrEnum):
    """The kinds of forms."""

    APPROVAL = "approval"
    """审批表: one person's approval."""
    ROSTER = "roster"
    """发放花名册: who is paid what."""
    CHANGES = "changes"
    """增减变动表: who comes on to the list, who goes off it, and why."""
    REPORT = "report"
    """月报: the sums by community."""


@dataclass(frozen=True, slots=True)
class Fields:
    """What a form can say: each of `values` once, each of `of_line` on every line. `needed` must be there."""

    values: frozenset[str]
    of_line: frozenset[str]
    needed: frozenset[str]

    def takes_value(self, name: str) -> bool:
        """Whether a cell may be named so."""
        return name in self.values

    def takes_of_line(self, name: str) -> bool:
        """Whether a line may say so; the people of one age band are `people_80` and its like."""
        return name in self.of_line or ("people_80" in self.of_line and bool(_OF_BAND.fullmatch(name)))


LINES = "lines"
"""The name of the range that is repeated for every line."""

_OF_BAND = re.compile(r"people_\d{1,3}")
_HEAD = frozenset({"month", "programme", "county", "subdistrict", "made_on"})
_SUMS = frozenset({"people", "payable", "difference", "held", "total"})
_PERSON = frozenset({"name", "sex", "birth_date", "age", "identity_number", "band"})

FIELDS: Mapping[Form, Fields] = MappingProxyType(
    {
        Form.APPROVAL: Fields(
            _HEAD | _PERSON | {"community", "address", "phone", "amount", "from_month", "certified_on"},
            frozenset(),
            frozenset({"name", "identity_number", "amount"}),
        ),
        Form.ROSTER: Fields(
            _HEAD | _SUMS | {"community"},
            _PERSON | {"number", "community", "amount", "difference", "total", "reason", "remark"},
            frozenset({LINES, "name", "identity_number", "total"}),
        ),
        Form.CHANGES: Fields(
            _HEAD | {"community", "joined", "left", "changed"},
            _PERSON | {"number", "community", "kind", "reason", "amount", "total"},
            frozenset({LINES, "name", "kind", "reason"}),
        ),
        Form.REPORT: Fields(
            _HEAD | _SUMS | {"joined", "left"},
            _SUMS | {"number", "community", "joined", "left", "people_80"},
            frozenset({LINES, "community", "total"}),
        ),
    }
)

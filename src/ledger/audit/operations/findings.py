"""What a check of the operations may find, typed: the catalogue of docs/submission.md."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from ledger.audit.findings import EXAMPLES, Severity


class Code(StrEnum):
    """What was found. Texts: `audit.operations.finding.CODE.means` and `.do`."""

    TRANSITION_NOT_ALLOWED = "transition_not_allowed"
    TIME_WENT_BACK = "time_went_back"
    STATE_DIFFERS = "state_differs"
    NOT_ON_ITS_WAY = "not_on_its_way"
    REASON_MISSING = "reason_missing"
    REVISION_TWICE = "revision_twice"
    OUT_OF_ORDER = "out_of_order"
    RECORD_MISSING = "record_missing"
    RECORD_DIFFERS = "record_differs"
    RECORD_TWICE = "record_twice"

    @property
    def severity(self) -> Severity:
        """How bad it is."""
        return Severity.WARNING if self is Code.TIME_WENT_BACK else Severity.ERROR


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding, and the operation or the batch (by its number) that it is about."""

    code: Code
    got: str
    expected: str
    operation: str | None = None
    batch: int | None = None


@dataclass(slots=True)
class Group:
    """All findings of one code: how many, and the first of them."""

    count: int = 0
    examples: list[Finding] = field(default_factory=list)


class Findings:
    """Collects findings by code, in bounded memory."""

    def __init__(self) -> None:
        self._groups: dict[Code, Group] = {}

    def add(self, finding: Finding) -> None:
        """Takes one in."""
        group = self._groups.setdefault(finding.code, Group())
        group.count += 1
        if group.count <= EXAMPLES:
            group.examples.append(finding)

    def groups(self) -> Iterator[Group]:
        """In the order in which the first of each was found."""
        yield from self._groups.values()

    def __len__(self) -> int:
        return sum(group.count for group in self._groups.values())

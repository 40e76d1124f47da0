"""What the ladder decides from. All times are unix seconds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ledger.domain.outages import Outage


class Step(StrEnum):
    """The rungs, in order. NOTICE, FAMILY, GRACE and REVIEW the register takes by itself; VIDEO and VISIT are
    for people; after REVIEW only a reviewer's decision goes on.
    """

    DUE = "due"
    NOTICE = "notice"
    FAMILY = "family"
    VIDEO = "video"
    VISIT = "visit"
    GRACE = "grace"
    REVIEW = "review"
    END = "end"


class Result(StrEnum):
    """What became of an attempt."""

    SENT = "sent"
    """On its way, or nothing heard."""
    DELIVERED = "delivered"
    FAILED = "failed"
    NOT_REACHED = "not_reached"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Attempt:
    """A step taken. A visit in vain that left a notice with somebody has delivered one."""

    step: Step
    at: int
    result: Result
    delivered_at: int | None = None


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What makes messages and calls pointless or unkind: such a person is visited at once."""

    low_mobility: bool = False
    no_phone: bool = False
    institution: bool = False
    objected: bool = False
    """To automatic certification: a home visit is what follows, never a loss."""

    @property
    def visit_at_once(self) -> bool:
        """Whether the ladder begins with a visit."""
        return self.low_mobility or self.no_phone or self.institution or self.objected


@dataclass(frozen=True, slots=True)
class Facts:
    """One person's standing on the ladder of one certification."""

    valid_until: int
    """The end of the certification that runs out."""
    circumstances: Circumstances = Circumstances()
    attempts: tuple[Attempt, ...] = ()
    """In any order."""
    outages: tuple[Outage, ...] = ()
    ended: str | None = None
    """Why there is nothing left to do, if so: certified, stopped or ended."""
    appeal_open: bool = False
    death_reported: bool = False

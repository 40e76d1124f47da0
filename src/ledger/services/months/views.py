"""What the month's work answers."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class DifferenceView:
    """What is made good of an earlier month, in fen; `cause` is a code."""

    month: str
    amount: int
    cause: str


@dataclass(frozen=True, slots=True)
class LineView:
    """One person's line. Amounts in fen; state, reason and change are codes."""

    subject_id: str
    name: str = field(repr=False)
    masked_number: str = field(repr=False)
    band: int | None
    state: str
    reason: str
    amount: int
    held: int
    differences: tuple[DifferenceView, ...]
    total: int
    """What is paid in all; below 0 what is to be taken back."""
    change: str | None
    """joined, left, band or amount, against the month before."""
    change_reason: str | None
    paid: str | None = None
    """paid or returned, once civil affairs has said so."""


@dataclass(frozen=True, slots=True)
class StepView:
    """Something that was done. `at` in unix seconds."""

    step: str
    community: str | None
    organisation: str
    at: int
    signer: str | None


@dataclass(frozen=True, slots=True)
class ListHead:
    """How far a community's list has come. Amounts in fen; of an open list they are not known yet."""

    community: str
    state: str
    next_step: str
    due_on: str
    """The last day for the next step, YYYY-MM-DD."""
    is_late: bool
    people: int | None
    payable: int | None
    difference: int | None
    root: str | None


@dataclass(frozen=True, slots=True)
class MonthStatus:
    """A month as a whole."""

    month: str
    programme: str
    closed_at: int | None
    root: str | None
    anchored: bool
    """Whether the chain holds the head of the stream of closed months with this one in it."""
    lists: tuple[ListHead, ...]
    steps: tuple[StepView, ...]


@dataclass(frozen=True, slots=True)
class BandChangeView:
    """A change of age band that is known ahead."""

    subject_id: str
    name: str = field(repr=False)
    month: str
    band: int
    amount: int
    before: int | None


@dataclass(frozen=True, slots=True)
class ListView:
    """A community's list with everyone on it."""

    month: str
    programme: str
    head: ListHead
    lines: tuple[LineView, ...]
    total: int
    """Lines in all, of which a page may show some."""
    paid_people: int
    payable: int
    held: int
    difference: int
    coming: tuple[BandChangeView, ...]


@dataclass(frozen=True, slots=True)
class MonthLine:
    """One month of one person: as it comes out now, and as it stands in the books."""

    month: str
    state: str
    reason: str
    since: str | None
    """The day of the fact that decides, YYYY-MM-DD."""
    band: int | None
    amount: int
    held: int
    is_closed: bool
    settled: int | None
    """What was paid for it in all, in fen; None while it is open."""
    differences: tuple[DifferenceView, ...] = ()
    """What this month's list made good of others."""
    paid: str | None = None


@dataclass(frozen=True, slots=True)
class PersonMonths:
    """A person's months, the latest first."""

    subject_id: str
    programme: str
    months: tuple[MonthLine, ...]
    coming: BandChangeView | None

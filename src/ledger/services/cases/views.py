"""Cases as those who work them off see them. Times are unix seconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ledger.services.enrol import RowProblem


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case in the queue."""

    id: str
    kind: str
    """As `domain.cases.CaseKind` names it."""
    state: str
    """open or resolved"""
    community: str | None
    """Community's code, where it can be told."""
    subject_id: str | None
    name: str | None = field(repr=False)
    opened_at: int
    deadline: int
    overdue: bool
    channel: str
    assignee: str | None
    """Display name of who sees to it."""
    outcome: str | None
    resolved_at: int | None
    codes: tuple[str, ...]
    """Message codes of what is asked."""
    import_id: str | None = None
    cells: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Of a roster's row, the filled cells by their headings, as they came."""
    problems: tuple[RowProblem, ...] = ()
    """Of a roster's row, what is wrong with it."""


@dataclass(frozen=True, slots=True)
class CasePage:
    """One page of cases, those due first first."""

    total: int
    counts: Mapping[str, int]
    """Cases by kind, whichever kind was asked for."""
    cases: tuple[CaseView, ...]


@dataclass(frozen=True, slots=True)
class CaseEventView:
    """Something that happened to a case."""

    kind: str
    """opened, assigned, note, source, life_sign or decided"""
    at: int
    actor: str | None
    """Display name; None for the register itself or a department's system."""
    organisation: str | None
    """Its code."""
    text: str | None = field(repr=False)
    detail: Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class CaseDetail:
    """A case with its story, and what the reader may decide."""

    case: CaseView
    text: str = field(repr=False)
    against: str | None
    """Code of the organisation that may not decide it where four eyes are due."""
    events: tuple[CaseEventView, ...]
    outcomes: tuple[str, ...]
    """As what the reader may decide it now."""
    hindrance: str | None
    """Message code of why the reader may not decide it, if they may not."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A case that was opened, or was open already."""

    id: str
    new: bool


@dataclass(frozen=True, slots=True)
class Decided:
    """A case decided, with the change on its way to the chain if it means one."""

    id: str
    outcome: str
    operation_id: str | None

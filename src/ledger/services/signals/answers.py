"""What the use cases of signals answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of a delivery's lines."""

    lines: int = 0
    stored: int = 0
    """New signals, corrections among them."""
    corrected: int = 0
    retracted: int = 0
    unchanged: int = 0
    """Said before, by an earlier delivery."""
    not_asked: int = 0
    """About people who are not due, or of whom nothing may be collected; not kept."""
    quarantined: int = 0


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery as its department sees it. Times are unix seconds."""

    id: int
    reference: str
    state: str
    """accepted, or quarantined as a whole; receiving if it was interrupted and must be sent again"""
    problem: str | None
    """Why the whole of it is in quarantine: a message code"""
    counts: Counts
    kinds: Mapping[str, int]
    """Signals stored, by kind"""
    received_at: int


@dataclass(frozen=True, slots=True)
class Quarantined:
    """What could not be taken, until it is sent again right or dismissed."""

    id: int
    delivery: str
    line: int
    """From 1; 0 stands for the whole delivery"""
    reference: str
    kind: str
    code: str
    created_at: int
    resolved_at: int | None
    resolution: str | None


@dataclass(frozen=True, slots=True)
class Flow:
    """That a department reports a kind, and on what basis."""

    department: str
    kind: str
    catalogue_entry: str
    basis: int
    legal_reference: str
    in_force: bool

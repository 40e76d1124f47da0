"""What the clients were answered, to be held against the chain afterwards. Times are the harness's own."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from threading import Lock
from typing import Any


@dataclass(frozen=True, slots=True)
class LookUp:
    """A verdict as the service gave it."""

    sent: float
    answered: float
    subject: str
    answer: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision as the service gave it."""

    sent: float
    answered: float
    subject: str
    decision: str
    reason: str


@dataclass(frozen=True, slots=True)
class Given:
    """A consent asked for: from `sent` on it may be in force."""

    sent: float
    subject: str


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A withdrawal that was answered 202."""

    answered: float
    subject: str


@dataclass
class Seen:
    """Everything seen in a run. Threads may write at once."""

    began: float = field(default_factory=time.monotonic)
    operations: list[str] = field(default_factory=list)
    rejected: Counter[str] = field(default_factory=Counter)
    look_ups: list[LookUp] = field(default_factory=list)
    decisions: list[Decided] = field(default_factory=list)
    given: list[Given] = field(default_factory=list)
    withdrawn: list[Withdrawn] = field(default_factory=list)
    surprises: Counter[str] = field(default_factory=Counter)
    """Answers that no client should get: internal errors above all."""
    rates: dict[str, Counter[int]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def now(self) -> float:
        """Seconds since the run began."""
        return time.monotonic() - self.began

    def count(self, what: str, number: int = 1) -> None:
        """So many of something in this second."""
        with self._lock:
            self.rates.setdefault(what, Counter())[int(self.now())] += number

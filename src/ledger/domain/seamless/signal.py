"""A signal: that a department's record shows a person on a day. What it counts for, the rules in use say."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from ledger.encoding.types import OrganisationId, Timestamp


class Signal(NamedTuple):
    """The last day in a month on which something of a kind happened, as one department reported it.

    A tuple, as a run reads a million of them. Times are unix seconds.
    """

    department: OrganisationId
    kind: str
    """Code of a kind in the programme's rules; one that the rules do not know counts for nothing."""
    occurred_on: date
    """In UTC+8."""
    received_at: Timestamp
    ended_at: Timestamp | None = None
    """When a correction, a retraction or a death's rescission took it back."""

    def known_at(self, time: Timestamp) -> bool:
        """Whether it had arrived, and had not been taken back, at this time."""
        return self.received_at <= time and (self.ended_at is None or time < self.ended_at)

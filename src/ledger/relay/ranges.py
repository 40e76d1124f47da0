"""How many blocks to ask a node for at once. Nodes limit a query by blocks, by logs, by bytes or by time, and
say so in as many ways as there are nodes; so what a node refuses is halved, whatever it says. No I/O.
"""

from __future__ import annotations

_FIRST = 100
_QUICK, _SLOW = 0.5, 4.0
"""Seconds: a range read quicker than this is doubled, one slower is halved."""
_TRY_AGAIN = 32
"""Ranges after which one larger than what was once refused is tried again: other blocks hold fewer logs."""


class Span:
    """The size of the next range, in blocks: at least 1, at most `limit`."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._ceiling = limit
        self._read = 0
        self.blocks = min(_FIRST, limit)

    def took(self, seconds: float) -> None:
        """A range was read in this time."""
        self._read += 1
        if self._read % _TRY_AGAIN == 0:
            self._ceiling = min(self._ceiling * 2, self._limit)
        if seconds > _SLOW:
            self.blocks = max(1, self.blocks // 2)
        elif seconds < _QUICK:
            self.blocks = min(self.blocks * 2, self._ceiling)

    def refused(self) -> None:
        """The node would not, or could not, answer for so many."""
        self._read = 0
        self.blocks = self._ceiling = max(1, self.blocks // 2)

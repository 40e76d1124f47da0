"""What the service says about itself: its health and the deployment it stands on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ledger.services.answers import AsOfView


@dataclass(frozen=True, slots=True)
class Health:
    """Whether answers can be relied on now."""

    ready: bool
    trouble: str | None
    """Message code of what is wrong, if anything."""
    as_of: AsOfView | None
    head: int
    """The node's head when it last answered."""
    checked_seconds_ago: float
    waiting: int
    """Operations accepted and not final."""


class Status:
    """The use cases of asking the service about itself."""

    def health(self) -> Health:
        """Health now; never raises."""
        raise NotImplementedError

    def deployment(self) -> dict[str, Any]:
        """The public deployment description: chain, contracts, code hashes, organisations, programmes."""
        raise NotImplementedError

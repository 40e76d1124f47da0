"""What the rest of the ledger needs to know of whoever makes the blocks."""

from __future__ import annotations

from typing import Protocol

from ledger.chain.rpc import Rpc
from ledger.encoding.types import BlockNumber


class Engine(Protocol):
    """A chain's engine."""

    @property
    def name(self) -> str:
        """ "embedded" or "remote"."""
        ...

    @property
    def rpc(self) -> Rpc:
        """The node."""
        ...

    @property
    def log_range(self) -> int:
        """How many blocks one query for logs may span."""
        ...

    def seal(self) -> None:
        """Puts what was sent into a block now, if blocks are made by asking; elsewhere does nothing."""
        ...

    def final_height(self, head: BlockNumber) -> BlockNumber:
        """The height up to which nothing changes any more while `head` is the node's newest block."""
        ...

    def close(self) -> None:
        """Ends what was started."""
        ...

"""A chain that others run, reached by a node's URL."""

from __future__ import annotations

from ledger.chain.rpc import Rpc
from ledger.encoding.types import BlockNumber


class RemoteEngine:
    """An `Engine` over a node of a chain that makes its blocks by itself.

    A block is final under `depth` others; 0 suits engines whose blocks are final at once (BFT).
    """

    name = "remote"
    log_range = 5_000  # Besu's default limit, the lowest of the common nodes

    def __init__(self, url: str, *, depth: int) -> None:
        self.rpc = Rpc(url)
        self._depth = depth

    def seal(self) -> None:
        """Nothing to do: the chain's own validators make blocks."""

    def final_height(self, head: BlockNumber) -> BlockNumber:
        """See `Engine.final_height`."""
        return BlockNumber(max(0, head - self._depth))

    def close(self) -> None:
        """Closes the connections."""
        self.rpc.close()

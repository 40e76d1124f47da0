"""A chain that others run, reached by the URL of a node, or of several."""

from __future__ import annotations

from collections.abc import Sequence

from ledger.chain.nodes import CHECK_EVERY, NodeHealth, NodePool
from ledger.chain.rpc import Rpc
from ledger.encoding.types import BlockNumber

PATIENCE = 30.0
"""Seconds: a node behind a balancer, or one that was restarted, is soon where it was."""


class RemoteEngine:
    """An `Engine` over nodes of a chain that makes its blocks by itself.

    A block is final under `depth` others; 0 suits engines whose blocks are final at once (BFT).
    """

    name = "remote"
    log_range = 5_000  # Besu's default limit, the lowest of the common nodes

    def __init__(
        self,
        urls: Sequence[str],
        *,
        depth: int,
        patience: float = PATIENCE,
        check_every: float = CHECK_EVERY,
    ) -> None:
        """`patience` and `check_every`, with which several nodes are compared, in seconds."""
        self._pool = NodePool(urls, depth=depth, check_every=check_every) if len(urls) > 1 else None
        self.rpc: Rpc = self._pool or Rpc(urls[0])
        self.patience = patience
        self._depth = depth

    def seal(self) -> None:
        """Nothing to do: the chain's own validators make blocks."""

    def final_height(self, head: BlockNumber) -> BlockNumber:
        """See `Engine.final_height`."""
        return BlockNumber(max(0, head - self._depth))

    def change_node(self, code: str) -> bool:
        """See `Engine.change_node`."""
        return self._pool is not None and self._pool.reject(code)

    def nodes(self) -> Sequence[NodeHealth]:
        """See `Engine.nodes`."""
        return self._pool.health() if self._pool else ()

    def close(self) -> None:
        """Closes the connections."""
        self.rpc.close()

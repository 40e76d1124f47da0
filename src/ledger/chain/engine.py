"""What the rest of the ledger needs to know of whoever makes the blocks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ledger.chain.nodes import NodeHealth
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
        """The node, or several as one."""
        ...

    @property
    def patience(self) -> float:
        """Seconds until a node that has fewer blocks than before is taken to say that the chain went back."""
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

    def change_node(self, code: str) -> bool:
        """The node's answer can't be right, for this message code. Whether another is asked from now on."""
        ...

    def nodes(self) -> Sequence[NodeHealth]:
        """How each node is, if there are several to choose from."""
        ...

    def close(self) -> None:
        """Ends what was started."""
        ...

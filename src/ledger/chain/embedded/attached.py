"""The embedded chain as processes see it that do not run it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ledger.chain.nodes import NodeHealth
from ledger.chain.rpc import NodeUnreachable, Rpc
from ledger.encoding.types import BlockNumber
from ledger.keys.files import write_private

RUNNING = "running"
"""A file beside the journal that holds the node's address while it may be asked."""


def announce(directory: Path, url: str) -> None:
    """From now on the node of this folder may be asked by others."""
    write_private(directory / RUNNING, url.encode())


def withdraw(directory: Path) -> None:
    """From now on it may not: it is down, or does not stand where the journal ends."""
    (directory / RUNNING).unlink(missing_ok=True)


class AttachedChain:
    """An `Engine` over the node that the worker runs on the chain in `directory`, wherever that is now."""

    name = "embedded"
    log_range = 100_000
    patience = 0.0

    def __init__(self, directory: Path) -> None:
        self._file = directory / RUNNING
        self._rpc: Rpc | None = None

    @property
    def rpc(self) -> Rpc:
        """The node's interface. Raises NodeUnreachable while there is none."""
        try:
            url = self._file.read_text("utf-8")
        except FileNotFoundError:
            raise NodeUnreachable(
                "node_unreachable", node=str(self._file.parent), method="", reason="not running"
            ) from None
        if self._rpc is None or self._rpc.url != url:
            self._rpc = Rpc(url)
        return self._rpc

    def seal(self) -> None:
        """Nothing to do: the worker mines what waits."""

    def final_height(self, head: BlockNumber) -> BlockNumber:
        """See `Engine.final_height`. Only whoever keeps the journal knows more than that a block is mined."""
        return head

    def change_node(self, code: str) -> bool:  # noqa: ARG002
        """See `Engine.change_node`: there is no other."""
        return False

    def nodes(self) -> Sequence[NodeHealth]:
        """See `Engine.nodes`: nothing to choose from."""
        return ()

    def close(self) -> None:
        """Closes the connections."""
        if self._rpc is not None:
            self._rpc.close()

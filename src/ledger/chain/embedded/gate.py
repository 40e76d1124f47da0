"""The embedded chain's interface, shut while Anvil is being brought back."""

from __future__ import annotations

from threading import Condition
from typing import Any

from ledger.chain.rpc import NodeUnreachable, Rpc


class GatedRpc(Rpc):
    """An `Rpc` that outlives the process behind it, as that is started again on the same port.

    Until it stands where the journal ends, a fresh Anvil must be shown to nobody: its head would seem to
    have gone back, and a transaction sent to it would end up in a block of the past.
    """

    def __init__(self, url: str, *, response_limit: int) -> None:
        super().__init__(url, response_limit=response_limit)
        self._gate = Condition()
        self._is_shut = False
        self._inside = 0

    def shut(self) -> None:
        """Lets nobody in, and waits for those inside: with the process dead they leave at once."""
        with self._gate:
            self._is_shut = True
            self._gate.wait_for(lambda: not self._inside)

    def open(self) -> None:
        """Lets everyone in again."""
        with self._gate:
            self._is_shut = False

    def _exchange(self, request: Any, what: str, timeout: float | None) -> Any:
        with self._gate:
            if self._is_shut:
                raise NodeUnreachable(
                    "node_unreachable", node=self.location, method=what, reason="restarting"
                )
            self._inside += 1
        try:
            return super()._exchange(request, what, timeout)
        finally:
            with self._gate:
                self._inside -= 1
                self._gate.notify_all()

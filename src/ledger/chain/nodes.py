"""Several nodes of one chain as one: the healthy are asked, the others named and left out until they mend."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import structlog

from ledger.chain.blocks import blocks_at, head
from ledger.chain.rpc import NodeUnreachable, Rpc
from ledger.chain.standing import Said, height_to_compare, judge
from ledger.errors import CannotKnow

log = structlog.get_logger(__name__)

CHECK_EVERY = 2.0
"""Seconds between comparisons of the nodes."""
_PROBE_TIMEOUT = 2.0
_TIMEOUT = 10.0
"""Seconds before the next node is asked instead."""
_SHORTEST_BAN, _LONGEST_BAN = 60.0, 3600.0
"""Seconds for which a node is not asked whose answers were found wrong, doubled each time."""
_LAST_RESORT = ("node_behind", "node_unreachable")
"""What may have passed by the time that nothing better is left; in this order."""


@dataclass(frozen=True, slots=True)
class NodeHealth:
    """How a node is: its address without credentials, its newest block when last asked, the message code of
    why it is left out (None: it isn't), and whether it is the one being asked.
    """

    node: str
    head: int
    trouble: str | None
    in_use: bool


@dataclass(slots=True, eq=False)
class _Node:
    rpc: Rpc
    head: int = 0
    trouble: str | None = None
    banned_until: float = 0.0
    bans: int = 0


class NodePool(Rpc):
    """An `Rpc` over several nodes. Threads may share it.

    One node is asked as long as it is well, so that answers fit together; if it gives none, the same question
    goes to the next (every question we ask may be repeated: raw transactions are the same bytes).
    Transactions go to all that are well: none of them can keep one from the chain. Meanwhile all are compared
    every `check_every` seconds. Raises NodeUnreachable `nodes_unusable` if none is left.
    """

    def __init__(self, urls: Sequence[str], *, depth: int, check_every: float = CHECK_EVERY) -> None:
        """`depth`: blocks above one that makes it final, and comparable. Asks every node once."""
        super().__init__(urls[0])
        self._nodes = [_Node(Rpc(url, timeout=_TIMEOUT)) for url in urls]
        self._depth = depth
        self._in_use = self._nodes[0]
        self._answered = threading.local()  # by which node, in this thread
        self._agreed: tuple[int, bytes | None] = (0, None)
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self.check()
        self._checker = threading.Thread(
            target=self._keep_checking, args=(check_every,), name="nodes", daemon=True
        )
        self._checker.start()

    def health(self) -> list[NodeHealth]:
        """How each node is, in the order in which they were given."""
        return [
            NodeHealth(node.rpc.location, node.head, node.trouble, node is self._in_use)
            for node in self._nodes
        ]

    def reject(self, code: str) -> bool:
        """What this thread was answered last can't be right: leave that node out for a while.

        Returns whether another takes its place; if none can, it is kept.
        """
        with self._lock:
            node = getattr(self._answered, "node", self._in_use)
            if not any(other.trouble is None for other in self._nodes if other is not node):
                return False
            node.banned_until = time.monotonic() + min(_SHORTEST_BAN * 2**node.bans, _LONGEST_BAN)
            node.bans += 1
            self._judge(node, code)
            return True

    def check(self) -> None:
        """Compares the nodes, and names those whose standing has changed."""
        said = [_probe(node.rpc) for node in self._nodes]
        now = time.monotonic()
        candidates = [
            None if node.banned_until > now else one for node, one in zip(self._nodes, said, strict=True)
        ]
        heads = [one.head for one in candidates if one is not None]
        height = height_to_compare(heads, self._depth) if heads else 0
        agreed_at, agreed = self._agreed
        compared = [
            None if one is None else _compare(node.rpc, one, height, agreed_at)
            for node, one in zip(self._nodes, candidates, strict=True)
        ]
        verdicts = judge(compared, agreed)
        with self._lock:
            for node, one, verdict in zip(self._nodes, said, verdicts, strict=True):
                node.head = node.head if one is None else one.head
                if node.banned_until <= now:
                    self._judge(node, verdict)
        for one, verdict in zip(compared, verdicts, strict=True):
            if one is not None and verdict is None:  # they all say the same
                self._agreed = height, one.compared

    def close(self) -> None:
        """Ends the comparing and closes the connections."""
        self._closing.set()
        self._checker.join()
        for node in self._nodes:
            node.rpc.close()
        super().close()

    def _exchange(self, request: Any, what: str, timeout: float | None) -> Any:
        failure: NodeUnreachable | None = None
        order = self._order()
        for place, node in enumerate(order):
            self._answered.node = node
            try:
                answer = self._ask(node, request, what, timeout)
            except NodeUnreachable as error:
                failure = error
                continue
            with self._lock:
                self._use(node)
            if _sends(request):
                for other in order[place + 1 :]:
                    with suppress(NodeUnreachable):
                        self._ask(other, request, what, timeout)
            return answer
        if failure is None:
            troubles = ", ".join(f"{node.rpc.location}: {node.trouble}" for node in self._nodes)
            failure = NodeUnreachable("nodes_unusable", nodes=troubles)
        raise failure

    def _ask(self, node: _Node, request: Any, what: str, timeout: float | None) -> Any:
        try:
            return node.rpc._exchange(request, what, timeout)  # noqa: SLF001  # a client like this one
        except NodeUnreachable as error:
            with self._lock:
                self._judge(node, error.code)
            raise

    def _order(self) -> list[_Node]:
        """Whom to ask: who was asked before, the others that are well, and then who may have mended."""
        with self._lock:
            well = [node for node in (self._in_use, *self._nodes) if node.trouble is None]
            rest = [node for code in _LAST_RESORT for node in self._nodes if node.trouble == code]
        return list(dict.fromkeys([*well, *rest]))

    def _use(self, node: _Node) -> None:
        if node is not self._in_use:
            log.warning("node.in_use", node=node.rpc.location, instead_of=self._in_use.rpc.location)
            self._in_use = node
            self.location = node.rpc.location

    def _judge(self, node: _Node, trouble: str | None) -> None:
        if trouble == node.trouble:
            return
        if trouble is None:
            log.info("node.back", node=node.rpc.location, after=node.trouble)
        else:
            log.warning("node.left_out", node=node.rpc.location, code=trouble)
        node.trouble = trouble

    def _keep_checking(self, every: float) -> None:
        while not self._closing.wait(every):
            try:
                self.check()
            except Exception:
                log.exception("nodes.check_failed")


def _sends(request: Any) -> bool:
    first = request[0] if isinstance(request, list) else request
    return bool(first["method"] == "eth_sendRawTransaction")


def _probe(rpc: Rpc) -> Said | None:
    try:
        chain_id = int(rpc.call("eth_chainId", timeout=_PROBE_TIMEOUT), 16)
        return Said(chain_id, genesis=None, head=head(rpc, timeout=_PROBE_TIMEOUT).number)
    except (CannotKnow, TypeError, ValueError):
        return None


def _compare(rpc: Rpc, said: Said, height: int, agreed: int) -> Said | None:
    try:
        blocks = blocks_at(rpc, [0, height, agreed], timeout=_PROBE_TIMEOUT)
    except CannotKnow:
        return None
    genesis, compared, known = (None if block is None else block.hash for block in blocks)
    return replace(said, genesis=genesis, compared=compared, agreed=known)

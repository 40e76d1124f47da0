"""A node as the source of a replay."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from ledger.audit.segments import Segment, SegmentReader
from ledger.chain import headers
from ledger.chain.deployment import Deployment
from ledger.chain.headers import Header
from ledger.chain.rpc import Rpc
from ledger.chain.views import Head, Views
from ledger.domain.events import Contract
from ledger.encoding.types import Address
from ledger.errors import CannotKnow


class Node:
    """A `Source`."""

    def __init__(self, rpc: Rpc, deployment: Deployment) -> None:
        self.rpc = rpc
        self._addresses = deployment.addresses
        self._lowest = max(contract.block for contract in deployment.contracts.values())
        self._reader = SegmentReader(rpc, list(self._addresses.values()))

    @property
    def location(self) -> str:
        """See `Source.location`."""
        return self.rpc.location

    def chain_id(self) -> int:
        """See `Source.chain_id`."""
        return int(self.rpc.call("eth_chainId"), 16)

    def genesis(self) -> Header:
        """See `Source.genesis`."""
        return self.header(0)

    def newest(self, depth: int) -> Header:
        """See `Source.newest`. Raises CannotKnow `audit.node_syncing`, `audit.node_behind`."""
        if self.rpc.call("eth_syncing") is not False:
            raise CannotKnow("audit.node_syncing", node=self.location)
        newest = headers.parse(self.rpc.call("eth_getBlockByNumber", "latest", False))
        if newest is None:
            raise CannotKnow("audit.block_missing", block="latest")
        final = newest.number - depth
        if final < self._lowest:
            raise CannotKnow("audit.node_behind", node=self.location, got=final, expected=self._lowest)
        return newest if depth == 0 else self.header(final)

    def header(self, number: int) -> Header:
        """A block's header. Raises CannotKnow `audit.block_missing`."""
        header = headers.parse(self.rpc.call("eth_getBlockByNumber", hex(number), False))
        if header is None:
            raise CannotKnow("audit.block_missing", block=number)
        return header

    def code(self, contract: Contract, pinned: Header) -> bytes:
        """See `Source.code`."""
        at = {"blockHash": "0x" + pinned.hash.hex()}
        return bytes.fromhex(self.rpc.call("eth_getCode", self._addresses[contract], at)[2:])

    def segments(
        self, first: int, last: int, *, first_topics: Sequence[bytes] = (), signer: Address | None = None
    ) -> Iterator[Segment]:
        """See `Source.segments`."""
        return self._reader.read(first, last, first_topics=first_topics, signer=signer)

    def heads(self, contracts: Collection[Contract], pinned: Header) -> dict[Contract, Head]:
        """See `Source.heads`."""
        judged = {contract: self._addresses[contract] for contract in contracts}
        return Views(self.rpc, judged, pinned.hash).heads()

    def views(self, pinned: Header) -> Views:
        """See `Source.views`."""
        return Views(self.rpc, self._addresses, pinned.hash)

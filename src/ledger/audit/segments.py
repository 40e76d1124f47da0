"""Stretches of blocks with all their headers and the contracts' logs, fetched one ahead of who reads them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ledger.chain import headers
from ledger.chain.headers import Header
from ledger.chain.rpc import NodeUnreachable, Rpc, RpcError
from ledger.encoding import addresses
from ledger.encoding.types import Address, BlockNumber
from ledger.errors import CannotKnow

_FIRST_SPAN = 4
_WIDEST_SPAN = 2_000
_TARGET = 2 << 20
"""Bytes of log data in a stretch: few enough to hold two of them, enough that a round trip is not felt."""


@dataclass(frozen=True, slots=True)
class RawLog:
    """A log as a node gave it. `removed`: the node itself says that its block was left."""

    address: Address
    topics: tuple[bytes, ...]
    data: bytes
    block_number: BlockNumber
    block_hash: bytes
    transaction_hash: bytes
    index: int
    removed: bool


@dataclass(frozen=True, slots=True)
class Segment:
    """The blocks `headers`, each the next, and the logs in them, in the chain's order."""

    headers: Sequence[Header]
    logs: Sequence[RawLog]


class SegmentReader:
    """Reads the logs of some contracts. Several calls of `read` go on from each other's spans."""

    def __init__(self, rpc: Rpc, contracts: Sequence[Address]) -> None:
        self._rpc = rpc
        self._addresses = list(contracts)
        self._span = _FIRST_SPAN

    def read(
        self, first: int, last: int, *, first_topics: Sequence[bytes] = (), signer: Address | None = None
    ) -> Iterator[Segment]:
        """Blocks `first` to `last`, both included. Raises CannotKnow if the node won't say.

        Of the logs only those with one of `first_topics`, and with `signer` as their second indexed argument,
        if these are given.
        """
        topics = [[_hex(topic) for topic in first_topics], None, _hex(padded(signer))] if signer else []
        with ThreadPoolExecutor(1, thread_name_prefix="audit-fetch") as fetcher:
            waiting = fetcher.submit(self._fetch, first, last, topics)
            while (segment := waiting.result()).headers[-1].number < last:
                waiting = fetcher.submit(self._fetch, segment.headers[-1].number + 1, last, topics)
                yield segment
            yield segment

    def _fetch(self, first: int, last: int, topics: list[Any]) -> Segment:
        while True:
            upto = min(last, first + self._span - 1)
            try:
                logs = self._logs(first, upto, topics)
            except RpcError:  # too wide for this node, most likely; if it isn't that, one block fails as well
                if self._span == 1:
                    raise
                self._span //= 2
                continue
            size = sum(len(log.data) for log in logs)
            if size < _TARGET // 2:
                self._span = min(2 * self._span, _WIDEST_SPAN)
            elif size > _TARGET:
                self._span = max(1, self._span // 2)
            return Segment(self._headers(first, upto), logs)

    def _headers(self, first: int, upto: int) -> list[Header]:
        calls = [("eth_getBlockByNumber", (hex(number), False)) for number in range(first, upto + 1)]
        found = []
        for number, answer in zip(range(first, upto + 1), self._rpc.batch(calls), strict=True):
            header = headers.parse(answer)
            if header is None or header.number != number:
                raise CannotKnow("audit.block_missing", block=number)
            found.append(header)
        return found

    def _logs(self, first: int, upto: int, topics: list[Any]) -> list[RawLog]:
        query: dict[str, Any] = {"address": self._addresses, "fromBlock": hex(first), "toBlock": hex(upto)}
        if topics:
            query["topics"] = topics
        answer = self._rpc.call("eth_getLogs", query)
        try:
            logs = [_parse(log) for log in answer]
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise NodeUnreachable(
                "node_answer_malformed",
                node=self._rpc.location,
                method="eth_getLogs",
                reason=type(error).__name__,
            ) from error
        return sorted(logs, key=lambda log: (log.block_number, log.index))


def _parse(log: dict[str, Any]) -> RawLog:
    return RawLog(
        address=_address(log["address"]),
        topics=tuple([_bytes(topic) for topic in log["topics"]]),
        data=_bytes(log["data"]),
        block_number=BlockNumber(int(log["blockNumber"], 16)),
        block_hash=_bytes(log["blockHash"]),
        transaction_hash=_bytes(log["transactionHash"]),
        index=int(log["logIndex"], 16),
        removed=bool(log.get("removed", False)),
    )


@lru_cache(maxsize=64)
def _address(digits: str) -> Address:
    return addresses.from_bytes(_bytes(digits))


def _bytes(digits: str) -> bytes:
    return bytes.fromhex(digits[2:])


def _hex(value: bytes) -> str:
    return "0x" + value.hex()


def padded(address: Address) -> bytes:
    """An address as an indexed argument stands in a log."""
    return addresses.to_bytes(address).rjust(32, b"\0")

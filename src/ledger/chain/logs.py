"""The contracts' logs, as typed events in the chain's order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ledger.chain.bindings.events import decode_log
from ledger.chain.blocks import Block, blocks_at, bytes32, malformed
from ledger.chain.rpc import NodeUnreachable, Rpc
from ledger.domain.events import Contract, Event, LogPosition
from ledger.encoding.types import Address, BlockNumber

_METHOD = "eth_getLogs"


@dataclass(frozen=True, slots=True)
class _Log:
    contract: Contract
    topics: Sequence[bytes]
    data: bytes
    block_number: int
    block_hash: bytes
    transaction_hash: bytes
    index: int


def events_of_block(rpc: Rpc, contracts: Mapping[Contract, Address], block: Block) -> list[Event]:
    """The events of one block, asked for by its hash. Raises NodeUnreachable, RpcError (a block that is
    gone).
    """
    logs = _ask(rpc, contracts, {"blockHash": "0x" + block.hash.hex()})
    return _decode(rpc, logs, {block.number: block})


def events_between(
    rpc: Rpc, contracts: Mapping[Contract, Address], first: int, last: int
) -> tuple[list[Event], list[Block]]:
    """The events of the blocks `first` to `last`, both included, and the headers of the blocks they are in.

    Every event's block hash is that of the header; that the headers are on one chain is the caller's to
    check. Raises NodeUnreachable `node_inconsistent` if the node changed its mind between two questions.
    """
    logs = _ask(rpc, contracts, {"fromBlock": hex(first), "toBlock": hex(last)})
    numbers = sorted({log.block_number for log in logs})
    headers: dict[int, Block] = {}
    for number, block in zip(numbers, blocks_at(rpc, numbers), strict=True):
        if block is None or not first <= number <= last:
            raise _inconsistent(rpc, number)
        headers[number] = block
    return _decode(rpc, logs, headers), list(headers.values())


def _ask(rpc: Rpc, contracts: Mapping[Contract, Address], where: Mapping[str, str]) -> list[_Log]:
    by_address = {address.lower(): contract for contract, address in contracts.items()}
    answer = rpc.call(_METHOD, {"address": list(contracts.values()), **where})
    if not isinstance(answer, list):
        raise malformed(rpc, _METHOD, "no list")
    return [_log(rpc, item, by_address) for item in answer if not _is_removed(item)]


def _log(rpc: Rpc, item: Any, by_address: Mapping[str, Contract]) -> _Log:
    try:
        return _Log(
            contract=by_address[item["address"].lower()],
            topics=[bytes32(topic) for topic in item["topics"]],
            data=bytes.fromhex(item["data"][2:]),
            block_number=int(item["blockNumber"], 16),
            block_hash=bytes32(item["blockHash"]),
            transaction_hash=bytes32(item["transactionHash"]),
            index=int(item["logIndex"], 16),
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        raise malformed(rpc, _METHOD, "not a log of ours") from None


def _decode(rpc: Rpc, logs: Sequence[_Log], headers: Mapping[int, Block]) -> list[Event]:
    events: list[Event] = []
    previous = (-1, -1)
    for log in logs:
        block = headers.get(log.block_number)
        if block is None or block.hash != log.block_hash or (log.block_number, log.index) <= previous:
            raise _inconsistent(rpc, log.block_number)
        previous = (log.block_number, log.index)
        position = LogPosition(
            BlockNumber(log.block_number), block.hash, block.time, log.index, log.transaction_hash
        )
        event = decode_log(log.contract, log.topics, log.data, position)
        if event is not None:
            events.append(event)
    return events


def _is_removed(item: Any) -> bool:
    return isinstance(item, dict) and item.get("removed") is True


def _inconsistent(rpc: Rpc, number: int) -> NodeUnreachable:
    return NodeUnreachable("node_inconsistent", node=rpc.location, block=number)

"""Blocks and receipts, as a node tells them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ledger.chain.rpc import Call, NodeUnreachable, Rpc, RpcError
from ledger.encoding.types import BlockNumber, Timestamp

_NO_RECEIPT = "not found"
"""Cosmos EVM answers with this error where others answer null."""


@dataclass(frozen=True, slots=True)
class Block:
    """What a block's header says that we need. Hashes are 32 bytes."""

    number: BlockNumber
    hash: bytes
    parent_hash: bytes
    time: Timestamp
    state_root: bytes


@dataclass(frozen=True, slots=True)
class Receipt:
    """That a transaction is in a block, and whether it went through."""

    transaction_hash: bytes
    block_number: BlockNumber
    block_hash: bytes
    succeeded: bool
    gas_used: int


def head(rpc: Rpc, *, timeout: float | None = None) -> Block:
    """The node's newest block. `timeout` in seconds, by default the client's."""
    block = _block(rpc, rpc.call("eth_getBlockByNumber", "latest", False, timeout=timeout))
    if block is None:
        raise malformed(rpc, "eth_getBlockByNumber", "no newest block")
    return block


def block_at(rpc: Rpc, number: int) -> Block | None:
    """The block at a height, or None above the node's newest."""
    return _block(rpc, rpc.call("eth_getBlockByNumber", hex(number), False))


def block_of_hash(rpc: Rpc, block_hash: bytes) -> Block | None:
    """The block of a hash, or None if the node doesn't have it."""
    return _block(rpc, rpc.call("eth_getBlockByHash", "0x" + block_hash.hex(), False))


def blocks_at(rpc: Rpc, numbers: Iterable[int], *, timeout: float | None = None) -> list[Block | None]:
    """The blocks at many heights, in that order. `timeout` in seconds, by default the client's."""
    calls: list[Call] = [("eth_getBlockByNumber", [hex(number), False]) for number in numbers]
    return [_block(rpc, answer) for answer in rpc.batch(calls, timeout=timeout)]


def receipts(rpc: Rpc, transaction_hashes: Sequence[bytes]) -> list[Receipt | None]:
    """The receipt of each transaction, None for those in no block yet."""
    calls: list[Call] = [("eth_getTransactionReceipt", ["0x" + h.hex()]) for h in transaction_hashes]
    return [_receipt(rpc, answer) for answer in rpc.batch(calls, keep_errors=True)]


def malformed(rpc: Rpc, method: str, reason: str) -> NodeUnreachable:
    """The error for an answer that is JSON-RPC but not what the method returns."""
    return NodeUnreachable("node_answer_malformed", node=rpc.location, method=method, reason=reason)


def _block(rpc: Rpc, answer: Any) -> Block | None:
    if answer is None:
        return None
    try:
        return Block(
            number=BlockNumber(int(answer["number"], 16)),
            hash=bytes32(answer["hash"]),
            parent_hash=bytes32(answer["parentHash"]),
            time=Timestamp(int(answer["timestamp"], 16)),
            state_root=bytes32(answer["stateRoot"]),
        )
    except (KeyError, TypeError, ValueError):
        raise malformed(rpc, "eth_getBlockByNumber", "not a block") from None


def _receipt(rpc: Rpc, answer: Any) -> Receipt | None:
    if isinstance(answer, RpcError):
        if _NO_RECEIPT in answer.reason:
            return None
        raise answer
    if answer is None:
        return None
    try:
        return Receipt(
            transaction_hash=bytes32(answer["transactionHash"]),
            block_number=BlockNumber(int(answer["blockNumber"], 16)),
            block_hash=bytes32(answer["blockHash"]),
            succeeded=int(answer["status"], 16) == 1,
            gas_used=int(answer["gasUsed"], 16),
        )
    except (KeyError, TypeError, ValueError):
        raise malformed(rpc, "eth_getTransactionReceipt", "not a receipt") from None


def bytes32(text: str) -> bytes:
    """32 bytes from "0x" and 64 digits. Raises ValueError."""
    raw = bytes.fromhex(text.removeprefix("0x"))
    if len(raw) != 32:
        raise ValueError(text)
    return raw

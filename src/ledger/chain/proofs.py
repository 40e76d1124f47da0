"""Merkle-Patricia proofs from a node (EIP-1186, `eth_getProof`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ledger.chain import headers
from ledger.chain.blocks import malformed
from ledger.chain.headers import Header
from ledger.chain.rpc import Rpc
from ledger.encoding.trie import EMPTY_NODE
from ledger.encoding.types import Address

_METHOD = "eth_getProof"

Nodes = tuple[bytes, ...]
"""The nodes from a trie's root to where a key is, or would be."""


@dataclass(frozen=True, slots=True)
class AccountProof:
    """An account's nodes in the state trie, and those of each slot asked for in its storage trie."""

    account: Nodes
    slots: Mapping[bytes, Nodes]


def prove(
    rpc: Rpc, block_hash: bytes, slots: Mapping[Address, Sequence[bytes]]
) -> tuple[Header, dict[Address, AccountProof]]:
    """A block's header, and proofs of accounts and storage slots (32 bytes) in its state.

    One question for each account, however many slots: a node's work grows with the account's storage, not
    with what is asked. Raises NodeUnreachable; RpcError also if the node no longer keeps that block's state.
    """
    block = "0x" + block_hash.hex()
    asked = {address: list(dict.fromkeys(keys)) for address, keys in slots.items()}
    found, *answers = rpc.batch(
        [
            ("eth_getBlockByHash", [block, False]),
            *(
                (_METHOD, [address, ["0x" + key.hex() for key in keys], {"blockHash": block}])
                for address, keys in asked.items()
            ),
        ]
    )
    header = headers.parse(found)
    if header is None or header.computed_hash != block_hash:
        raise malformed(rpc, "eth_getBlockByHash", "not the header of this hash")
    return header, {
        address: _account(rpc, answer, keys)
        for (address, keys), answer in zip(asked.items(), answers, strict=True)
    }


def _account(rpc: Rpc, answer: Any, keys: Sequence[bytes]) -> AccountProof:
    try:
        return AccountProof(
            account=_nodes(answer["accountProof"]),
            slots={
                key: _nodes(slot["proof"]) for key, slot in zip(keys, answer["storageProof"], strict=True)
            },
        )
    except (KeyError, TypeError, ValueError):
        raise malformed(rpc, _METHOD, "no proof of what was asked") from None


def _nodes(answer: Any) -> Nodes:
    # Some nodes name the empty trie's node, which says no more than the root.
    return tuple(node for node in (bytes.fromhex(text[2:]) for text in answer) if node != EMPTY_NODE)

"""Proofs (EIP-1186) of a person's present words, under one block's header."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ledger.audit.archive import lines
from ledger.audit.node import Node
from ledger.chain.deployment import Deployment
from ledger.chain.proofs import prove
from ledger.chain.rpc import Rpc
from ledger.domain.events import Contract
from ledger.domain.tags import certification_slot
from ledger.encoding.hashing import keccak256, uint256
from ledger.encoding.types import Address


def proofs_of(rpc: Rpc, deployment: Deployment, story: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """For each tag of a story (`services.subject_story`) the trie nodes that show its word."""
    pinned = Node(rpc, deployment).newest(0)
    asked: dict[Address, list[bytes]] = {}
    places = []
    for tag in story:
        contract = Contract.CERTIFICATIONS if tag["kind"] == "certification" else Contract.CONSENTS
        name = lines.unhex(tag["tag"])
        key = certification_slot(tag["parts"][0], name) if contract is Contract.CERTIFICATIONS else name
        slot = keccak256(key + uint256(deployment.contracts[contract].slots["_slots"]))
        address = deployment.addresses[contract]
        asked.setdefault(address, []).append(slot)
        places.append((tag["tag"], address, slot))
    header, found = prove(rpc, pinned.hash, asked)
    return {
        "block": {"hash": lines.shown(header.hash), "rlp": lines.shown(header.encoded)},
        "words": [
            {
                "tag": tag,
                "contract": address,
                "slot": lines.shown(slot),
                "account": [lines.shown(node) for node in found[address].account],
                "storage": [lines.shown(node) for node in found[address].slots[slot]],
            }
            for tag, address, slot in places
        ],
    }

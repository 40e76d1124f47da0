"""What a seamless certification commits to of its evidence: a Merkle root, any leaf of which opens alone.

A leaf is its salt (16 bytes) ‖ the canonical JSON of what is said of one signal; the tree is RFC 6962's. The
salts derive from a seed in the sealed record, so that whoever is shown one leaf can't try out the others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ledger.domain import merkle
from ledger.domain.seamless.rules import SeamlessRules
from ledger.domain.seamless.signal import Signal
from ledger.encoding.canonical import canonical_json

SALT_SIZE = 16


@dataclass(frozen=True, slots=True)
class OpenedLeaf:
    """One signal shown in a dispute, with the proof that the certification stood on it."""

    said: dict[str, Any]
    salt: bytes
    index: int
    size: int
    proof: tuple[bytes, ...]


def leaves(
    signals: Sequence[tuple[int, Signal]], codes: Mapping[int, str], rules: SeamlessRules, seed: bytes
) -> list[bytes]:
    """The leaf hashes of signals with their rows' ids, in this order. `codes` names organisations."""
    # A night commits to a million of them. Codes and days need no escape, so this is their canonical JSON.
    beginnings: dict[tuple[str, int], str] = {}
    hashes = []
    for row_id, signal in signals:
        place = (signal.kind, signal.department)
        if place not in beginnings:
            said = _said(signal, codes, rules)
            beginnings[place] = (
                f'{{"class":"{said["class"]}","department":"{said["department"]}","kind":"{signal.kind}","on":"'
            )
        text = f'{beginnings[place]}{signal.occurred_on.isoformat()}","received_at":{signal.received_at}}}'
        hashes.append(merkle.leaf_hash(_salt(seed, row_id) + text.encode()))
    return hashes


def open_leaf(
    signals: Sequence[tuple[int, Signal]],
    index: int,
    *,
    codes: Mapping[int, str],
    rules: SeamlessRules,
    seed: bytes,
) -> OpenedLeaf:
    """The leaf at `index` of the same signals, for 0 <= index < len(signals)."""
    row_id, signal = signals[index]
    proof = merkle.inclusion_proof(leaves(signals, codes, rules, seed), index)
    said = _said(signal, codes, rules)
    return OpenedLeaf(said, _salt(seed, row_id), index, len(signals), tuple(proof))


def is_in(leaf: OpenedLeaf, root: bytes) -> bool:
    """Whether the evidence with this root holds the leaf."""
    hashed = merkle.leaf_hash(leaf.salt + canonical_json(leaf.said))
    return merkle.verify_inclusion(hashed, leaf.index, leaf.size, leaf.proof, root)


def _said(signal: Signal, codes: Mapping[int, str], rules: SeamlessRules) -> dict[str, Any]:
    return {
        "class": rules.by_code[signal.kind].evidence_class.value,
        "department": codes.get(signal.department, str(signal.department)),
        "kind": signal.kind,
        "on": signal.occurred_on.isoformat(),
        "received_at": signal.received_at,
    }


def _salt(seed: bytes, row_id: int) -> bytes:
    return hashlib.blake2b(row_id.to_bytes(8, "big"), key=seed, digest_size=SALT_SIZE).digest()

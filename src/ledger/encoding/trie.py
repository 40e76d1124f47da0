"""Merkle-Patricia tries (Ethereum yellow paper, appendix D), as far as reading a proof needs them."""

from __future__ import annotations

from collections.abc import Iterable

from ledger.encoding.hashing import keccak256
from ledger.encoding.rlp_list import Nested, decode_list

EMPTY_NODE = b"\x80"
EMPTY_ROOT = keccak256(EMPTY_NODE)
"""The root of a trie that holds nothing."""

_BRANCH, _PATH_AND_NEXT = 17, 2


class Nodes:
    """The nodes that a proof brings along, found by their hash, which is why their order says nothing."""

    def __init__(self, nodes: Iterable[bytes]) -> None:
        self._by_hash = {keccak256(node): node for node in nodes}
        self._unused = set(self._by_hash)

    @property
    def unused(self) -> int:
        """How many nodes no look-up has met."""
        return len(self._unused)

    def take(self, node_hash: bytes) -> bytes:
        """The node of this hash. Raises ValueError if the proof didn't bring it."""
        node = self._by_hash.get(node_hash)
        if node is None:
            raise ValueError(f"node 0x{node_hash.hex()} is missing")
        self._unused.discard(node_hash)
        return node


def look_up(root: bytes, key: bytes, nodes: Nodes) -> bytes | None:
    """The value under keccak256(`key`) in the trie of `root`; None if the nodes show that there is none.

    State and storage tries hash their keys, so all paths have 64 nibbles and branches hold no values.
    Raises ValueError if the nodes show neither.
    """
    if root == EMPTY_ROOT:
        return None
    path = keccak256(key).hex()
    at = 0
    node = nodes.take(root)
    while True:
        items = decode_list(node)
        if len(items) == _BRANCH:
            if at == len(path):
                raise ValueError("a branch below the last nibble")
            child = items[int(path[at], 16)]
            at += 1
            if not child:
                return None
        elif len(items) == _PATH_AND_NEXT:
            nibbles, is_leaf = _compact(items[0])
            if is_leaf:
                return _value(items[1], nibbles, path[at:])
            if not nibbles:
                raise ValueError("an extension of no nibbles")
            if not path.startswith(nibbles, at):
                return None
            at += len(nibbles)
            child = items[1]
        else:
            raise ValueError(f"a node of {len(items)} items")
        node = child if isinstance(child, Nested) else nodes.take(child)


def _value(value: bytes, nibbles: str, rest: str) -> bytes | None:
    if len(nibbles) != len(rest):
        raise ValueError("a leaf at the wrong depth")
    if isinstance(value, Nested) or not value:
        raise ValueError("a leaf without a value")
    return value if nibbles == rest else None


def _compact(encoded: bytes) -> tuple[str, bool]:
    """The nibbles, as hex digits, of a hex-prefix encoding (appendix C), and whether it is a leaf's."""
    digits = encoded.hex()
    if isinstance(encoded, Nested) or not digits or digits[0] not in "0123":
        raise ValueError("not a hex-prefix encoding")
    flag = int(digits[0])
    if flag % 2 == 0 and digits[1] != "0":
        raise ValueError("not a hex-prefix encoding")
    return digits[2 - flag % 2 :], flag >= 2

"""The Merkle tree of RFC 6962, section 2.1, over SHA-256: roots, and proofs that a tree holds a leaf or grew.

A tree is the sequence of its leaf hashes, oldest first. Proofs are 32-byte hashes in the RFC's order.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of one leaf's bytes; another prefix than a node's, so that no node passes for a leaf."""
    return sha256(b"\x00" + leaf).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The Merkle tree hash (MTH) of these leaf hashes."""
    if not leaves:
        return EMPTY_ROOT
    level = list(leaves)
    while len(level) > 1:
        paired = [_node(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = paired + level[len(paired) * 2 :]
    return level[0]


class Growing:
    """A tree that leaf hashes are added to one by one, of which only the roots of whole subtrees are kept."""

    def __init__(self) -> None:
        self.size = 0
        self._whole: list[bytes] = []  # of as many leaves as the set bits of `size` say, the largest first

    def add(self, leaf: bytes) -> None:
        """Takes the next leaf hash in."""
        node, size = leaf, self.size
        while size & 1:
            node = _node(self._whole.pop(), node)
            size >>= 1
        self._whole.append(node)
        self.size += 1

    @property
    def root(self) -> bytes:
        """The Merkle tree hash of all leaves so far."""
        if not self._whole:
            return EMPTY_ROOT
        node = self._whole[-1]
        for left in reversed(self._whole[:-1]):
            node = _node(left, node)
        return node


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The audit path (PATH, section 2.1.1) of the leaf at `index`, for 0 <= index < len(leaves)."""
    if not 0 <= index < len(leaves):
        raise IndexError(f"leaf {index} of a tree of {len(leaves)}")
    if len(leaves) == 1:
        return []
    split = _split(len(leaves))
    if index < split:
        return [*inclusion_proof(leaves[:split], index), root(leaves[split:])]
    return [*inclusion_proof(leaves[split:], index - split), root(leaves[:split])]


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected_root: bytes
) -> bool:
    """Whether `proof` shows that the tree of `size` leaves with this root holds the leaf hash at `index`.

    The procedure of RFC 9162, section 2.1.3.2, which is the RFC 6962 tree's.
    """
    if not 0 <= index < size:
        return False
    position, last = index, size - 1
    computed = leaf
    for sibling in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            computed = _node(sibling, computed)
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            computed = _node(computed, sibling)
        position >>= 1
        last >>= 1
    return last == 0 and computed == expected_root


def consistency_proof(leaves: Sequence[bytes], old_size: int) -> list[bytes]:
    """The proof (PROOF, section 2.1.2) that this tree starts with its first `old_size` leaves.

    Empty for the empty tree and for the same size, which need none; 0 <= old_size <= len(leaves).
    """
    if not 0 <= old_size <= len(leaves):
        raise IndexError(f"a tree of {old_size} leaves within one of {len(leaves)}")
    if old_size == 0:
        return []
    return _subproof(leaves, old_size, whole=True)


def verify_consistency(
    old_size: int, old_root: bytes, size: int, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether `proof` shows that the tree of `size` leaves starts with the one of `old_size`.

    The procedure of RFC 9162, section 2.1.4.2.
    """
    if not 0 <= old_size <= size:
        return False
    if old_size == size:
        return not proof and old_root == new_root
    if old_size == 0:
        return not proof and old_root == EMPTY_ROOT
    path = list(proof)
    if old_size & (old_size - 1) == 0:
        path.insert(0, old_root)
    if not path:
        return False
    position, last = old_size - 1, size - 1
    while position & 1:
        position >>= 1
        last >>= 1
    computed_old = computed_new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            computed_old = _node(sibling, computed_old)
            computed_new = _node(sibling, computed_new)
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            computed_new = _node(computed_new, sibling)
        position >>= 1
        last >>= 1
    return last == 0 and computed_old == old_root and computed_new == new_root


def _subproof(leaves: Sequence[bytes], old_size: int, *, whole: bool) -> list[bytes]:
    if old_size == len(leaves):
        return [] if whole else [root(leaves)]
    split = _split(len(leaves))
    if old_size <= split:
        return [*_subproof(leaves[:split], old_size, whole=whole), root(leaves[split:])]
    return [*_subproof(leaves[split:], old_size - split, whole=False), root(leaves[:split])]


def _split(size: int) -> int:
    """The largest power of two smaller than `size`."""
    return 1 << (size - 1).bit_length() - 1


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()

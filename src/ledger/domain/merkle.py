"""The Merkle tree of RFC 6962, section 2.1, over SHA-256: roots, and proofs that a tree holds a leaf or grew.

A tree is the sequence of its leaf hashes, oldest first. Proofs are 32-byte hashes in the RFC's order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
    """A tree that leaf hashes are added to one by one, of which only the roots of whole subtrees are kept.

    It goes on from `size` leaves whose whole subtrees have the roots `whole`, the largest first: as many as
    `size` has set bits. `completed` is told each inner node that becomes whole: its level (a leaf's is 0),
    its position among the nodes of that level, its hash.
    """

    def __init__(
        self,
        size: int = 0,
        whole: Sequence[bytes] = (),
        completed: Callable[[int, int, bytes], None] | None = None,
    ) -> None:
        self.size = size
        self.whole = list(whole)
        self._completed = completed

    def add(self, leaf: bytes) -> None:
        """Takes the next leaf hash in."""
        node, level = leaf, 0
        while self.size >> level & 1:
            node = _node(self.whole.pop(), node)
            level += 1
            if self._completed is not None:
                self._completed(level, self.size >> level, node)
        self.whole.append(node)
        self.size += 1

    @property
    def root(self) -> bytes:
        """The Merkle tree hash of all leaves so far."""
        return _joined(self.whole) if self.whole else EMPTY_ROOT


def range_root(start: int, end: int, node: Callable[[int, int], bytes]) -> bytes:
    """The Merkle tree hash of the leaves from `start` to before `end`, one of the ranges that proofs name.

    `node` gives the whole subtree's root at a level and a position.
    """
    whole = []
    while start < end:
        level = (end - start).bit_length() - 1
        whole.append(node(level, start >> level))
        start += 1 << level
    return _joined(whole) if whole else EMPTY_ROOT


def inclusion_ranges(index: int, size: int) -> list[tuple[int, int]]:
    """The ranges of leaves whose roots are the audit path of the leaf at `index`, in the RFC's order."""
    if not 0 <= index < size:
        raise IndexError(f"leaf {index} of a tree of {size}")
    return _path(index, 0, size)


def consistency_ranges(old_size: int, size: int) -> list[tuple[int, int]]:
    """The ranges of leaves whose roots show that a tree starts with its first `old_size` leaves."""
    if not 0 <= old_size <= size:
        raise IndexError(f"a tree of {old_size} leaves within one of {size}")
    return [] if old_size == 0 else _subproof(old_size, 0, size, whole=True)


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The audit path (PATH, section 2.1.1) of the leaf at `index`, for 0 <= index < len(leaves)."""
    return [root(leaves[start:end]) for start, end in inclusion_ranges(index, len(leaves))]


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
    return [root(leaves[start:end]) for start, end in consistency_ranges(old_size, len(leaves))]


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


def _path(index: int, start: int, end: int) -> list[tuple[int, int]]:
    if end - start == 1:
        return []
    middle = start + _split(end - start)
    if index < middle:
        return [*_path(index, start, middle), (middle, end)]
    return [*_path(index, middle, end), (start, middle)]


def _subproof(old_end: int, start: int, end: int, *, whole: bool) -> list[tuple[int, int]]:
    if old_end == end:
        return [] if whole else [(start, end)]
    middle = start + _split(end - start)
    if old_end <= middle:
        return [*_subproof(old_end, start, middle, whole=whole), (middle, end)]
    return [*_subproof(old_end, middle, end, whole=False), (start, middle)]


def _split(size: int) -> int:
    """The largest power of two smaller than `size`."""
    return 1 << (size - 1).bit_length() - 1


def _joined(whole: Sequence[bytes]) -> bytes:
    """The root of whole subtrees beside each other, the largest first."""
    node = whole[-1]
    for left in reversed(whole[:-1]):
        node = _node(left, node)
    return node


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()

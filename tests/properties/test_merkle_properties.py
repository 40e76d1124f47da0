"""The Merkle tree: every leaf and every former size has a proof, and no other proof passes."""

from __future__ import annotations

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from ledger.domain import merkle

SIZES = st.integers(1, 70)


def tree(size: int) -> list[bytes]:
    return [merkle.leaf_hash(number.to_bytes(4, "big")) for number in range(size)]


def by_definition(leaves: list[bytes]) -> bytes:
    """MTH as RFC 6962, section 2.1, defines it: recursively."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + by_definition(leaves[:split]) + by_definition(leaves[split:])).digest()


@given(SIZES)
def test_the_root_is_the_rfcs_recursive_hash(size: int) -> None:
    assert merkle.root(tree(size)) == by_definition(tree(size))


@given(SIZES, st.data())
def test_each_leaf_is_proved_at_its_place_and_at_no_other(size: int, data: st.DataObject) -> None:
    leaves = tree(size)
    index, other = (data.draw(st.integers(0, size - 1)) for _ in range(2))
    proof, root = merkle.inclusion_proof(leaves, index), merkle.root(leaves)
    assert merkle.verify_inclusion(leaves[index], index, size, proof, root)
    assert merkle.verify_inclusion(leaves[index], other, size, proof, root) == (index == other)
    assert not merkle.verify_inclusion(merkle.leaf_hash(b"absent"), index, size, proof, root)


@given(SIZES, st.data())
def test_a_tree_is_proved_to_start_with_each_smaller_one(size: int, data: st.DataObject) -> None:
    leaves = tree(size)
    old_size = data.draw(st.integers(0, size))
    proof = merkle.consistency_proof(leaves, old_size)
    old_root, root = merkle.root(leaves[:old_size]), merkle.root(leaves)
    assert merkle.verify_consistency(old_size, old_root, size, root, proof)


@given(st.integers(2, 70), st.data())
def test_a_rewritten_past_is_never_consistent(size: int, data: st.DataObject) -> None:
    leaves = tree(size)
    old_size = data.draw(st.integers(1, size))
    forged = leaves.copy()
    forged[data.draw(st.integers(0, old_size - 1))] = merkle.leaf_hash(b"forged")
    for proof in (merkle.consistency_proof(leaves, old_size), merkle.consistency_proof(forged, old_size)):
        assert not merkle.verify_consistency(
            old_size, merkle.root(leaves[:old_size]), size, merkle.root(forged), proof
        )


@given(st.integers(2, 70), st.data())
def test_a_changed_proof_shows_nothing(size: int, data: st.DataObject) -> None:
    leaves = tree(size)
    root = merkle.root(leaves)
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion_proof(leaves, index)
    place = data.draw(st.integers(0, len(proof) - 1))
    flipped = bytes([proof[place][0] ^ 1]) + proof[place][1:]
    changed = [*proof[:place], flipped, *proof[place + 1 :]]
    assert not merkle.verify_inclusion(leaves[index], index, size, changed, root)
    assert not merkle.verify_inclusion(leaves[index], index, size, proof[:-1], root)
    assert not merkle.verify_inclusion(leaves[index], index, size, [*proof, root], root)

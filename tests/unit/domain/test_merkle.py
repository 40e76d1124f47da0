"""The Merkle tree, against the vectors that Certificate Transparency's own tests use (merkle_tree_test)."""

from __future__ import annotations

from hashlib import sha256

import pytest

from ledger.domain import merkle

INPUTS = [
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = [
    (0, 1, []),
    (
        0,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        5,
        8,
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (
        1,
        5,
        [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]
CONSISTENCY = [
    (1, 1, []),
    (
        1,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        6,
        8,
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (
        2,
        5,
        [
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]
LEAVES = [merkle.leaf_hash(bytes.fromhex(text)) for text in INPUTS]


def test_the_empty_trees_root_is_the_hash_of_nothing() -> None:
    assert merkle.root([]) == sha256(b"").digest()


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_certificate_transparency(size: int) -> None:
    assert merkle.root(LEAVES[:size]).hex() == ROOTS[size - 1]


@pytest.mark.parametrize(("index", "size", "path"), INCLUSION)
def test_inclusion_proofs_are_those_of_certificate_transparency(
    index: int, size: int, path: list[str]
) -> None:
    proof = merkle.inclusion_proof(LEAVES[:size], index)
    assert [node.hex() for node in proof] == path
    assert merkle.verify_inclusion(LEAVES[index], index, size, proof, bytes.fromhex(ROOTS[size - 1]))


@pytest.mark.parametrize(("old_size", "size", "path"), CONSISTENCY)
def test_consistency_proofs_are_those_of_certificate_transparency(
    old_size: int, size: int, path: list[str]
) -> None:
    proof = merkle.consistency_proof(LEAVES[:size], old_size)
    old_root, new_root = (bytes.fromhex(ROOTS[n - 1]) for n in (old_size, size))
    assert [node.hex() for node in proof] == path
    assert merkle.verify_consistency(old_size, old_root, size, new_root, proof)


def test_a_leaf_beyond_the_tree_has_no_proof() -> None:
    with pytest.raises(IndexError, match="leaf 3 of a tree of 3"):
        merkle.inclusion_proof(LEAVES[:3], 3)
    assert not merkle.verify_inclusion(LEAVES[3], 3, 3, [], merkle.root(LEAVES[:3]))


def test_a_tree_is_no_beginning_of_a_smaller_one() -> None:
    with pytest.raises(IndexError, match="a tree of 4 leaves within one of 3"):
        merkle.consistency_proof(LEAVES[:3], 4)
    assert not merkle.verify_consistency(4, merkle.root(LEAVES[:4]), 3, merkle.root(LEAVES[:3]), [])


def test_every_tree_starts_with_the_empty_one_which_needs_no_proof() -> None:
    root = merkle.root(LEAVES)
    assert merkle.consistency_proof(LEAVES, 0) == []
    assert merkle.verify_consistency(0, merkle.EMPTY_ROOT, 8, root, [])
    assert not merkle.verify_consistency(0, root, 8, root, [])
    assert not merkle.verify_consistency(0, merkle.EMPTY_ROOT, 8, root, [root])


def test_a_proof_that_is_too_short_or_too_long_shows_nothing() -> None:
    root, old_root = merkle.root(LEAVES), merkle.root(LEAVES[:6])
    inclusion, consistency = merkle.inclusion_proof(LEAVES, 5), merkle.consistency_proof(LEAVES, 6)
    assert not merkle.verify_inclusion(LEAVES[5], 5, 8, inclusion[:-1], root)
    assert not merkle.verify_inclusion(LEAVES[5], 5, 8, [*inclusion, root], root)
    assert not merkle.verify_consistency(6, old_root, 8, root, consistency[:-1])
    assert not merkle.verify_consistency(6, old_root, 8, root, [*consistency, root])
    assert not merkle.verify_consistency(6, old_root, 8, root, [])
    assert not merkle.verify_consistency(8, root, 8, root, [root])
    assert not merkle.verify_consistency(8, old_root, 8, root, [])


def test_a_growing_tree_has_the_root_of_the_tree_at_every_size() -> None:
    leaves = [merkle.leaf_hash(bytes([number])) for number in range(40)]
    growing = merkle.Growing()
    for size in range(len(leaves) + 1):
        assert (growing.size, growing.root) == (size, merkle.root(leaves[:size]))
        if size < len(leaves):
            growing.add(leaves[size])

"""Checks an access proof. No I/O; nothing is believed that comes from the proof itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ledger.domain import merkle
from ledger.domain.access.entry import commitment, leaf_of
from ledger.domain.access.proof import AccessProof


class Step(StrEnum):
    """The steps, in their order."""

    RECEIPT = "receipt"
    SUBJECT = "subject"
    TREE = "tree"


@dataclass(frozen=True, slots=True)
class Checked:
    """A step: whether it holds, None if that can't be known; what was got and what was expected."""

    step: Step
    holds: bool | None
    got: str
    expected: str


Heads = Mapping[tuple[int, int], bytes]
"""Anchored roots by organisation and size, as the chain has them."""
Read = Callable[[str], Mapping[str, Any]]
"""The payload of a receipt that the pinned operator signed. Raises ValueError with why there is none."""


def check(proof: AccessProof, read: Read, heads: Heads | None) -> Sequence[Checked]:
    """1. the receipt is the operator's, and for this entry at this index; 2. the person is the one named;
    3. the entry is in the tree that the chain anchors. `heads` is None if no chain is at hand.
    """
    leaf = leaf_of(proof.content())
    done = []
    if proof.receipt is not None:
        done.append(_receipt(proof, leaf, read))
    if proof.subject is not None:
        got = commitment(proof.subject.opening, proof.subject.id)
        expected = str(proof.entry.subject)
        done.append(Checked(Step.SUBJECT, got == expected, got, expected))
    done.append(_tree(proof, leaf, heads))
    return done


def _receipt(proof: AccessProof, leaf: bytes, read: Read) -> Checked:
    expected = f"0x{leaf.hex()} {proof.index}"
    try:
        said = read(str(proof.receipt))
    except ValueError as error:
        return Checked(Step.RECEIPT, False, str(error), expected)
    got = f"{said.get('leaf')} {said.get('index')}"
    return Checked(Step.RECEIPT, got == expected, got, expected)


def _tree(proof: AccessProof, leaf: bytes, heads: Heads | None) -> Checked:
    if proof.tree is None:
        return Checked(Step.TREE, None, "no path", "a path in an anchored tree")
    size = f"{proof.tree.size} entries of organisation {proof.tree.organisation}"
    if heads is None:
        return Checked(Step.TREE, None, size, "the chain's own head of that size")
    root = heads.get((proof.tree.organisation, proof.tree.size))
    if root is None:
        return Checked(Step.TREE, False, size, f"one of {len(heads)} anchored heads")
    holds = merkle.verify_inclusion(leaf, proof.index, proof.tree.size, proof.tree.path, root)
    return Checked(
        Step.TREE, holds, f"0x{leaf.hex()} at {proof.index}", f"in the tree of root 0x{root.hex()}"
    )

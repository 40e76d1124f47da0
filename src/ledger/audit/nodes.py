"""Step 11: two histories compared at one block hash, and the first block at which they part."""

from __future__ import annotations

from ledger.audit.findings import Code, Finding, Findings, Where, shown
from ledger.audit.source import Source
from ledger.chain.deployment import Deployment
from ledger.chain.headers import Header
from ledger.errors import CannotKnow


def compare(
    first: Source, second: Source, pinned: Header, deployment: Deployment, findings: Findings
) -> None:
    """Compares the second history with the first at the first's pinned block.

    The same hash stands for the same history; then the second is also asked for what the contracts hold
    there, since a node can give a right hash and wrong answers. Raises CannotKnow if the second does not have
    the block yet, or no longer keeps its state.
    """
    chain_id = second.chain_id()
    if chain_id != deployment.chain_id:
        return findings.add(
            Finding(Code.NODES_PART, Where(), f"chain {chain_id}", f"chain {deployment.chain_id}")
        )
    if second.newest(0).number < pinned.number:
        raise CannotKnow("audit.second_behind", node=second.location, expected=pinned.number)
    theirs = second.header(pinned.number)
    if theirs.hash != pinned.hash:
        parting = first_difference(first, second, deployment.first_block, pinned.number)
        got, expected = second.header(parting), first.header(parting)
        where = Where(block=parting)
        return findings.add(Finding(Code.NODES_PART, where, shown(got.hash), shown(expected.hash)))
    if (ours := first.views(pinned)) is None or (others := second.views(pinned)) is None:
        return None
    held = ours.heads()
    for contract, head in others.heads().items():
        if head != held[contract]:
            where = Where(contract=str(contract), block=pinned.number)
            findings.add(Finding(Code.NODES_DIFFER, where, shown(head.head), shown(held[contract].head)))
    return None


def first_difference(first: Source, second: Source, low: int, last: int) -> int:
    """The lowest block, of `low` to `last`, at which both don't have the same one; they differ at `last`.

    Headers name their parents, so histories that part stay parted: halving finds the place.
    """
    high = last
    while low < high:
        middle = (low + high) // 2
        if first.header(middle).hash == second.header(middle).hash:
            low = middle + 1
        else:
            high = middle
    return low

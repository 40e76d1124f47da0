"""Which of several nodes can be believed, by what they say of one height. No I/O."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

FARTHEST_BEHIND = 5
"""Blocks that a node may be behind the best: nodes are asked one after another while the chain goes on."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a node says of its chain. Hashes have 32 bytes, None for a block that it doesn't have."""

    chain_id: int
    genesis: bytes | None
    head: int
    compared: bytes | None = None
    """Its block at the height of `height_to_compare`."""
    agreed: bytes | None = None
    """Its block at the height that the nodes agreed on last time."""


def height_to_compare(heads: Sequence[int], depth: int) -> int:
    """The height that every node has which is not behind, under `depth` blocks that may still change."""
    lowest = min(head for head in heads if head >= max(heads) - FARTHEST_BEHIND)
    return max(0, lowest - depth)


def judge(said: Sequence[Said | None], agreed: bytes | None) -> list[str | None]:
    """For each node (None: it gave no answer) a message code of why it is not to be asked, None if it is.

    1. `node_unreachable`: no answer.
    2. `node_behind`: it lacks blocks that another has.
    3. `node_history_differs`: it has another block than `agreed` where another node still has that one, as
       all had. (If none has it any more, the chain itself went back.)
    4. `node_block_differs`: most of those left have another chain, or another block at the compared height.
       `nodes_disagree`: as many say the one as the other, and which is right can't be known.
    """
    verdicts: list[str | None] = ["node_unreachable" if one is None else None for one in said]
    if agreed not in {one.agreed for one in said if one is not None}:
        agreed = None
    best = max((one.head for one in said if one is not None), default=0)
    for place, one in enumerate(said):
        if one is None:
            continue
        if one.head < best - FARTHEST_BEHIND:
            verdicts[place] = "node_behind"
        elif agreed is not None and one.agreed is not None and one.agreed != agreed:
            verdicts[place] = "node_history_differs"
    votes = Counter(
        _vote(one) for one, verdict in zip(said, verdicts, strict=True) if one is not None and verdict is None
    )
    most = max(votes.values(), default=0)
    winners = [vote for vote, count in votes.items() if count == most]
    for place, one in enumerate(said):
        if one is None or verdicts[place] is not None:
            continue
        if _vote(one) not in winners:
            verdicts[place] = "node_block_differs"
        elif len(winners) > 1:
            verdicts[place] = "nodes_disagree"
    return verdicts


def _vote(one: Said) -> tuple[int, bytes | None, bytes | None]:
    return one.chain_id, one.genesis, one.compared

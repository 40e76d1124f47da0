"""Whether the index can be relied on: what counts is that the node answers, not how old its head is."""

from __future__ import annotations

FARTHEST_BEHIND = 64
"""Blocks that the index may trail the node's head by while it keeps up with a busy chain."""


def doubt(
    *,
    checked_at: float | None,
    trouble: str | None,
    behind: int,
    now: float,
    stale_after: float,
) -> str | None:
    """Message code of why the index can't be relied on at `now`, None if it can.

    `checked_at` is when the node last answered (unix seconds; None: never), `trouble` what the follower found
    wrong, `behind` by how many blocks the index trails the node's head, `stale_after` in seconds.
    """
    if checked_at is None:
        return "index_empty"
    if trouble is not None:
        return trouble
    if abs(now - checked_at) > stale_after:  # in the future: the clock was set back, and it may be any age
        return "index_stale"
    if behind > FARTHEST_BEHIND:
        return "index_behind"
    return None

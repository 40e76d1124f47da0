"""What is refused of a tree head (`IAnchors.anchor`)."""

from __future__ import annotations

from ledger.domain.codes import Stream
from ledger.domain.rules.authority import Authority, check_authority, check_deadline
from ledger.domain.rules.refusal import Refusal


def check_tree_head(
    *,
    organisation: int,
    stream: int,
    size: int,
    previous_size: int,
    deadline: int,
    authority: Authority,
    block_time: int,
) -> Refusal | None:
    """A known stream, signed in time by its own organisation, grown beyond `previous_size` (0 if none)."""
    if not Stream.ACCESS_LOG <= stream <= Stream.MONTHS:
        return Refusal("StreamUnknown", (stream,))
    if refusal := check_deadline(deadline, block_time) or check_authority(authority, block_time):
        return refusal
    if authority.organisation != organisation:
        return Refusal("SignerOfOther", (authority.signer, authority.organisation, organisation))
    if size <= previous_size:
        return Refusal("SizeNotGrown", (size, previous_size))
    return None

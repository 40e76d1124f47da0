"""The way of a change to the chain, as a state machine: the table that docs/submission.md shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

State = Literal["accepted", "batched", "signed", "prepared", "sent", "included", "final", "refused"]

TRANSITIONS: Mapping[tuple[State, State], str] = {
    ("accepted", "batched"): "form",
    ("accepted", "refused"): "a rule says no",
    ("batched", "signed"): "sign",
    ("signed", "prepared"): "prepare, nonce claimed and transaction stored",
    ("signed", "accepted"): "contract would refuse the batch, or an objection or death overtakes it",
    ("prepared", "sent"): "send",
    ("prepared", "accepted"): "BatchRefused in its block",
    ("sent", "accepted"): "BatchRefused in its block",
    ("sent", "signed"): "nonce went to another transaction, or the transaction failed",
    ("sent", "included"): "event with this recordHash",
    ("prepared", "included"): "event, before sending was noted",
    ("accepted", "included"): "event, by a batch that this database had lost or given up",
    ("batched", "included"): "event, by a batch that this database had lost or given up",
    ("signed", "included"): "event, by a batch that this database had lost or given up",
    ("refused", "included"): "event, by a batch that this database had lost or given up",
    ("included", "final"): "block is final",
    ("included", "sent"): "block undone",
    ("included", "signed"): "block undone, and its transaction is not ours",
    ("final", "sent"): "head went back",
    ("final", "signed"): "head went back, and its transaction is not ours",
}
"""Every step that an operation may make, and when. It begins as accepted; its batch, once it is in one, is
in the same state.
"""

ON_THE_WAY: frozenset[State] = frozenset({"accepted", "batched", "signed", "prepared", "sent", "included"})
"""What is in one of these is neither done nor refused."""


def is_allowed(before: State, after: State) -> bool:
    """Whether an operation may go from one state to the other."""
    return (before, after) in TRANSITIONS


def batch_is_allowed(before: State | None, after: State) -> bool:
    """Whether a batch may go from one state, None before it is formed, to the other.

    A batch that is given up is "refused", and its operations are accepted again.
    """
    if after == "refused":
        return before is not None and (before, "accepted") in TRANSITIONS
    if before is None or before == "refused":
        return ("accepted", after) in TRANSITIONS
    return (before, after) in TRANSITIONS

"""The month as a process: who does what with a community's list, in which order, and until when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from ledger.domain import merkle, months
from ledger.domain.entitlement.rules import MonthTerms
from ledger.domain.months import Month
from ledger.encoding.canonical import canonical_json


class ListState(StrEnum):
    """How far a community's list has come."""

    OPEN = "open"
    """It is drawn up from the facts as they are, anew at every look."""
    CHECKED = "checked"
    """The community has found it right; from now on it stays as it is."""
    CONFIRMED = "confirmed"
    ACCEPTED = "accepted"


class Step(StrEnum):
    """What is done with a list, or (OPEN, CLOSE) with the month."""

    OPEN = "open"
    CHECK = "check"
    CONFIRM = "confirm"
    ACCEPT = "accept"
    RETURN = "return"
    CLOSE = "close"


TRANSITIONS: Mapping[tuple[ListState, Step], ListState] = MappingProxyType(
    {
        (ListState.OPEN, Step.CHECK): ListState.CHECKED,
        (ListState.CHECKED, Step.CONFIRM): ListState.CONFIRMED,
        (ListState.CONFIRMED, Step.ACCEPT): ListState.ACCEPTED,
        (ListState.CHECKED, Step.RETURN): ListState.OPEN,
        (ListState.CONFIRMED, Step.RETURN): ListState.OPEN,
    }
)
"""The state after each step that is possible in a state."""

NEXT_STEP: Mapping[ListState, Step] = MappingProxyType(
    {
        ListState.OPEN: Step.CHECK,
        ListState.CHECKED: Step.CONFIRM,
        ListState.CONFIRMED: Step.ACCEPT,
        ListState.ACCEPTED: Step.CLOSE,
    }
)


def deadline(step: Step, month: Month, terms: MonthTerms) -> date:
    """The last day for a step."""
    of_month = {
        Step.OPEN: 1,
        Step.CHECK: terms.listed_by,
        Step.RETURN: terms.confirmed_by,
        Step.CONFIRM: terms.confirmed_by,
    }
    return months.day(month, of_month.get(step, terms.paid_by))


def is_late(state: ListState, month: Month, terms: MonthTerms, today: date) -> bool:
    """Whether what comes next for a list should have been done before today."""
    return today > deadline(NEXT_STEP[state], month, terms)


@dataclass(frozen=True, slots=True)
class LineContent:
    """What a line commits to. Amounts in fen; `differences` by the month they are for (amount, cause)."""

    programme: int
    month: Month
    subject_id: str
    community_id: int
    state: str
    reason: str
    band: int | None
    due: int
    differences: Mapping[Month, tuple[int, str]]
    salt: bytes
    """16 random bytes, without which a leaf could be guessed at."""


def line_leaf(line: LineContent) -> bytes:
    """The leaf hash (RFC 6962) of the line's canonical JSON."""
    return merkle.leaf_hash(
        canonical_json(
            {
                "programme": line.programme,
                "month": months.text(line.month),
                "subject": line.subject_id,
                "community": line.community_id,
                "state": line.state,
                "reason": line.reason,
                "band": line.band,
                "due": line.due,
                "differences": {
                    months.text(month): {"amount": amount, "cause": cause}
                    for month, (amount, cause) in sorted(line.differences.items())
                },
                "salt": line.salt.hex(),
            }
        )
    )


def list_root(leaves: Iterable[bytes]) -> bytes:
    """The root over a list's lines, in order of their hashes, which says nothing about the people."""
    return merkle.root(sorted(leaves))


def month_root(lists: Mapping[int, bytes]) -> bytes:
    """The root over a month's lists: the leaves are community (8 bytes) ‖ root, by community."""
    return merkle.root(
        [merkle.leaf_hash(community.to_bytes(8, "big") + root) for community, root in sorted(lists.items())]
    )


def stream_leaf(programme: int, month: Month, root: bytes) -> bytes:
    """The leaf hash of a closed month in the stream MONTHS."""
    return merkle.leaf_hash(
        canonical_json({"programme": programme, "month": months.text(month), "root": root.hex()})
    )

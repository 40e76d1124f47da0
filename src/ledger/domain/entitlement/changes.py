"""How one month's line differs from that of the month before: who comes on, who goes off, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ledger.domain.entitlement.entitlement import Entitlement, Reason, State


class Kind(StrEnum):
    """What is different."""

    JOINED = "joined"
    LEFT = "left"
    BAND = "band"
    AMOUNT = "amount"
    """The same band is paid another amount."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change against the month before. Its sentence stands under `entitlement.change`."""

    kind: Kind
    code: str


def change(before: Entitlement | None, now: Entitlement) -> Change | None:
    """What is different now; `before` is None for somebody who was not on the books."""
    was_paid = before is not None and before.state is State.PAYABLE
    is_paid = now.state is State.PAYABLE
    if is_paid and not was_paid:
        return Change(Kind.JOINED, _JOINED.get(before.reason, "enrolled") if before else "enrolled")
    if before is None or not was_paid:
        return None
    if not is_paid:
        return Change(Kind.LEFT, now.reason.value)
    if before.band != now.band:
        return Change(Kind.BAND, "band")
    return Change(Kind.AMOUNT, "amount") if before.amount != now.amount else None


_JOINED = {
    Reason.TOO_YOUNG: "of_age",
    Reason.NOT_CERTIFIED: "certified",
    Reason.BEFORE_CERTIFICATION: "certified",
    Reason.PAID_ELSEWHERE: "moved_here",
    Reason.NO_REGISTER: "moved_here",
    Reason.STOPPED: "reinstated",
    Reason.STOP_STANDS: "reinstated",
    Reason.REVOKED: "certified_again",
    Reason.CLOSED: "certified_again",
    Reason.DIED: "alive",
}

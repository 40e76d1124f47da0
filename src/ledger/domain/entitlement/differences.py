"""What came out otherwise than it was settled: a closed month stays as it is, the next one makes it good."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from ledger.domain.entitlement.entitlement import Entitlement, Reason
from ledger.domain.months import Month


class Cause(StrEnum):
    """Why a closed month comes out otherwise now. Each has its sentence under `entitlement.cause`."""

    DEATH_LATE = "death_late"
    DEATH_RESCINDED = "death_rescinded"
    CERTIFIED_LATE = "certified_late"
    STOPPED_LATE = "stopped_late"
    REINSTATED = "reinstated"
    REVOKED_LATE = "revoked_late"
    CLOSED_LATE = "closed_late"
    MOVED_LATE = "moved_late"
    BIRTH_DATE_CORRECTED = "birth_date_corrected"
    ENROLLED_LATE = "enrolled_late"
    PAYMENT_RETURNED = "payment_returned"
    RULES_CHANGED = "rules_changed"


@dataclass(frozen=True, slots=True)
class Settled:
    """How a month stands in the closed books: what was listed last, and what was paid for it in all (fen)."""

    listed: Entitlement
    paid: int
    returned: bool = False
    """Whether money for it came back from the bank."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What a later month pays (back-pay, above 0) or takes back (overpaid, below 0) for an earlier one."""

    month: Month
    amount: int
    cause: Cause
    now: Entitlement
    """The month as it comes out now."""


def differences(settled: Iterable[tuple[Settled, Entitlement]]) -> tuple[Difference, ...]:
    """Each closed month whose recomputed entitlement is not what was paid, with the cause.

    Takes pairs of a closed month and the same month recomputed. What was paid for a month and its differences
    together is what it comes out as now, whenever the facts became known.
    """
    return tuple(
        Difference(now.month, now.amount - before.paid, cause(before, now), now)
        for before, now in settled
        if now.amount != before.paid
    )


def cause(before: Settled, now: Entitlement) -> Cause:
    """The fact that was not known when the month was settled."""
    listed = before.listed
    if listed.reason is Reason.NOT_LISTED:
        return Cause.ENROLLED_LATE
    for was_or_is, found in ((now.reason, _SINCE_KNOWN), (listed.reason, _NO_LONGER)):
        if listed.reason is not now.reason and was_or_is in found:
            return found[was_or_is]
    if listed.band != now.band:
        return Cause.BIRTH_DATE_CORRECTED
    return Cause.PAYMENT_RETURNED if before.returned else Cause.RULES_CHANGED


_SINCE_KNOWN = {
    Reason.DIED: Cause.DEATH_LATE,
    Reason.STOPPED: Cause.STOPPED_LATE,
    Reason.STOP_STANDS: Cause.STOPPED_LATE,
    Reason.REVOKED: Cause.REVOKED_LATE,
    Reason.CLOSED: Cause.CLOSED_LATE,
    Reason.PAID_ELSEWHERE: Cause.MOVED_LATE,
    Reason.TOO_YOUNG: Cause.BIRTH_DATE_CORRECTED,
}
_NO_LONGER = {
    Reason.DIED: Cause.DEATH_RESCINDED,
    Reason.STOPPED: Cause.REINSTATED,
    Reason.STOP_STANDS: Cause.REINSTATED,
    Reason.NOT_CERTIFIED: Cause.CERTIFIED_LATE,
    Reason.BEFORE_CERTIFICATION: Cause.CERTIFIED_LATE,
    Reason.REVOKED: Cause.REINSTATED,
    Reason.CLOSED: Cause.REINSTATED,
    Reason.PAID_ELSEWHERE: Cause.MOVED_LATE,
    Reason.NO_REGISTER: Cause.MOVED_LATE,
    Reason.TOO_YOUNG: Cause.BIRTH_DATE_CORRECTED,
}

"""What a later month makes good of a closed one, and the cause it gives."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.domain import months
from ledger.domain.entitlement.differences import Cause, Settled, differences
from ledger.domain.entitlement.entitlement import Entitlement, Reason, State

MONTH = months.parse("2024-06")


def listed(state: State, reason: Reason, due: int = 5000, band: int = 80) -> Entitlement:
    return Entitlement(MONTH, state, reason, band, due, "510181", date(2024, 6, 1))


PAID = listed(State.PAYABLE, Reason.ENTITLED)
DIED = listed(State.NONE, Reason.DIED, 0)
STOPPED = listed(State.HELD, Reason.STOPPED)
UNCERTIFIED = listed(State.HELD, Reason.NOT_CERTIFIED)
MOVED = listed(State.NONE, Reason.PAID_ELSEWHERE, 0)
UNKNOWN = listed(State.NONE, Reason.NOT_LISTED, 0)


@pytest.mark.parametrize(
    ("before", "now", "amount", "cause"),
    [
        (PAID, DIED, -5000, Cause.DEATH_LATE),
        (DIED, PAID, 5000, Cause.DEATH_RESCINDED),
        (PAID, STOPPED, -5000, Cause.STOPPED_LATE),
        (STOPPED, PAID, 5000, Cause.REINSTATED),
        (UNCERTIFIED, PAID, 5000, Cause.CERTIFIED_LATE),
        (PAID, MOVED, -5000, Cause.MOVED_LATE),
        (MOVED, PAID, 5000, Cause.MOVED_LATE),
        (UNKNOWN, PAID, 5000, Cause.ENROLLED_LATE),
        (PAID, listed(State.PAYABLE, Reason.ENTITLED, 10000, 90), 5000, Cause.BIRTH_DATE_CORRECTED),
        (PAID, listed(State.PAYABLE, Reason.ENTITLED, 6000), 1000, Cause.RULES_CHANGED),
    ],
)
def test_a_difference_names_the_fact_that_came_late(
    before: Entitlement, now: Entitlement, amount: int, cause: Cause
) -> None:
    (found,) = differences([(Settled(before, before.amount), now)])
    assert (found.month, found.amount, found.cause) == (MONTH, amount, cause)


def test_what_comes_out_as_it_was_paid_makes_no_difference() -> None:
    assert differences([(Settled(PAID, 5000), PAID), (Settled(STOPPED, 0), DIED)]) == ()


def test_money_that_came_back_is_paid_again_unless_it_is_no_longer_owed() -> None:
    (again,) = differences([(Settled(PAID, 0, returned=True), PAID)])
    assert (again.amount, again.cause) == (5000, Cause.PAYMENT_RETURNED)
    assert differences([(Settled(PAID, 0, returned=True), DIED)]) == ()

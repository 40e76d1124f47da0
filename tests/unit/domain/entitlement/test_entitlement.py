"""Who is paid what for a month, and why."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.domain import months
from ledger.domain.codes import Status
from ledger.domain.entitlement.entitlement import Entitlement, Reason, State, entitlement
from ledger.domain.entitlement.facts import ALWAYS, Decision, Facts, Registered, spells
from ledger.domain.entitlement.rules import Allowance, PaidBand
from ledger.domain.entitlement.upcoming import band_change

HERE, ELSEWHERE = "510181004002", "510182001001"
BANDS = (
    PaidBand(from_age=80, monthly_fen=5000),
    PaidBand(from_age=90, monthly_fen=10000),
    PaidBand(from_age=100, monthly_fen=30000),
)


def rules(**changed: object) -> Allowance:
    said = {
        "from_month": "2020-01",
        "paying_day": 1,
        "birthday": "same-month",
        "month_of_death": "paid",
        "arrears_months": 3,
        "bands": BANDS,
    }
    return Allowance.model_validate(said | changed)


def person(*decisions: Decision, born: date = date(1940, 5, 5), **others: object) -> Facts:
    decisions = decisions or (Decision(date(2024, 3, 10), Status.ACTIVE, certifies=True),)
    known = {"registers": (Registered(ALWAYS, HERE),), "spells": spells(decisions)}
    return Facts(born, **(known | others))  # type: ignore[arg-type]


def owed(facts: Facts, month: str, **changed: object) -> Entitlement:
    return entitlement(facts, months.parse(month), [rules(**changed)])


def certified(day: date) -> Decision:
    return Decision(day, Status.ACTIVE, certifies=True)


def test_a_month_says_band_amount_and_reason() -> None:
    found = owed(person(), "2024-06")
    assert (found.band, found.amount, found.state, found.reason) == (80, 5000, State.PAYABLE, Reason.ENTITLED)
    assert found.payer == HERE


@pytest.mark.parametrize(
    ("birthday", "month", "amount"),
    [
        ("same-month", "2030-04", 5000),
        ("same-month", "2030-05", 10000),
        ("next-month", "2030-05", 5000),
        ("next-month", "2030-06", 10000),
    ],
)
def test_the_band_changes_in_the_month_the_programme_says(birthday: str, month: str, amount: int) -> None:
    assert owed(person(), month, birthday=birthday).amount == amount


def test_before_the_first_band_nothing_is_owed() -> None:
    found = owed(person(born=date(1960, 1, 1)), "2024-06")
    assert (found.state, found.reason, found.band) == (State.NONE, Reason.TOO_YOUNG, None)


@pytest.mark.parametrize(("rule", "last"), [("paid", "2024-08"), ("unpaid", "2024-07")])
def test_the_month_of_death_is_paid_or_not_as_the_programme_says(rule: str, last: str) -> None:
    facts = person(died_on=date(2024, 8, 3))
    after = months.text(months.Month(months.parse(last) + 1))
    assert owed(facts, last, month_of_death=rule).amount == 5000
    assert owed(facts, after, month_of_death=rule).reason is Reason.DIED


def test_the_register_on_the_paying_day_pays_for_the_whole_month() -> None:
    facts = person(registers=(Registered(ALWAYS, HERE), Registered(date(2024, 6, 2), ELSEWHERE)))
    june, july = owed(facts, "2024-06"), owed(facts, "2024-07")
    assert (june.at("510181").amount, june.at("510182").amount) == (5000, 0)
    assert (july.at("510181").amount, july.at("510182").amount) == (0, 5000)
    assert july.at("510181").reason is Reason.PAID_ELSEWHERE


def test_nobody_without_a_certification_is_paid_and_the_money_is_held() -> None:
    found = owed(Facts(date(1940, 5, 5), (Registered(ALWAYS, HERE),)), "2024-06")
    assert (found.amount, found.held, found.reason) == (0, 5000, Reason.NOT_CERTIFIED)


def test_a_first_certification_reaches_back_as_far_as_the_programme_says() -> None:
    assert owed(person(), "2023-12").amount == 5000
    assert owed(person(), "2023-11").reason is Reason.BEFORE_CERTIFICATION
    assert owed(person(), "2024-02", arrears_months=0).reason is Reason.BEFORE_CERTIFICATION
    assert owed(person(), "2024-03", arrears_months=0).amount == 5000


def test_a_stop_holds_the_money_from_the_month_after_it() -> None:
    facts = person(certified(date(2024, 3, 10)), Decision(date(2024, 6, 12), Status.SUSPENDED))
    assert owed(facts, "2024-06").amount == 5000
    july = owed(facts, "2024-07")
    assert (july.state, july.held, july.reason) == (State.HELD, 5000, Reason.STOPPED)


def test_to_reinstate_from_the_day_of_the_stop_undoes_it_and_from_a_later_day_does_not() -> None:
    stop = (certified(date(2024, 3, 10)), Decision(date(2024, 6, 12), Status.SUSPENDED))
    undone = person(*stop, Decision(date(2024, 6, 12), Status.ACTIVE))
    assert undone.spells == person().spells
    later = person(*stop, Decision(date(2024, 8, 20), Status.ACTIVE))
    assert [owed(later, f"2024-{number:02}").amount for number in (6, 7, 8, 9)] == [5000, 0, 0, 5000]
    assert owed(later, "2024-07").reason is Reason.STOP_STANDS


def test_a_renewal_changes_nothing_and_a_certification_never_reaches_behind_a_decision() -> None:
    renewed = person(certified(date(2024, 3, 10)), certified(date(2025, 2, 1)))
    assert renewed.spells == person().spells
    closed = Decision(date(2024, 6, 12), Status.CLOSED)
    back = person(certified(date(2024, 3, 10)), closed, certified(date(2024, 5, 1)))
    assert owed(back, "2024-06").amount == 5000
    assert owed(person(certified(date(2024, 3, 10)), closed), "2024-07").reason is Reason.CLOSED


def test_a_revocation_from_the_first_day_leaves_nothing_to_pay() -> None:
    revoked = Decision(date(2024, 3, 10), Status.REVOKED)
    found = owed(person(certified(date(2024, 3, 10)), revoked), "2024-06")
    assert (found.state, found.reason) == (State.NONE, Reason.REVOKED)


def test_each_month_goes_by_the_version_that_holds_for_it() -> None:
    raised = rules(from_month="2025-01", bands=(PaidBand(from_age=80, monthly_fen=8000),))
    versions = [rules(), raised]
    amounts = [
        entitlement(person(), months.parse(month), versions).amount for month in ("2024-12", "2025-01")
    ]
    assert amounts == [5000, 8000]
    early = entitlement(person(), months.parse("2019-12"), versions)
    assert early.reason is Reason.NO_RULES


def test_a_change_of_band_is_known_ahead() -> None:
    born = date(1936, 3, 20)
    assert band_change(born, date(2025, 12, 30), 60, [rules()]) is None
    change = band_change(born, date(2026, 1, 2), 60, [rules()])
    assert change is not None
    assert (months.text(change.month), change.band, change.amount, change.before) == (
        "2026-03",
        90,
        10000,
        80,
    )
    assert band_change(born, date(2026, 3, 1), 60, [rules()]) is None

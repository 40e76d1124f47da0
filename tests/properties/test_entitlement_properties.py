"""What holds of entitlements whatever happens to a person, and whenever it becomes known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ledger.domain import months
from ledger.domain.codes import Status
from ledger.domain.entitlement.differences import Settled, differences
from ledger.domain.entitlement.entitlement import Entitlement, Reason, State, entitlement
from ledger.domain.entitlement.facts import ALWAYS, Decision, Facts, Registered, spells
from ledger.domain.entitlement.rules import Allowance
from ledger.domain.months import Month

HERE, THERE = "510181", "510182"
FIRST, LAST = months.parse("2022-01"), months.parse("2024-12")
DAYS = st.dates(date(2021, 6, 1), date(2024, 12, 31))

rules = st.builds(
    lambda day, birthday, death, arrears: [
        Allowance.model_validate(
            {
                "from_month": "2020-01",
                "paying_day": day,
                "birthday": birthday,
                "month_of_death": death,
                "arrears_months": arrears,
                "bands": [
                    {"from_age": 80, "monthly_fen": 5000},
                    {"from_age": 90, "monthly_fen": 10000},
                ],
            }
        )
    ],
    st.sampled_from([1, 15, 28]),
    st.sampled_from(["same-month", "next-month"]),
    st.sampled_from(["paid", "unpaid"]),
    st.integers(0, 40),
)
decisions = st.lists(
    st.builds(
        lambda on, status: Decision(on, status, certifies=status is Status.ACTIVE),
        DAYS,
        st.sampled_from([Status.ACTIVE, Status.SUSPENDED, Status.CLOSED, Status.REVOKED]),
    ),
    max_size=6,
)
registers = st.lists(st.builds(Registered, DAYS, st.sampled_from([HERE, THERE])), max_size=3).map(
    lambda later: (Registered(ALWAYS, HERE), *sorted(later, key=lambda one: one.since))
)
people = st.builds(
    lambda born, known, made, died: Facts(born, known, spells(made), died),
    st.dates(date(1930, 1, 1), date(1945, 12, 31)),
    registers,
    decisions,
    st.none() | DAYS,
)


def books(known: list[Facts], terms: list[Allowance]) -> dict[Month, int]:
    """Closes one month after another, each with what was known then; what was paid in each closing."""
    listed: dict[Month, tuple[Entitlement, int]] = {}
    paid = {}
    for month, facts in zip(months.between(FIRST, LAST), known, strict=False):
        late = differences(
            (Settled(before, amount), entitlement(facts, earlier, terms).at(HERE))
            for earlier, (before, amount) in listed.items()
        )
        own = entitlement(facts, month, terms).at(HERE)
        paid[month] = own.amount + sum(one.amount for one in late)
        listed[month] = (own, own.amount)
        for one in late:
            listed[one.month] = (one.now, listed[one.month][1] + one.amount)
    return paid


@given(st.lists(people, min_size=1, max_size=5), rules, st.integers(1, 12))
def test_a_late_fact_gives_the_same_total_as_a_timely_one(
    versions: list[Facts], terms: list[Allowance], pace: int
) -> None:
    """Whatever was believed before, once the last facts are known the sum is theirs."""
    length = LAST - FIRST + 1
    known = [versions[min(position // pace, len(versions) - 1)] for position in range(length - 1)]
    late = books([*known, versions[-1]], terms)
    timely = books([versions[-1]] * length, terms)
    assert sum(late.values()) == sum(timely.values())


@given(people, rules, st.integers(FIRST, LAST))
def test_nobody_is_paid_by_two_places(person: Facts, terms: list[Allowance], month: int) -> None:
    owed = entitlement(person, Month(month), terms)
    places = [owed.at(place) for place in (HERE, THERE)]
    assert sum(one.amount > 0 for one in places) <= 1
    assert sum(one.amount for one in places) == owed.amount


@given(people, DAYS, rules, st.integers(1, 30))
def test_a_rescinded_death_leaves_no_trace_in_the_sum(
    person: Facts, died_on: date, terms: list[Allowance], believed: int
) -> None:
    alive = replace(person, died_on=None)
    dead = replace(person, died_on=died_on)
    length = LAST - FIRST + 1
    known = [dead if 3 <= position < 3 + believed else alive for position in range(length)]
    assert sum(books(known, terms).values()) == sum(books([alive] * length, terms).values())


@given(people, rules)
def test_a_month_is_paid_held_or_neither_and_each_says_why(person: Facts, terms: list[Allowance]) -> None:
    for month in months.between(FIRST, LAST):
        owed = entitlement(person, month, terms)
        assert (owed.amount > 0) is (owed.state is State.PAYABLE)
        assert (owed.held > 0) is (owed.state is State.HELD)
        assert (owed.reason is Reason.ENTITLED) is (owed.state is State.PAYABLE)


@given(people, rules, DAYS, st.integers(1, 400))
def test_undoing_a_stop_leaves_the_person_as_before(
    person: Facts, terms: list[Allowance], day: date, later: int
) -> None:
    made = [Decision(spell.since, spell.status) for spell in person.spells]
    if not made or made[-1].status is not Status.ACTIVE or day <= made[-1].on:
        return
    stop = Decision(day, Status.SUSPENDED)
    undone = spells([*made, stop, Decision(day, Status.ACTIVE)])
    assert undone == person.spells
    partly = replace(person, spells=spells([*made, stop, Decision(day + timedelta(later), Status.ACTIVE)]))
    for month in months.between(FIRST, LAST):
        assert entitlement(partly, month, terms).amount <= entitlement(person, month, terms).amount

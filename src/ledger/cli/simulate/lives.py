"""The truth of a simulated city: who lives, where they are, when they die."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import log

from ledger.cli.simulate.rates import Rates
from ledger.services.demo_city.draws import Draws, Weighted

_YOUNGEST = 80


@dataclass(frozen=True, slots=True)
class Life:
    """One person. Months count from the city's first; what never happens within its time is None."""

    number: int
    born: date
    died_on: date | None
    moved_in: int | None
    """The month in which they moved away"""
    away: frozenset[int]
    ill: frozenset[int]
    objects: bool
    hides: bool
    """Whether the family keeps the death to itself"""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The months of a city's time."""

    first: date
    months: int

    def start(self, month: int) -> date:
        """The first day of a month, counted from 0."""
        years, index = divmod(self.first.month - 1 + month, 12)
        return date(self.first.year + years, index + 1, 1)

    def month_of(self, day: date) -> int:
        """The month of a day."""
        return (day.year - self.first.year) * 12 + day.month - self.first.month

    @property
    def end(self) -> date:
        """The day after the last."""
        return self.start(self.months)


def live(rates: Rates, people: int, calendar: Calendar, seed: int) -> list[Life]:
    """So many people, all alive and at home when it begins. A person's life depends on nobody else's."""
    ages = Weighted(
        {
            age: (1 - rates.people.yearly_fewer.value) ** (age - _YOUNGEST)
            for age in range(_YOUNGEST, rates.people.oldest_age)
        }
    )
    return [
        _life(number, Draws(seed * 1_000_003 + number), rates, ages, calendar) for number in range(people)
    ]


def after_days(draws: Draws, mean: float) -> int:
    """Days until something that comes at a steady rate, `mean` days in the mean."""
    return int(-mean * log(1 - draws.fraction()))


def _life(number: int, draws: Draws, rates: Rates, ages: Weighted[int], calendar: Calendar) -> Life:
    age = draws.weighted(ages)
    born = calendar.first - timedelta(days=int((age + draws.fraction()) * 365.25))
    died_on, moved_in = None, None
    away: set[int] = set()
    ill: set[int] = set()
    back = 0
    for month in range(calendar.months):
        start = calendar.start(month)
        if draws.chance(_risk(rates, (start - born).days / 365.25) / 12):
            died_on = start + timedelta(days=draws.below(28))
            break
        if month >= back and draws.chance(rates.life.travels.value):
            back = month + 1 + after_days(draws, rates.life.travel_months.value)
        if month < back:
            away.add(month)
        if draws.chance(rates.life.falls_ill.value):
            ill.add(month)
        if draws.chance(rates.life.moves.value):
            moved_in = month
            break
    return Life(
        number=number,
        born=born,
        died_on=died_on,
        moved_in=moved_in,
        away=frozenset(away),
        ill=frozenset(ill),
        objects=draws.chance(rates.people.objecting.value),
        hides=draws.chance(rates.death.hidden.value),
    )


def _risk(rates: Rates, age: float) -> float:
    """Yearly risk of death at an age (Gompertz)."""
    return min(0.9, rates.death.at_80.value * 2 ** ((age - _YOUNGEST) / rates.death.doubling_years.value))


def is_away(life: Life, month: int) -> bool:
    """Whether no visit finds the person at home: away for a while, or for good."""
    return month in life.away or has_moved(life, month)


def has_moved(life: Life, month: int) -> bool:
    """Whether the person has moved away for good, which ends the allowance here."""
    return life.moved_in is not None and month >= life.moved_in


def is_dead(life: Life, day: date, *, for_days: int = 0) -> bool:
    """Whether the person has been dead for more than so many days."""
    return life.died_on is not None and (day - life.died_on).days > for_days


def dead_of(lives: Sequence[Life]) -> list[Life]:
    """Those who die within the city's time."""
    return [life for life in lives if life.died_on is not None]

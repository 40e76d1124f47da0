"""A year in the lives of people of the demonstration city, with the truth of what each is owed.

The truth is told by days of the calendar and shares no code with the entitlement's rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from ledger.domain.roster.person import RosterPerson

MONTHS = 12
SETTLING = 5
"""Months after the year in which nothing happens and the last late facts become known."""
AWAY = "510182001001"
_ARREARS = 6
_AMOUNTS = ((100, 30000), (90, 10000), (80, 5000))


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that becomes known: what, and since when it is so."""

    action: str
    """enrol certify report-death rescind suspend reinstate register move"""
    on: date


@dataclass(slots=True)
class Life:
    """What really happens to one person, and in which month (from 0) somebody learns of it."""

    person: RosterPerson
    certified_on: date
    died_on: date | None = None
    register_left_on: date | None = None
    stops: list[tuple[date, date | None]] = field(default_factory=list)
    """Stops that stand, from a day to a day."""
    learnt: dict[int, list[Deed]] = field(default_factory=dict)

    def learn(self, month: int, action: str, on: date) -> None:
        self.learnt.setdefault(min(max(month, 0), MONTHS + SETTLING - 1), []).append(Deed(action, on))

    def owed(self, first: date) -> int:
        """What is owed for the month that begins on `first`, in fen."""
        last = _month(first, 1) - timedelta(days=1)
        born = self.person.number.birth_date
        age = last.year - born.year - ((last.month, last.day) < (born.month, born.day))
        amount = next((fen for from_age, fen in _AMOUNTS if age >= from_age), 0)
        if first < _month(self.certified_on.replace(day=1), -_ARREARS):
            return 0
        if self.died_on is not None and self.died_on < first:
            return 0
        if self.register_left_on is not None and self.register_left_on <= first:
            return 0
        if any(begun <= first and (ended is None or first < ended) for begun, ended in self.stops):
            return 0
        return amount


def lives(people: list[RosterPerson], start: date, seed: int) -> list[Life]:
    """A life for each person in the year from `start`, the first of a month, on."""
    random = Random(seed)
    return [_life(random, person, start) for person in people]


def _life(random: Random, person: RosterPerson, start: date) -> Life:
    late = random.choice([0, 0, 0, 1, 2, 4])
    month = random.choice([-2, -1, 0, 0, 1, 3, 5, 8])
    life = Life(person, _eligible_from(person, _month(start, month) + timedelta(days=random.randrange(28))))
    known = (life.certified_on.year - start.year) * 12 + life.certified_on.month - start.month
    life.learn(known + random.choice([0, 0, late]) - (month < 0), "enrol", life.certified_on)
    enrolled = min(life.learnt)
    certified = max(enrolled, known) + random.choice([0, 0, 0, 1, 3])
    life.learn(certified, "certify", life.certified_on)
    later = max(certified, known) + random.randrange(1, 4)
    on = _month(start, later) + timedelta(days=random.randrange(28))
    told = later + late
    match random.choices(
        ["nothing", "dies", "thought dead", "stop", "moves", "register"], [40, 15, 8, 17, 10, 10]
    )[0]:
        case "dies" if later < MONTHS:
            life.died_on = on
            life.learn(told, "report-death", on)
        case "thought dead" if later < MONTHS:
            life.learn(told, "report-death", on)
            life.learn(told + random.randrange(1, 4), "rescind-death", on)
        case "stop" if later < MONTHS:
            _stop(random, life, on, told)
        case "register" if later < MONTHS:
            life.register_left_on = on
            life.learn(told, "register", on)
        case "moves" if later < MONTHS:
            life.learn(later, "move", on)
        case _:
            pass
    return life


def _stop(random: Random, life: Life, on: date, told: int) -> None:
    life.learn(told, "suspend", on)
    match random.choice(["appeal", "later", "stays"]):
        case "appeal":  # the stop was wrong and is undone
            life.learn(told + random.randrange(1, 4), "reinstate", on)
        case "later":
            again = on + timedelta(days=random.randrange(20, 70))
            life.stops.append((on, again))
            life.learn(told + 3, "reinstate", again)
        case _:
            life.stops.append((on, None))


def _eligible_from(person: RosterPerson, day: date) -> date:
    """Nobody is certified before they are of age."""
    born = person.number.birth_date
    eightieth = born.replace(year=born.year + 80, day=min(born.day, 28))
    return max(day, eightieth + timedelta(days=3))


def _month(first: date, ahead: int) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 + ahead, 12)
    return date(year, month + 1, 1)


def firsts(start: date) -> Iterator[date]:
    """The first days of the year's months and of those after it."""
    for ahead in range(MONTHS + SETTLING):
        yield _month(start, ahead)

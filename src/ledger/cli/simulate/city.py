"""A simulated city: its truth, what is reported of it, and its course under several programmes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from ledger.cli.simulate.course import WARM_UP, Course, go
from ledger.cli.simulate.lives import Calendar, Life, live
from ledger.cli.simulate.rates import Rates
from ledger.cli.simulate.reports import report
from ledger.domain.programmes import Programme
from ledger.domain.seamless.rules import ValidFrom
from ledger.domain.seamless.signal import Signal

FIRST_RUN = date(2025, 1, 1)
"""Always the same, so that a seed always gives the same city."""


@dataclass(frozen=True, slots=True)
class City:
    """The truth, and everything reported about each person, by the person's number."""

    rates: Rates
    calendar: Calendar
    seed: int
    lives: Sequence[Life] = field(repr=False)
    signals: Sequence[Sequence[Signal]] = field(repr=False)

    def course(self, programme: Programme) -> Course:
        """What becomes of it under a programme."""
        return go(self.rates, self.lives, self.signals, self.calendar, programme, seed=self.seed)


def simulate(rates: Rates, programme: Programme, *, people: int, months: int, seed: int) -> City:
    """A city of so many people, over so many months of runs after a year of signals."""
    calendar = Calendar(FIRST_RUN.replace(year=FIRST_RUN.year - WARM_UP // 12), WARM_UP + months)
    lives = live(rates, people, calendar, seed)
    return City(rates, calendar, seed, lives, report(rates, lives, calendar, programme.seamless_rules, seed))


def variants(programme: Programme) -> Mapping[str, Programme]:
    """The programme as it is, and with one of its safeguards taken away at a time."""
    rules = programme.seamless_rules

    def with_rules(**changed: object) -> Programme:
        return programme.model_copy(update={"seamless": rules.model_copy(update=changed)})

    return {
        "as_is": programme,
        "single_source": with_rules(departments_needed=1, points_needed=rules.points.b),
        "no_freshness": with_rules(strong_days=366),
        "from_run": with_rules(valid_from=ValidFrom.RUN),
    }

"""What departments report of a simulated city, with their delays and mistakes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from ledger.cli.simulate.lives import Calendar, Life, after_days, is_away
from ledger.cli.simulate.rates import LifeKind, Rates
from ledger.domain.programmes import LOCAL_TIME
from ledger.domain.seamless.rules import EvidenceClass, SeamlessRules
from ledger.domain.seamless.signal import Signal
from ledger.encoding.types import OrganisationId, Timestamp
from ledger.services.demo_city.draws import Draws


def report(
    rates: Rates, lives: Sequence[Life], calendar: Calendar, rules: SeamlessRules, seed: int
) -> list[list[Signal]]:
    """Everything that departments report about each person, truly or by mistake, by the person's number.

    Departments are numbered by the order of their codes, from 1. `rules` say which kinds are weak, so that
    relatives can make use of them.
    """
    departments = {code: OrganisationId(number + 1) for number, code in enumerate(rates.departments)}
    found: list[list[Signal]] = [[] for _ in lives]
    for life in lives:
        draws = Draws((seed * 1_000_003 + life.number) * 2 + 1)
        for signal in _life_signals(rates, life, calendar, rules, departments, draws):
            if draws.chance(rates.mistakes.lost.value):
                continue
            wrong = draws.chance(rates.mistakes.mismatch.value)
            found[draws.below(len(lives)) if wrong else life.number].append(signal)
        for signal in _death_signals(rates, life, departments, draws):
            found[life.number].append(signal)
            if draws.chance(rates.mistakes.namesake_struck_off.value):
                found[draws.below(len(lives))].append(signal)
    return found


def at_noon(day: date) -> Timestamp:
    """Noon of a day in UTC+8."""
    return Timestamp(int(datetime(day.year, day.month, day.day, 12, tzinfo=LOCAL_TIME).timestamp()))


def _life_signals(
    rates: Rates,
    life: Life,
    calendar: Calendar,
    rules: SeamlessRules,
    departments: Mapping[str, OrganisationId],
    draws: Draws,
) -> Iterator[Signal]:
    death_month = None if life.died_on is None else calendar.month_of(life.died_on)
    card_used = draws.chance(rates.mistakes.card_used_after_death.value)
    card_months = 1 + after_days(draws, rates.mistakes.card_months.value)
    passes_for = draws.chance(rates.mistakes.seen_after_death.value)
    for kind in rates.kinds:
        if not draws.chance(kind.users):
            continue
        evidence_class = rules.by_code[kind.kind].evidence_class if kind.kind in rules.by_code else None
        for month in range(calendar.months):
            after_death = death_month is not None and month > death_month
            if after_death:
                since = month - (death_month or 0)
                used = (
                    evidence_class is EvidenceClass.C
                    and card_used
                    and since <= card_months
                    and draws.chance(kind.monthly)
                ) or (evidence_class is EvidenceClass.B and passes_for and since == 3)
            else:
                used = not is_away(life, month) and draws.chance(_chance(kind, life, month))
            if not used:
                continue
            last = 28
            if month == death_month and life.died_on is not None:
                last = max(1, life.died_on.day)
            yield _signal(
                kind.kind, departments[kind.department], calendar, month, draws, last, kind.delay_days
            )


def _chance(kind: LifeKind, life: Life, month: int) -> float:
    return kind.ill if month in life.ill else kind.monthly


def _signal(
    kind: str,
    department: OrganisationId,
    calendar: Calendar,
    month: int,
    draws: Draws,
    last: int,
    delay_days: float,
) -> Signal:
    occurred = calendar.start(month) + timedelta(days=draws.below(last))
    received = calendar.start(month + 1) + timedelta(days=after_days(draws, delay_days))
    return Signal(department, kind, occurred, at_noon(received))


def _death_signals(
    rates: Rates, life: Life, departments: Mapping[str, OrganisationId], draws: Draws
) -> Iterator[Signal]:
    if life.died_on is None:
        return
    kept_back = after_days(draws, rates.death.hidden_days.value) if life.hides else 0
    for kind in rates.deaths:
        if draws.chance(kind.comes):
            received = life.died_on + timedelta(days=1 + kept_back + after_days(draws, kind.delay_days))
            yield Signal(departments[kind.department], kind.kind, life.died_on, at_noon(received))

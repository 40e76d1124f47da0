"""What becomes of a simulated city under one programme: runs, visits, checks on reported deaths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from ledger.cli.simulate.lives import Calendar, Life, has_moved, is_away, is_dead
from ledger.cli.simulate.rates import Rates
from ledger.cli.simulate.reports import at_noon
from ledger.domain import next_words
from ledger.domain.codes import Authorisation, Method, Scheme
from ledger.domain.programmes import Programme, Validity, validity
from ledger.domain.seamless.due import is_due
from ledger.domain.seamless.evaluate import Evidence, Result, evaluate
from ledger.domain.seamless.signal import Signal
from ledger.encoding.types import Timestamp, Word
from ledger.encoding.words import certification
from ledger.services.demo_city.draws import Draws

WARM_UP = 12
"""Months of signals before the first run, over which everybody was certified in person."""
LATE = 60
"""Days after a death from which on a certification is counted as wrong."""
_LAST_CHANCE = 16
"""Days before the end of a certification at which a visit is made if no run has renewed it."""
_COMMUNITY = 1
_DAY = 86_400


@dataclass(slots=True)
class Course:
    """Counts over the runs. People are counted once for each certification that fell due."""

    due: int = 0
    """People who live here and whose certification fell due"""
    open_to_it: int = 0
    """Of those, the ones whom the programme lets be certified automatically: told, and below its limit"""
    automatic: int = 0
    """Of those, the ones who were"""
    visits: int = 0
    certified: int = 0
    """Automatic certifications of anybody"""
    certified_late_dead: int = 0
    """Of those, of people dead for more than 60 days"""
    months: int = 0
    """Person-months under a certification, automatic or not"""
    months_late_dead: int = 0
    """Of those, of people dead for more than 60 days of whom nobody knew"""
    checks: int = 0
    """Deaths reported and looked into"""
    checks_of_living: int = 0
    stopped_living: int = 0
    """People stopped as dead who lived"""
    weekly: dict[date, list[int]] = field(default_factory=dict)
    """By day of the run: automatic certifications, and people left to a visit"""


@dataclass(slots=True)
class _Person:
    life: Life
    signals: list[Signal]
    word: Word
    draws: Draws
    gone: bool = False
    """Found dead or moved away"""
    counted: int = 0
    """The end of the certification that was last counted as due"""
    looked_at: int = 0
    """The last time at which reported deaths were looked into"""


def go(
    rates: Rates,
    lives: Sequence[Life],
    signals: Sequence[Sequence[Signal]],
    calendar: Calendar,
    programme: Programme,
    *,
    seed: int,
) -> Course:
    """Two runs a month from the end of the warm-up on."""
    course = Course()
    people = [_certified(life, list(signals[life.number]), programme, calendar, seed) for life in lives]
    for month in range(WARM_UP, calendar.months):
        for day in (calendar.start(month), calendar.start(month).replace(day=16)):
            _run(course, people, rates, programme, calendar, day)
        _count_month(course, people, calendar.start(month + 1))
    return course


def _certified(
    life: Life, signals: list[Signal], programme: Programme, calendar: Calendar, seed: int
) -> _Person:
    """Somebody who was seen in a month of the warm-up, and told of seamless certification."""
    draws = Draws((seed * 1_000_003 + life.number) * 2)
    seen_on = calendar.start(draws.below(WARM_UP))
    if is_dead(life, seen_on):
        seen_on = calendar.first
    window = validity(programme, Scheme.SENIOR, life.born, seen_on)
    standing = Authorisation.OBJECTED if life.objects else Authorisation.NOTIFIED
    word = next_words.authorisation(_seen(Word(0), window), standing, _COMMUNITY)
    return _Person(life, signals, word, draws)


def _run(
    course: Course,
    people: Sequence[_Person],
    rates: Rates,
    programme: Programme,
    calendar: Calendar,
    day: date,
) -> None:
    now, month = at_noon(day), calendar.month_of(day)
    renewed, left = 0, 0
    for person in [one for one in people if not one.gone]:
        _look_into_deaths(course, person, rates, programme, now=now, day=day, month=month)
        if person.gone or not is_due(person.word, programme, now):
            continue
        here = not is_dead(person.life, day) and not has_moved(person.life, month)
        ends = certification.valid_until(person.word)
        evidence = Evidence(person.word, person.life.born, person.signals)
        outcome = evaluate(evidence, programme, now)
        open_to_it = outcome.result not in {Result.NOT_AUTHORISED, Result.LIMIT_REACHED}
        if here and person.counted != ends:
            person.counted = ends
            course.due += 1
            course.open_to_it += open_to_it
        if outcome.validity is not None:
            person.word = next_words.seamless(
                person.word,
                method=Method.SIGNALS,
                valid_from=outcome.validity.valid_from,
                valid_until=outcome.validity.valid_until,
            )
            renewed += 1
            course.certified += 1
            course.automatic += here
            course.certified_late_dead += is_dead(person.life, day, for_days=LATE)
        elif ends - now < _LAST_CHANCE * _DAY or not open_to_it:
            left += 1
            _visit(course, person, rates, programme, day=day, month=month)
    course.weekly[day] = [renewed, left]


def _visit(
    course: Course, person: _Person, rates: Rates, programme: Programme, *, day: date, month: int
) -> None:
    """A worker goes there, or calls someone who is away; whoever is not reached is tried again next time."""
    course.visits += 1
    if is_dead(person.life, day) or has_moved(person.life, month):
        person.gone = True
    elif _is_reached(person, rates, month):
        person.word = _seen(person.word, validity(programme, Scheme.SENIOR, person.life.born, day))


def _look_into_deaths(
    course: Course,
    person: _Person,
    rates: Rates,
    programme: Programme,
    *,
    now: Timestamp,
    day: date,
    month: int,
) -> None:
    """A record of a death opens a case: somebody looks. Nobody is stopped without a reviewer's last check."""
    rules = programme.seamless_rules
    fresh = [
        place
        for place, one in enumerate(person.signals)
        if person.looked_at < one.received_at <= now and rules.is_deathlike(one.kind)
    ]
    person.looked_at = now
    if not fresh:
        return
    course.checks += 1
    course.visits += 1
    if is_dead(person.life, day):
        person.gone = True
        return
    course.checks_of_living += 1
    if _is_reached(person, rates, month) or person.draws.chance(rates.visits.last_check.value):
        for place in fresh:
            person.signals[place] = person.signals[place]._replace(ended_at=now)
    else:
        course.stopped_living += 1
        person.gone = True


def _is_reached(person: _Person, rates: Rates, month: int) -> bool:
    away = is_away(person.life, month)
    return person.draws.chance((rates.visits.reached_away if away else rates.visits.reached).value)


def _count_month(course: Course, people: Sequence[_Person], day: date) -> None:
    now = at_noon(day)
    for person in people:
        if not person.gone and certification.valid_until(person.word) > now:
            course.months += 1
            course.months_late_dead += is_dead(person.life, day, for_days=LATE)


def _seen(word: Word, window: Validity) -> Word:
    return next_words.senior(
        word,
        method=Method.VISIT,
        valid_from=window.valid_from,
        valid_until=max(window.valid_until, certification.valid_until(word)),
        organisation=_COMMUNITY,
    )

"""What a person is owed for one month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from ledger.domain import months
from ledger.domain.codes import Status
from ledger.domain.entitlement.facts import Facts, Spell
from ledger.domain.entitlement.rules import Allowance, version
from ledger.domain.months import Month
from ledger.domain.programmes import age_on


class State(StrEnum):
    """What is done with the month's amount."""

    PAYABLE = "payable"
    HELD = "held"
    """Not paid now; a certification or a decision yet to come may release it."""
    NONE = "none"


class Reason(StrEnum):
    """Why. Each has its sentence under `entitlement.reason`."""

    ENTITLED = "entitled"
    NO_RULES = "no_rules"
    TOO_YOUNG = "too_young"
    DIED = "died"
    NO_REGISTER = "no_register"
    PAID_ELSEWHERE = "paid_elsewhere"
    NOT_CERTIFIED = "not_certified"
    BEFORE_CERTIFICATION = "before_certification"
    STOPPED = "stopped"
    STOP_STANDS = "stop_stands"
    """The stop has ended, without effect for this month."""
    REVOKED = "revoked"
    CLOSED = "closed"
    NOT_LISTED = "not_listed"
    """Nobody knew of the person when the month was closed."""


@dataclass(frozen=True, slots=True)
class Entitlement:
    """One person's month. Amounts in fen."""

    month: Month
    state: State
    reason: Reason
    band: int | None = None
    """The age from which the band counts."""
    due: int = 0
    """What the band is paid a month, if it is payable."""
    payer: str = ""
    """The division whose register the person is on, which alone pays."""
    since: date | None = None
    """The day of the fact that decides."""

    @property
    def amount(self) -> int:
        """To be paid."""
        return self.due if self.state is State.PAYABLE else 0

    @property
    def held(self) -> int:
        """To be paid once it is released."""
        return self.due if self.state is State.HELD else 0

    def at(self, place: str) -> Entitlement:
        """The same as `place` (a division's code) sees it: nothing if another pays."""
        if self.state is State.NONE or self.payer.startswith(place):
            return self
        return replace(self, state=State.NONE, reason=Reason.PAID_ELSEWHERE, since=None)


def entitlement(person: Facts, month: Month, rules: Sequence[Allowance]) -> Entitlement:
    """What a person is owed for a month, by the version of the rules that holds for it.

    The person's register and standing on the version's paying day decide the whole month, so exactly one
    place pays for it. Age and death go by their own days, as the version says.
    """
    terms = version(tuple(rules), month)
    if terms is None:
        return Entitlement(month, State.NONE, Reason.NO_RULES)
    band, due = band_in(person.birth_date, month, terms)
    if band is None:
        return Entitlement(month, State.NONE, Reason.TOO_YOUNG, since=person.birth_date)
    if person.died_on is not None and month > _last_month(person.died_on, terms):
        return Entitlement(month, State.NONE, Reason.DIED, band, since=person.died_on)
    day = months.day(month, terms.paying_day)
    payer = person.register_on(day)
    if not payer:
        return Entitlement(month, State.NONE, Reason.NO_REGISTER, band)
    state, reason, since = _standing(person, month, day, terms)
    return Entitlement(month, state, reason, band, due if state is not State.NONE else 0, payer, since)


def band_in(birth_date: date, month: Month, terms: Allowance) -> tuple[int | None, int]:
    """The band (its first age) that counts in a month and its amount in fen; (None, 0) if too young."""
    counted = month if terms.birthday == "same-month" else Month(month - 1)
    age = age_on(birth_date, months.last_day(counted))
    return next(((from_age, fen) for from_age, fen in terms.bands_downwards if from_age <= age), (None, 0))


def _last_month(died_on: date, terms: Allowance) -> Month:
    month = months.of(died_on)
    return month if terms.month_of_death == "paid" else Month(month - 1)


def _standing(person: Facts, month: Month, day: date, terms: Allowance) -> tuple[State, Reason, date | None]:
    first = person.first_certified
    if first is None:
        if person.spells:
            last = person.spells[-1]
            return State.NONE, _ENDED.get(last.status, Reason.STOP_STANDS), last.since
        return State.HELD, Reason.NOT_CERTIFIED, None
    if month < months.of(first) - terms.arrears_months:
        return State.NONE, Reason.BEFORE_CERTIFICATION, first
    spell = _spell_on(person.spells, max(day, first))
    if spell.status is Status.ACTIVE:
        return State.PAYABLE, Reason.ENTITLED, first
    if spell.status is Status.SUSPENDED:
        is_last = spell is person.spells[-1]
        held = State.HELD if is_last else State.NONE
        return held, Reason.STOPPED if is_last else Reason.STOP_STANDS, spell.since
    return State.NONE, _ENDED[spell.status], spell.since


_ENDED = {Status.REVOKED: Reason.REVOKED, Status.CLOSED: Reason.CLOSED}


def _spell_on(spells: Sequence[Spell], day: date) -> Spell:
    return next(spell for spell in reversed(spells) if spell.since <= day)

"""A person, signals and the shipped rules, for tests of seamless certification."""

from __future__ import annotations

from datetime import date, datetime

from ledger.domain import programmes
from ledger.domain.codes import Authorisation, Method
from ledger.domain.next_words import authorisation, senior
from ledger.domain.programmes import LOCAL_TIME, Programme
from ledger.domain.seamless.evaluate import Evidence
from ledger.domain.seamless.signal import Signal
from ledger.encoding.types import OrganisationId, Timestamp, Word

(SENIOR_ALLOWANCE,) = programmes.shipped()
HEALTH, INSURANCE, TRANSPORT, CIVIL_AFFAIRS = (OrganisationId(number) for number in (31, 32, 34, 35))
BORN = date(1940, 5, 5)
AS_OF = date(2026, 10, 15)


def at(day: date) -> Timestamp:
    """Noon in UTC+8."""
    return Timestamp(int(datetime(day.year, day.month, day.day, 12, tzinfo=LOCAL_TIME).timestamp()))


def signal(
    kind: str, occurred_on: date, department: OrganisationId = HEALTH, received_on: date | None = None
) -> Signal:
    """A signal that arrived on the day after, if no other day is said."""
    received = at(received_on) if received_on else Timestamp(at(occurred_on) + programmes.DAY)
    return Signal(department, kind, occurred_on, received)


def seen(
    on: date = date(2025, 10, 20), *, standing: Authorisation = Authorisation.NOTIFIED, born: date = BORN
) -> Word:
    """The word of someone whom their community visited on this day."""
    window = programmes.validity(SENIOR_ALLOWANCE, programmes.Scheme.SENIOR, born, on)
    word = senior(
        0,
        method=Method.VISIT,
        valid_from=window.valid_from,
        valid_until=window.valid_until,
        organisation=11,
    )
    return authorisation(word, standing, 11) if standing else word


def evidence(*signals: Signal, word: Word | None = None, born: date = BORN) -> Evidence:
    """What is known of someone seen a year ago and notified since."""
    return Evidence(seen() if word is None else word, born, signals)


def variant(**changed: object) -> Programme:
    """The shipped programme with other seamless rules."""
    rules = SENIOR_ALLOWANCE.seamless
    assert rules is not None
    return SENIOR_ALLOWANCE.model_copy(update={"seamless": rules.model_copy(update=changed)})

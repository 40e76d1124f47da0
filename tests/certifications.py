"""Certifications to change, and the check that the tests of their rules share."""

from __future__ import annotations

from typing import Any

from ledger.domain import next_words
from ledger.domain.codes import Authorisation, Death, Method, Scheme, Status
from ledger.domain.rules import Refusal, check_certification
from ledger.encoding.words import certification
from tests.samples import (
    COMMUNITY,
    DAY,
    HOSPITAL,
    LIMITS,
    LONGEST_SEAMLESS,
    NOW,
    YEAR,
    authority,
    hierarchy,
    tag,
)

TAG = tag(7)
START = NOW - 10 * DAY


def check(old: int, new: int, by: int, scheme: int = Scheme.NONE, **changed: Any) -> Refusal | None:
    """The refusal of entry 3 with the sample tag, in the city of the samples."""
    arguments: dict[str, Any] = {
        "scheme": scheme,
        "authority": authority(by),
        "limits": LIMITS,
        "hierarchy": hierarchy(),
        "block_time": NOW,
        "tag": TAG,
        "index": 3,
    }
    return check_certification(old, new, **(arguments | changed))


def refused(name: str, *arguments: int) -> Refusal:
    """The refusal of that entry."""
    return Refusal(name, (3, TAG, *arguments))


def senior(old: int = 0, by: int = COMMUNITY, **changed: int) -> int:
    """A year's certification by a visit, or something else."""
    fields = {"method": Method.VISIT, "valid_from": START, "valid_until": START + YEAR}
    return next_words.senior(old, organisation=by, **(fields | changed))


def seamless(old: int, **changed: int) -> int:
    """A renewal by signals for the longest time."""
    fields = {"method": Method.SIGNALS, "valid_from": START, "valid_until": START + LONGEST_SEAMLESS}
    return next_words.seamless(old, **(fields | changed))


def stored(word: int) -> int:
    """The word as the contract keeps it."""
    return certification.replace(word, recorded_at=NOW - DAY)


ACTIVE = stored(senior(valid_until=START + 200 * DAY))
NOTIFIED = stored(next_words.authorisation(ACTIVE, Authorisation.NOTIFIED, COMMUNITY))
REPORTED = stored(next_words.death(ACTIVE, Death.REPORTED, HOSPITAL))


def with_status(status: Status) -> int:
    """The active certification in another status."""
    return certification.replace(ACTIVE, status=status)

"""What a proven word means. A word that says yes counts only if its key is believed; a no always stands."""

from __future__ import annotations

from enum import StrEnum

from ledger.domain.codes import ConsentStatus, Death, Status
from ledger.encoding.words import certification, consent


class Meaning(StrEnum):
    """What the ledger said. UNKNOWN: a yes that was recorded by a key since it was distrusted."""

    NEVER = "never"
    UNKNOWN = "unknown"
    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"
    CERTIFIED = "certified"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    CLOSED = "closed"
    DEATH_REPORTED = "death_reported"
    DECEASED = "deceased"


def of_consent(word: int, now: int, *, distrusted: bool) -> Meaning:
    """The meaning of a consent word (0 if none) at `now`, unix seconds."""
    match consent.status(word):
        case ConsentStatus.NONE:
            return Meaning.NEVER
        case ConsentStatus.REFUSED:
            return Meaning.REFUSED
        case ConsentStatus.WITHDRAWN:
            return Meaning.WITHDRAWN
    if distrusted:
        return Meaning.UNKNOWN
    return _in_window(consent.valid_from(word), consent.valid_until(word), now, Meaning.GIVEN)


def of_certification(word: int, now: int, *, distrusted: bool) -> Meaning:
    """The meaning of a certification word (0 if none) at `now`, unix seconds.

    In the order of `domain.verdicts`, without what takes a programme's rules (due, grace).
    """
    if certification.death(word) == Death.CONFIRMED:
        return Meaning.DECEASED
    status = certification.status(word)
    if distrusted and status == Status.ACTIVE:
        return Meaning.UNKNOWN
    if certification.death(word) == Death.REPORTED:
        return Meaning.DEATH_REPORTED
    match status:
        case Status.NONE:
            return Meaning.NEVER
        case Status.SUSPENDED:
            return Meaning.SUSPENDED
        case Status.REVOKED:
            return Meaning.REVOKED
        case Status.CLOSED:
            return Meaning.CLOSED
    return _in_window(certification.valid_from(word), certification.valid_until(word), now, Meaning.CERTIFIED)


def _in_window(valid_from: int, valid_until: int, now: int, yes: Meaning) -> Meaning:
    if now < valid_from:
        return Meaning.NOT_YET_VALID
    return yes if now < valid_until else Meaning.EXPIRED

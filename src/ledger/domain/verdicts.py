"""What a certification means at a moment: the verdict, and whether money may flow."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from ledger.domain.codes import Death, Status
from ledger.domain.programmes import DAY, Programme
from ledger.encoding.types import Timestamp
from ledger.encoding.words import certification


class Outcome(StrEnum):
    """The answer to "is she certified?"."""

    VALID = "VALID"
    DUE = "DUE"
    GRACE = "GRACE"
    EXPIRED = "EXPIRED"
    SUSPENDED = "SUSPENDED"
    DEATH_REPORTED = "DEATH_REPORTED"
    UNDER_REVIEW = "UNDER_REVIEW"
    DECEASED = "DECEASED"
    REVOKED = "REVOKED"
    CLOSED = "CLOSED"
    NEVER = "NEVER"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A verdict with its reasons (codes, the first one decisive).

    `payable` is apart from it: only a reviewer's recorded decision turns it off, never a clock, an outage or
    an unconfirmed death. It is None when nothing is known. `valid_until` is the end of an active
    certification.
    """

    verdict: Outcome
    payable: bool | None
    reasons: tuple[str, ...]
    valid_until: Timestamp | None


def verdict(word: int, programme: Programme, now: float, *, distrusted: bool = False) -> Verdict:
    """The verdict on a certification word (0 if never recorded) at `now`, unix seconds.

    In order: DECEASED, DEATH_REPORTED, NEVER, REVOKED, CLOSED, SUSPENDED, then by time VALID, DUE, GRACE,
    EXPIRED. `distrusted` says that the word was signed by a key at a time from which on it is not believed:
    what such a word permits is UNKNOWN, what it takes away stands.
    """
    status = certification.status(word)
    death = certification.death(word)
    payable = status == Status.ACTIVE and death != Death.CONFIRMED
    valid_until = Timestamp(certification.valid_until(word)) if status == Status.ACTIVE else None
    underlying = _by_status(status, word, programme, now)
    if death == Death.CONFIRMED:
        return Verdict(Outcome.DECEASED, False, ("death_confirmed",), None)
    if distrusted and status == Status.ACTIVE:
        return Verdict(Outcome.UNKNOWN, payable, ("signer_distrusted",), None)
    if death == Death.REPORTED:
        return Verdict(Outcome.DEATH_REPORTED, payable, ("death_reported", underlying.lower()), valid_until)
    return Verdict(underlying, payable, (underlying.lower(),), valid_until)


def unknown(reason: str, last_known: Verdict | None = None) -> Verdict:
    """The verdict when the answer can't be known, for example because the index is behind the chain.

    What was payable as far as was known stays so: not knowing stops no money.
    """
    return Verdict(Outcome.UNKNOWN, last_known.payable if last_known else None, (reason,), None)


def for_department(own: Verdict) -> Verdict:
    """What a department may see: a death that is not decided yet shows as UNDER_REVIEW."""
    if own.verdict is Outcome.DEATH_REPORTED:
        return replace(own, verdict=Outcome.UNDER_REVIEW, reasons=("under_review", *own.reasons[1:]))
    return own


def _by_status(status: int, word: int, programme: Programme, now: float) -> Outcome:
    match status:
        case Status.NONE:
            return Outcome.NEVER
        case Status.REVOKED:
            return Outcome.REVOKED
        case Status.CLOSED:
            return Outcome.CLOSED
        case Status.SUSPENDED:
            return Outcome.SUSPENDED
    left = certification.valid_until(word) - now
    if left > programme.due_days * DAY:
        return Outcome.VALID
    if left > 0:
        return Outcome.DUE
    return Outcome.GRACE if left > -programme.grace_days * DAY else Outcome.EXPIRED

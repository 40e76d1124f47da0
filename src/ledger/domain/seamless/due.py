"""Who is due, and of whom departments are asked for signals at all."""

from __future__ import annotations

from ledger.domain.codes import Death, Status
from ledger.domain.programmes import DAY, Programme
from ledger.domain.rules.transitions import AUTHORISING
from ledger.encoding.words import certification


def is_due(word: int, programme: Programme, now: float) -> bool:
    """Whether an active certification has ended, or will within the programme's days of notice."""
    ends = certification.valid_until(word)
    return certification.status(word) == Status.ACTIVE and ends <= now + programme.due_days * DAY


def may_be_asked_about(word: int, programme: Programme, now: float) -> bool:
    """Whether departments may report signals of life about someone: due, and open to a seamless renewal; or
    reported dead, as one may show that it is not so.

    Of anybody else nothing is collected: not of who objected, and not before there was a notice.
    """
    if certification.death(word) == Death.REPORTED:
        return certification.authorisation(word) in AUTHORISING
    return (
        is_due(word, programme, now)
        and bool(certification.senior_seen(word))
        and certification.death(word) == Death.NONE
        and certification.authorisation(word) in AUTHORISING
        and certification.seamless_run(word) < programme.seamless_limit
    )

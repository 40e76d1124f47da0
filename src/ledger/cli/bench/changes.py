"""What the benchmarks have recorded, as `Change`s: each makes the next word from the one that is stored."""

from __future__ import annotations

import time

from ledger.cli.bench.city import COMMUNITY
from ledger.cli.bench.recorder import Change
from ledger.domain import next_words
from ledger.domain.codes import Authorisation, ConsentStatus, Grantor, Method, Status

_DAY = 86_400
_BEGIN = int(time.time()) - _DAY
_END = _BEGIN + 200 * _DAY


def senior() -> Change:
    """A visit by the community."""
    return lambda old: next_words.senior(
        old, method=Method.VISIT, valid_from=_BEGIN, valid_until=_END, organisation=COMMUNITY
    )


def seamless() -> Change:
    """A renewal from signals."""
    return lambda old: next_words.seamless(old, method=Method.SIGNALS, valid_from=_BEGIN, valid_until=_END)


def notified() -> Change:
    """Authorisation of seamless renewals by a notice, which the community gave."""
    return lambda old: next_words.authorisation(old, Authorisation.NOTIFIED, COMMUNITY)


def revoked() -> Change:
    """A reviewer's finding that the certification was issued in error."""
    return lambda old: next_words.status(old, Status.REVOKED)


def decided(status: ConsentStatus) -> Change:
    """The person's own decision on a consent, which the community took."""
    return lambda old: next_words.consent_decision(
        old,
        new_status=status,
        grantor=Grantor.SELF,
        valid_from=_BEGIN,
        valid_until=_END,
        organisation=COMMUNITY,
    )

"""When a reported death may be confirmed: on two organisations' word, or on an authority's and silence.

A report, or a death-like signal, by itself stops nothing. The confirming organisation's own word does not
count: two others have said it, or one of them by an authority's record and a notice that was delivered and
that nobody answered in time.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from ledger.domain.outages import Outage, passed
from ledger.domain.programmes import DAY

ANSWER_DAYS = 15
"""How long a delivered notice leaves to say that it is not so; the city's own choice."""

WORD_OF_MOUTH = ("community", "family", "neighbour")
"""Sources that people name. The others are the class D kinds of the programme's rules."""


@dataclass(frozen=True, slots=True)
class Source:
    """One organisation's report. `reported_at` in unix seconds."""

    organisation: int
    source: str
    authoritative: bool
    reported_at: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of the notice that asks whether it is so. Unix seconds."""

    delivered_at: int | None
    answered_at: int | None


def hindrance(
    sources: Collection[Source],
    asked: Collection[Asked],
    *,
    confirmer: int,
    now: int,
    outages: Collection[Outage] = (),
) -> str | None:
    """Message code of why `confirmer` may not confirm the death yet; None if it may."""
    others = [one for one in sources if one.organisation != confirmer]
    if len({one.organisation for one in others}) >= 2:
        return None
    if not any(one.authoritative for one in others):
        return "death.sources_needed"
    if any(one.answered_at is not None for one in asked):
        return "death.notice_answered"
    delivered = [one.delivered_at for one in asked if one.delivered_at is not None]
    if not delivered:
        return "death.notice_needed"
    if passed(min(delivered), ANSWER_DAYS * DAY, outages, now) is None:
        return "death.notice_waiting"
    return None

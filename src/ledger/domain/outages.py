"""Time that counts: while our own systems are out, nobody's days run down."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outage:
    """We could not be reached, or could not know, from `started_at` until `ended_at` (None: still so). Unix
    seconds.
    """

    started_at: int
    ended_at: int | None


def counted(start: int, end: int, outages: Iterable[Outage]) -> int:
    """Seconds from `start` to `end` that lie in no outage; 0 if `end` is not after `start`."""
    return sum(until - since for since, until in _clear(start, end, outages))


def passed(start: int, seconds: int, outages: Iterable[Outage], now: int) -> int | None:
    """When so many counted seconds had passed since `start`; None if they have not by `now`."""
    left = seconds
    for since, until in _clear(start, now, outages):
        if until - since >= left:
            return since + left
        left -= until - since
    return start if seconds == 0 and start <= now else None


def _clear(start: int, end: int, outages: Iterable[Outage]) -> Iterator[tuple[int, int]]:
    """The stretches between outages, in order."""
    at = start
    for since, until in _ordered(outages, end):
        if since >= end:
            break
        if since > at:
            yield at, since
        at = max(at, until)
    if at < end:
        yield at, end


def _ordered(outages: Iterable[Outage], end: int) -> Sequence[tuple[int, int]]:
    return sorted((one.started_at, end if one.ended_at is None else one.ended_at) for one in outages)

"""What goes wrong and when: drawn from a seed alone, so that a run can be had again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random


class Profile(StrEnum):
    """On which chain the service stands."""

    EMBEDDED = "embedded"
    DEPTH = "depth"
    PARTS = "parts"


class Kind(StrEnum):
    """What goes wrong."""

    KILL_SERVICE = "kill-service"
    TEAR_JOURNAL = "tear-journal"
    """The service is killed, and its chain's journal ends in half a frame."""
    KILL_CHAIN = "kill-chain"
    KILL_DATABASE = "kill-database"
    KILL_AT_SEND = "kill-at-send"
    """Whoever sends a transaction is killed at that moment, before a node has it or just after."""
    STOP_WORKER = "stop-worker"
    """A worker is stopped in the middle of what it does, and goes on when another has taken over."""
    FILL_DISK = "fill-disk"
    MOVE_CLOCK = "move-clock"
    REORGANISE = "reorganise"
    DROP_REQUEST = "drop-request"
    DROP_REPLY = "drop-reply"
    DELAY = "delay"
    HTTP_ERROR = "http-error"
    TRUNCATE = "truncate"
    REPEAT = "repeat"
    OLD_HEAD = "old-head"
    OUTAGE = "outage"


KILLS = frozenset(
    {Kind.KILL_SERVICE, Kind.TEAR_JOURNAL, Kind.KILL_CHAIN, Kind.KILL_DATABASE, Kind.KILL_AT_SEND}
)
RPC = frozenset(
    {Kind.DROP_REQUEST, Kind.DROP_REPLY, Kind.DELAY, Kind.HTTP_ERROR, Kind.TRUNCATE, Kind.REPEAT}
    | {Kind.OLD_HEAD, Kind.OUTAGE}
)
"""What the proxy does to the conversation with the node."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong. `at` and `lasts` in seconds from the start; `amount` is a depth in blocks,
    the seconds that the clock is off by, or for a kill the seconds that it waits until the service answers.
    `which` of several processes is meant.
    """

    at: float
    kind: Kind
    lasts: float = 0.0
    amount: int = 0
    which: int = 0


_QUIET = 2.0
"""Seconds of load before the first fault and after the last one begins."""
# Of each kind as many as here, in random order, and then again: short runs see all of them as well.
_DECKS = {
    Profile.EMBEDDED: [
        *[Kind.KILL_SERVICE] * 3,
        *[Kind.KILL_CHAIN] * 4,
        Kind.TEAR_JOURNAL,
        Kind.FILL_DISK,
        Kind.MOVE_CLOCK,
    ],
    Profile.DEPTH: [
        *[Kind.REORGANISE] * 8,
        *sorted(RPC),
        *[Kind.KILL_SERVICE] * 2,
        *[Kind.KILL_AT_SEND] * 2,
        Kind.MOVE_CLOCK,
    ],
    Profile.PARTS: [
        *[Kind.REORGANISE] * 6,
        *sorted(RPC),
        *[Kind.KILL_SERVICE] * 4,
        *[Kind.KILL_DATABASE] * 2,
        *[Kind.KILL_AT_SEND] * 2,
        *[Kind.STOP_WORKER] * 2,
        Kind.MOVE_CLOCK,
    ],
}
_GAPS = {Profile.EMBEDDED: 3.5, Profile.DEPTH: 2.0, Profile.PARTS: 2.0}
_LONGEST_WINDOW = 4.0
_STOPPED = 8.0
"""Seconds that a stopped worker stays so: longer than it takes another to take over."""
_DEEPEST = 30
_FARTHEST_CLOCK = 3600


def schedule(profile: Profile, seed: int, seconds: float) -> list[Fault]:
    """The faults of a run of `seconds`, in order of time."""
    random = Random(f"{profile}/{seed}")  # noqa: S311  # to be had again, not to be secret
    kinds = _dealt(_DECKS[profile], random)
    faults = []
    at = _QUIET
    while at < seconds - _QUIET:
        faults.append(_fault(at, next(kinds), random))
        at += random.uniform(0.2, 2 * _GAPS[profile] - 0.2)
    return faults


def _dealt(deck: Sequence[Kind], random: Random) -> Iterator[Kind]:
    while True:
        yield from random.sample(deck, len(deck))


def _fault(at: float, kind: Kind, random: Random) -> Fault:
    lasts = random.uniform(0.5, _LONGEST_WINDOW)
    if kind is Kind.REORGANISE:
        return Fault(at, kind, amount=random.randint(1, _DEEPEST))
    if kind is Kind.MOVE_CLOCK:
        return Fault(at, kind, amount=random.randint(-_FARTHEST_CLOCK, _FARTHEST_CLOCK))
    if kind in RPC or kind is Kind.FILL_DISK:
        return Fault(at, kind, lasts=lasts, amount=random.randint(1, _DEEPEST))
    which = random.randrange(12)
    if kind is Kind.STOP_WORKER:
        return Fault(at, kind, lasts=_STOPPED, which=which)
    # Most kills find the service at work, the others wherever it is, starting too.
    return Fault(at, kind, amount=random.choice([0, 30, 30, 30]), which=which)

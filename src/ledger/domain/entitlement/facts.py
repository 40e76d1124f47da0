"""What is known of a person that money depends on: every fact with the day from which it is true.

Decisions are dated by the day on which they take effect, not by that on which they were written down, so a
fact that comes late gives what it would have given in time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ledger.domain.codes import Status

ALWAYS = date.min
"""Since when something is true whose beginning nobody has stated."""


@dataclass(frozen=True, slots=True)
class Registered:
    """From this day on the person is on the household register (户籍) of a division, which pays for them."""

    since: date
    division: str
    """Division code; "" for one that is not known."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A certification (ACTIVE, `certifies`) or a reviewer's decision on the status, dated by its effect."""

    on: date
    status: Status
    certifies: bool = False


@dataclass(frozen=True, slots=True)
class Spell:
    """From this day on, and until the next spell, the person's certification has this status."""

    since: date
    status: Status


@dataclass(frozen=True, slots=True)
class Facts:
    """A person, as far as an allowance goes. Registers and spells in order of their days."""

    birth_date: date
    registers: tuple[Registered, ...] = ()
    spells: tuple[Spell, ...] = ()
    died_on: date | None = None
    """The day of a confirmed death."""

    def register_on(self, day: date) -> str:
        """The division whose register the person is on; "" if none is known."""
        for one in reversed(self.registers):
            if one.since <= day:
                return one.division
        return ""

    @property
    def first_certified(self) -> date | None:
        """The day of the first certification that stands."""
        return next((spell.since for spell in self.spells if spell.status is Status.ACTIVE), None)


def spells(decisions: Iterable[Decision]) -> tuple[Spell, ...]:
    """How a person's status went, from the decisions in the order in which they were made.

    A reviewer's decision holds from its day on, whatever was decided before for a later day: to reinstate
    from the day of the stop undoes the stop. A certification changes nothing before the decision it follows.
    """
    found: list[Spell] = []
    for decision in decisions:
        since = decision.on
        if decision.certifies:
            if found and found[-1].status is Status.ACTIVE:
                continue
            since = max(since, found[-1].since) if found else since
        while found and found[-1].since >= since:
            found.pop()
        if not found or found[-1].status is not decision.status:
            found.append(Spell(since, decision.status))
    return tuple(found)

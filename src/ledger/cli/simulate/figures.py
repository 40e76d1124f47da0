"""What is told of a simulated city's course."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.cli.simulate.course import Course
from ledger.domain.intervals import Share


@dataclass(frozen=True, slots=True)
class Told:
    """The shares that matter, each with what it is counted over, and the cost in visits."""

    automatic: Share
    """Of the living whose certification fell due and whom the programme lets be certified automatically"""
    automatic_of_all: Share
    """Of all the living whose certification fell due"""
    late_dead: Share
    """Automatic certifications of people dead for more than 60 days"""
    months_late_dead: Share
    """Certified person-months of people dead for more than 60 days"""
    stopped_living: Share
    """Living people stopped as dead, of all deaths looked into"""
    struck_off: Share
    """Living people for whom a record of death came, of all deaths looked into: one source would stop them"""
    visits: int


NAMES = (
    "automatic",
    "automatic_of_all",
    "late_dead",
    "months_late_dead",
    "stopped_living",
    "struck_off",
)


def told(*courses: Course) -> Told:
    """Several cities' courses together."""

    def share(hits: str, total: str) -> Share:
        return Share(sum(getattr(one, hits) for one in courses), sum(getattr(one, total) for one in courses))

    return Told(
        automatic=share("automatic", "open_to_it"),
        automatic_of_all=share("automatic", "due"),
        late_dead=share("certified_late_dead", "certified"),
        months_late_dead=share("months_late_dead", "months"),
        stopped_living=share("stopped_living", "checks"),
        struck_off=share("checks_of_living", "checks"),
        visits=sum(one.visits for one in courses),
    )


def shown(share: Share) -> str:
    """A share with its interval, in per cent."""
    if share.value is None:
        return "—"
    low, high = share.interval
    return f"{share.value:.3%} ({low:.3%}–{high:.3%})"

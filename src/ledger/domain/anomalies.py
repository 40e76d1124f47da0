"""What looks unusual and is asked about. Never a score: each is a question to a person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ledger.domain.codes import Method

HOUR = 3600
MOST_VISITS = 40
"""Single visits that one person records within an hour; roll-calls and paper lists are taken in together."""
MOST_ALIKE = 10
"""Records of one person's that carry the same remark."""
SHORTEST_REMARK = 6
"""Characters: shorter ones are alike by nature."""
MOST_ELDERS = 20
"""Elders of whom one telephone is known."""

SINGLE = frozenset({Method.VISIT, Method.HOUSEHOLD, Method.VIDEO})


@dataclass(frozen=True, slots=True)
class Recorded:
    """A certification as it was recorded, `at` in unix seconds."""

    actor: str
    subject_id: str
    at: float
    method: int
    note: str = ""


def busy_hours(recorded: Iterable[Recorded]) -> dict[tuple[str, int], list[str]]:
    """By worker and an hour's beginning: the people of the first hour of each worker that is too full."""
    by_actor: dict[str, list[Recorded]] = defaultdict(list)
    for one in recorded:
        if one.method in SINGLE:
            by_actor[one.actor].append(one)
    found = {}
    for actor, visits in by_actor.items():
        visits.sort(key=lambda one: one.at)
        first = 0
        for last, one in enumerate(visits):
            while one.at - visits[first].at > HOUR:
                first += 1
            if last - first + 1 >= MOST_VISITS:
                people = [visit.subject_id for visit in visits[first : last + 1]]
                found[actor, int(visits[first].at)] = people
                break
    return found


def alike(recorded: Iterable[Recorded]) -> dict[tuple[str, str], list[str]]:
    """By worker and remark: the people whose records carry the same one."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in recorded:
        if len(one.note) >= SHORTEST_REMARK:
            found[one.actor, one.note].append(one.subject_id)
    return {key: people for key, people in found.items() if len(set(people)) >= MOST_ALIKE}


def shared_phones(phones: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """By telephone: the people of whom it is known. `phones` are each person's, by subject id."""
    found: dict[str, list[str]] = defaultdict(list)
    for subject_id, numbers in phones.items():
        for number in set(numbers):
            found[number].append(subject_id)
    return {number: sorted(people) for number, people in found.items() if len(people) >= MOST_ELDERS}

"""Which of those certified by signals are visited once more, and by whom: drawn by a seed.

Every stratum gets the same, as far as it has people; a worker gets at most two in a month, none of them of a
community of their own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from random import Random

PER_WORKER = 2


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who was certified by signals. `stratum` is what they are drawn within."""

    subject_id: str
    community: int
    stratum: str


@dataclass(frozen=True, slots=True)
class Visitor:
    """A worker, with the communities that are theirs."""

    user_id: str
    communities: Collection[int]


def draw(
    candidates: Sequence[Candidate], visitors: Sequence[Visitor], *, seed: str, month: str
) -> list[tuple[Candidate, Visitor]]:
    """Who is visited by whom in a month; the same again for the same seed, whatever order they come in."""
    random = Random(f"{seed}:{month}")  # noqa: S311 - a sample that can be drawn again, no secret
    strata: dict[str, list[Candidate]] = {}
    for one in sorted(candidates, key=lambda one: one.subject_id):
        strata.setdefault(one.stratum, []).append(one)
    for people in strata.values():
        random.shuffle(people)
    free = sorted(visitors, key=lambda one: one.user_id)
    random.shuffle(free)
    visits: Counter[str] = Counter()
    drawn = []
    while strata:
        for name in sorted(strata):
            one = strata[name].pop()
            if not strata[name]:
                del strata[name]
            able = [
                visitor
                for visitor in free
                if visits[visitor.user_id] < PER_WORKER and one.community not in visitor.communities
            ]
            if able:
                visitor = min(able, key=lambda visitor: visits[visitor.user_id])
                visits[visitor.user_id] += 1
                drawn.append((one, visitor))
    return drawn

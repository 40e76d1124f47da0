"""Random draws that come out the same on every machine and with every version of Python.

Only `Random.random()` is promised to stay the same for a seed (Python's documentation of `random`, "Notes on
Reproducibility"), so every draw is made from it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")


class Weighted(Generic[T]):
    """Things with weights, prepared for many draws."""

    def __init__(self, weights: Mapping[T, float]) -> None:
        self.things = tuple(weights)
        self.sums = tuple(accumulate(weights.values()))


class Draws:
    """A seeded stream of draws."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)  # noqa: S311 - nothing here is secret, and it must be repeatable

    def fraction(self) -> float:
        """At least 0 and less than 1."""
        return self._random.random()

    def below(self, limit: int) -> int:
        return int(self._random.random() * limit)

    def chance(self, probability: float) -> bool:
        return self._random.random() < probability

    def one_of(self, things: Sequence[T]) -> T:
        return things[self.below(len(things))]

    def weighted(self, weighted: Weighted[T]) -> T:
        at = bisect_right(weighted.sums, self._random.random() * weighted.sums[-1])
        return weighted.things[min(at, len(weighted.things) - 1)]

    def shuffled(self, things: Sequence[T]) -> list[T]:
        """A new list in random order (Fisher and Yates)."""
        out = list(things)
        for last in range(len(out) - 1, 0, -1):
            other = self.below(last + 1)
            out[last], out[other] = out[other], out[last]
        return out

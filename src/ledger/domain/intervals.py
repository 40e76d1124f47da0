"""How sure one can be of a share that was counted."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

_Z = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `total`, with the Wilson score interval at 95 % (Wilson 1927), which keeps to [0, 1] and says
    something also where nothing was found.
    """

    hits: int
    total: int

    @property
    def value(self) -> float | None:
        """The share; None of nothing."""
        return self.hits / self.total if self.total else None

    @property
    def interval(self) -> tuple[float, float]:
        """Its lower and upper bound; of nothing, from 0 to 1."""
        if not self.total:
            return 0.0, 1.0
        share, spread = self.hits / self.total, _Z * _Z / self.total
        centre = share + spread / 2
        margin = _Z * sqrt(share * (1 - share) / self.total + spread / (4 * self.total))
        return max(0.0, (centre - margin) / (1 + spread)), min(1.0, (centre + margin) / (1 + spread))

"""Quantiles in bounded memory, for runs too long to keep every value."""

from __future__ import annotations

import math
from collections import Counter

_GROWTH = math.log(1.001)


class Histogram:
    """Counts in buckets that grow by 0.1 %: a quantile is off by at most 0.05 % of itself.

    Buckets are symmetric around 0 and there are at most some ten thousands of them. The mean and
    the extremes are exact.
    """

    def __init__(self) -> None:
        """Begin empty."""
        self.n = 0
        self.low = math.inf
        self.high = -math.inf
        self._sum = 0.0
        self._buckets: Counter[int] = Counter()
        self._negative: Counter[int] = Counter()
        self._zeros = 0

    def add(self, value: float) -> None:
        """Count one value."""
        self.n += 1
        self._sum += value
        self.low = min(self.low, value)
        self.high = max(self.high, value)
        if abs(value) < 1e-12:
            self._zeros += 1
        elif value > 0:
            self._buckets[math.floor(math.log(value) / _GROWTH)] += 1
        else:
            self._negative[math.floor(math.log(-value) / _GROWTH)] += 1

    @property
    def mean(self) -> float:
        """The mean; only where there is a value."""
        return self._sum / self.n

    def quantile(self, q: float) -> float:
        """Linear interpolation on rank q(n-1), as k6 does it; only where there is a value."""
        rank = q * (self.n - 1)
        below = math.floor(rank)
        low, high = self._at(below), self._at(min(below + 1, self.n - 1))
        return low + (high - low) * (rank - below)

    def _at(self, rank: int) -> float:
        """The value at a rank from 0, held between the extremes, which are exact."""
        if rank == 0:
            return self.low
        if rank == self.n - 1:
            return self.high
        for middle, count in self._ordered():
            rank -= count
            if rank < 0:
                return min(max(middle, self.low), self.high)
        return self.high

    def _ordered(self) -> list[tuple[float, int]]:
        below = [(-_middle(k), n) for k, n in sorted(self._negative.items(), reverse=True)]
        above = [(_middle(k), n) for k, n in sorted(self._buckets.items())]
        return [*below, (0.0, self._zeros), *above]


def _middle(bucket: int) -> float:
    return math.exp((bucket + 0.5) * _GROWTH)

"""Least squares of a level or a line over any stretch of a history, by sums made once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line over points `first` to `end` - 1; `rss` is what it leaves unexplained."""

    first: int
    end: int
    slope: float
    middle: float
    rss: float

    @property
    def n(self) -> int:
        """How many points."""
        return self.end - self.first

    def at(self, index: float) -> float:
        """Its height at a point."""
        return self.middle + self.slope * (index - (self.first + self.end - 1) / 2)


class Sums:
    """Running sums of values, about their first, so that no digits are lost."""

    def __init__(self, values: Sequence[float]) -> None:
        self.zero = values[0] if values else 0.0
        centred = [value - self.zero for value in values]
        self.y = [0.0, *accumulate(centred)]
        self.yy = [0.0, *accumulate(value * value for value in centred)]
        self.ty = [0.0, *accumulate(t * value for t, value in enumerate(centred))]

    def level(self, first: int, end: int) -> Line:
        """The mean of a stretch."""
        total = self.y[end] - self.y[first]
        n = end - first
        rss = self.yy[end] - self.yy[first] - total * total / n
        return Line(first, end, 0.0, self.zero + total / n, max(0.0, rss))

    def line(self, first: int, end: int) -> Line:
        """The straight line through a stretch of at least two points."""
        flat = self.level(first, end)
        n = end - first
        spread = n * (n * n - 1) / 12
        centre = (first + end - 1) / 2
        along = self.ty[end] - self.ty[first] - centre * (self.y[end] - self.y[first])
        slope = along / spread
        return Line(first, end, slope, flat.middle, max(0.0, flat.rss - slope * along))

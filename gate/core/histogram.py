"""A mergeable histogram: how many values fell into each bucket."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from gate.core.sli import Sli, quantile_of


@dataclass(frozen=True, slots=True)
class Histogram:
    """`counts[i]` values lie from `edges[i]` up to `edges[i + 1]`; edges rise, in base units."""

    edges: tuple[float, ...]
    counts: tuple[int, ...]
    form: Literal["histogram"] = "histogram"

    def __post_init__(self) -> None:
        """Refuse edges that do not rise, and a histogram of nothing."""
        rising = all(a < b for a, b in pairwise(self.edges))
        if len(self.edges) != len(self.counts) + 1 or not rising:
            msg = "a histogram has one more edge than counts, and its edges rise"
            raise ValueError(msg)
        if not all(map(math.isfinite, self.edges)) or min(self.counts, default=-1) < 0:
            msg = "a histogram has finite edges and no negative counts"
            raise ValueError(msg)
        if not sum(self.counts):
            msg = "a histogram of nothing says nothing"
            raise ValueError(msg)

    @property
    def n(self) -> int:
        """How many values."""
        return sum(self.counts)

    def merged(self, other: Histogram) -> Histogram:
        """Both together; raises `ValueError` where the edges differ."""
        if self.edges != other.edges:
            msg = "only histograms with the same edges can be merged"
            raise ValueError(msg)
        pairs = zip(self.counts, other.counts, strict=True)
        return Histogram(self.edges, tuple(a + b for a, b in pairs))

    def reduce(self, sli: Sli) -> float:
        """The SLI's statistic, linear inside a bucket. Raises `ValueError` where it has none."""
        quantile = quantile_of(sli.statistic)
        if quantile is not None:
            return self._quantile(quantile)
        if sli.statistic == "mean":
            middles = ((a + b) / 2 for a, b in pairwise(self.edges))
            return math.fsum(c * m for c, m in zip(self.counts, middles, strict=True)) / self.n
        if sli.statistic == "count":
            return float(self.n)
        msg = f"a histogram has no statistic {sli.statistic!r}"
        raise ValueError(msg)

    def _quantile(self, quantile: float) -> float:
        rank, below = quantile * self.n, 0
        for (low, high), count in zip(pairwise(self.edges), self.counts, strict=True):
            if count and below + count >= rank:
                return low + (high - low) * max(0.0, rank - below) / count
            below += count
        return self.edges[-1]

"""Exact 95 % intervals of shares whose trials hang together within blocks.

A block is what is independent: a pair of runs, a session, a page, a day, a series. A share's
interval is Clopper-Pearson's at the effective number of trials (Korn and Graubard 1998, the form
that the NCHS prescribes): trials divided by the design effect of the blocks, shortened for the few
degrees of freedom that blocks leave, never below the number of blocks (for values between 0 and 1
that is the exact worst case) nor above the number of trials. Where no block differs (nothing or
everything hit) every block counts once.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scipy import stats

LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured share or mean with its interval; `hits` of `trials` in `blocks`."""

    value: float
    low: float
    high: float
    hits: float
    trials: int
    blocks: int

    def at_most(self, goal: float) -> bool:
        """Whether the interval leaves room for a value no larger than the goal."""
        return self.low <= goal

    def at_least(self, goal: float) -> bool:
        """Whether the interval leaves room for a value no smaller than the goal."""
        return self.high >= goal


class Tally:
    """Hits and trials, block by block."""

    def __init__(self) -> None:
        self.blocks: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])

    def add(self, block: str, hit: float, trials: int = 1) -> None:
        """Count trials of a block, and how many of them were hits."""
        entry = self.blocks[block]
        entry[0] += hit
        entry[1] += trials

    def figure(self) -> Figure | None:
        """The share; None where nothing was tried."""
        return share({block: (hits, int(n)) for block, (hits, n) in self.blocks.items()})


def clopper_pearson(hits: float, trials: float, level: float = LEVEL) -> tuple[float, float]:
    """Exact two-sided interval of a binomial share; both numbers may be effective ones."""
    if not 0 <= hits <= trials or trials <= 0:
        msg = f"{hits} hits of {trials} trials"
        raise ValueError(msg)
    side = (1 - level) / 2
    low = 0.0 if hits <= 0 else float(stats.beta.ppf(side, hits, trials - hits + 1))
    high = 1.0 if hits >= trials else float(stats.beta.ppf(1 - side, hits + 1, trials - hits))
    return low, high


def share(blocks: Mapping[str, tuple[float, int]], level: float = LEVEL) -> Figure | None:
    """The share over all trials with its interval over the blocks; None where there are none."""
    counted = [(hits, n) for hits, n in blocks.values() if n > 0]
    trials = sum(n for _, n in counted)
    if not trials:
        return None
    count, hits = len(counted), sum(hits for hits, _ in counted)
    value = hits / trials
    spread = sum((k - value * n) ** 2 for k, n in counted) / trials**2
    variance = spread * count / (count - 1) if count > 1 else math.inf
    effective = _effective(value, variance, trials, count, level)
    low, high = clopper_pearson(value * effective, effective, level)
    return Figure(value, low, high, hits, trials, count)


def _effective(value: float, variance: float, trials: int, blocks: int, level: float) -> float:
    """How many independent trials the blocks are worth."""
    if value <= 0 or value >= 1 or blocks < 2 or trials < 2:
        return blocks
    if variance <= 0:
        return trials
    side = (1 + level) / 2
    short = (stats.t.ppf(side, trials - 1) / stats.t.ppf(side, blocks - 1)) ** 2
    return float(min(max(short * value * (1 - value) / variance, blocks), trials))


def resampled(draws: Iterable[tuple[float, Iterable[str]]], level: float = LEVEL) -> Figure | None:
    """The share over draws of several blocks each: `(hit, the blocks drawn)`.

    The variance is the jackknife's that leaves out one block, all draws that hold it.
    """
    seen = _Draws(draws)
    if not seen.trials:
        return None
    value = seen.total / seen.trials
    effective = _effective(value, seen.variance(), seen.trials, seen.blocks, level)
    low, high = clopper_pearson(value * effective, effective, level)
    return Figure(value, low, high, seen.total, seen.trials, seen.blocks)


def mean(blocks: Mapping[str, tuple[float, int]], level: float = LEVEL) -> Figure | None:
    """The mean over blocks of `(sum, count)`, Student's interval over the blocks' means."""
    means = [total / n for total, n in blocks.values() if n > 0]
    if not means:
        return None
    total = sum(total for total, _ in blocks.values())
    trials = sum(n for _, n in blocks.values())
    spread = math.inf
    if len(means) > 1:
        centre = sum(means) / len(means)
        spread = sum((each - centre) ** 2 for each in means) / (len(means) - 1) / len(means)
    return _student(total, trials, len(means), spread, level)


def resampled_mean(
    draws: Iterable[tuple[float, Iterable[str]]], level: float = LEVEL
) -> Figure | None:
    """The mean over draws of several blocks each, with the variance as in `resampled`."""
    seen = _Draws(draws)
    if not seen.trials:
        return None
    return _student(seen.total, seen.trials, seen.blocks, seen.variance(), level)


def _student(total: float, trials: int, blocks: int, variance: float, level: float) -> Figure:
    value = total / trials
    half = math.inf
    if blocks > 1:
        half = float(stats.t.ppf((1 + level) / 2, blocks - 1)) * math.sqrt(variance)
    return Figure(value, value - half, value + half, total, trials, blocks)


class _Draws:
    """Sums over draws, and over those that hold each block."""

    def __init__(self, draws: Iterable[tuple[float, Iterable[str]]]) -> None:
        self.total, self.trials = 0.0, 0
        self._with: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
        for value, drawn in draws:
            self.total, self.trials = self.total + value, self.trials + 1
            for block in set(drawn):
                self._with[block][0] += value
                self._with[block][1] += 1

    @property
    def blocks(self) -> int:
        return len(self._with)

    def variance(self) -> float:
        """The jackknife's variance of the mean: every block left out once."""
        left = [
            (self.total - total) / (self.trials - n)
            for total, n in self._with.values()
            if n < self.trials
        ]
        if len(left) < 2:
            return math.inf
        middle = sum(left) / len(left)
        return (len(left) - 1) / len(left) * sum((each - middle) ** 2 for each in left)

"""Proportions: the evidence that one share is worse than another."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from gate.core.stats.evidence import Evidence, searched, wilson

Counts = tuple[int, int]

_FEWEST_DAYS = 3
_HELD = 4.0
_CHANCE_MEDIAN = 0.4549
"""The median of chi-square with one degree of freedom: what chance alone gives."""


@dataclass(frozen=True, slots=True)
class Dispersion:
    """How much more shares vary between units than chance: a factor, never below 1, with its df."""

    factor: float
    df: float


def dispersion(*groups: Sequence[Counts]) -> Dispersion:
    """Pearson's chi-square over its degrees of freedom, each group around its own share."""
    squares, df = 0.0, 0
    for units in groups:
        events, trials = sum(e for e, _ in units), sum(t for _, t in units)
        if len(units) < 2:
            continue
        df += len(units) - 1
        p = events / trials
        if 0 < p < 1:
            squares += math.fsum((e - t * p) ** 2 / (t * p * (1 - p)) for e, t in units)
    if df == 0 or squares <= df:
        return Dispersion(1.0, math.inf)
    return Dispersion(squares / df, df)


def day_dispersion(sessions: Sequence[Sequence[Counts]], trials: int) -> Dispersion:
    """The same between sessions of other days, as it tells on a side of so many trials.

    Around the median share, and each session held as between_sessions holds odd ones: a day of an
    incident does not blind the judge. What days differ by no number of trials makes smaller, so
    that it counts for more the more trials there are. Fewer than three sessions say nothing.
    """
    totals = [(sum(e for e, _ in units), sum(t for _, t in units)) for units in sessions]
    if len(totals) < _FEWEST_DAYS:
        return Dispersion(1.0, math.inf)
    p = median(e / t for e, t in totals) or sum(e for e, _ in totals) / sum(t for _, t in totals)
    if not 0 < p < 1:
        return Dispersion(1.0, math.inf)
    squares = [(e - t * p) ** 2 / (t * p * (1 - p)) for e, t in totals]
    most = _HELD**2 * median(squares) / _CHANCE_MEDIAN or math.inf
    df = len(totals) - 1
    more = math.fsum(min(square, most) for square in squares) / df - 1
    if more <= 0:
        return Dispersion(1.0, math.inf)
    usual = sum(t for _, t in totals) / len(totals)
    return Dispersion(1 + more * max(1.0, trials / usual), df)


def share_evidence(
    base: Sequence[Counts], head: Sequence[Counts], spread: Dispersion, *, sign: int, part: float
) -> Evidence:
    """Evidence about head minus base share, exact about a worsening of `part` of the base's share.

    Newcombe's hybrid of Wilson scores (1998) for head - (1 + part) x base, so that the base's own
    uncertainty counts as often as the tolerance multiplies it (Donner and Zou 2012). Events and
    trials are divided by the overdispersion between units, whose degrees of freedom make the
    normal quantile Student's.
    """
    (eb, tb), (eh, th) = _total(base, spread.factor), _total(head, spread.factor)
    pb, ph = eb / tb, eh / th
    times = 1 + sign * part
    shift, middle = sign * part * pb, ph - times * pb

    def lower(chance: float) -> float:
        low = wilson(eh, th, chance, spread.df)[0]
        high = wilson(eb, tb, chance, spread.df)[1]
        return shift + middle - math.hypot(ph - low, times * (high - pb))

    def upper(chance: float) -> float:
        high = wilson(eh, th, chance, spread.df)[1]
        low = wilson(eb, tb, chance, spread.df)[0]
        return shift + middle + math.hypot(high - ph, times * (pb - low))

    if sign > 0:
        return searched(ph - pb, lower, upper)
    return searched(pb - ph, lambda c: -upper(c), lambda c: -lower(c))


def _total(pairs: Sequence[Counts], factor: float) -> tuple[float, float]:
    return sum(e for e, _ in pairs) / factor, sum(t for _, t in pairs) / factor

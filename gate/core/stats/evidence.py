"""Evidence: an estimate of a worsening with one-sided bounds at any chance of error.

A worsening is signed so that more is worse, whatever direction is better. `scale` says what it is:
`ratio` for log(head/base) and log(head), `difference` for base units.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from gate.core.stats.special import beta_quantile, t_cdf, t_quantile


class Scale(StrEnum):
    """On which scale a worsening is held."""

    RATIO = "ratio"
    DIFFERENCE = "difference"


@dataclass(frozen=True, slots=True)
class Evidence:
    """An estimate with `low(error)` and `high(error)`: one-sided bounds missed with that chance."""

    estimate: float
    scale: Scale
    low: Callable[[float], float]
    high: Callable[[float], float]
    p_beyond: Callable[[float], float]
    """The p-value of "the worsening is at most this": small means that it is more."""
    exact: bool = False


def exactly(estimate: float, scale: Scale) -> Evidence:
    """Evidence without any error: the number is what it is."""
    return Evidence(
        estimate,
        scale,
        lambda _: estimate,
        lambda _: estimate,
        lambda bound: 0.0 if estimate > bound else 1.0,
        exact=True,
    )


def student(estimate: float, variance: float, df: float, scale: Scale) -> Evidence:
    """Evidence from a mean with its squared standard error: Student's t."""
    if variance <= 0:
        return exactly(estimate, scale)
    error = math.sqrt(variance)
    return Evidence(
        estimate,
        scale,
        lambda chance: estimate + t_quantile(chance, df) * error,
        lambda chance: estimate - t_quantile(chance, df) * error,
        lambda bound: t_cdf((bound - estimate) / error, df),
    )


def unvaried(estimate: float, scale: Scale, orders: float) -> Evidence:
    """Evidence from units that do not vary at all: no surer than their number of orders.

    Of equal units, `orders` ways to share them out between the sides exist (a permutation test's
    smallest p-value is one of them): below that chance of error nothing can be said.
    """
    least = 1 / orders
    return Evidence(
        estimate,
        scale,
        lambda chance: estimate if chance >= least else -math.inf,
        lambda chance: estimate if chance >= least else math.inf,
        lambda bound: least if estimate > bound else 1.0,
    )


def proportion(events: float, trials: float, *, sign: int) -> Evidence:
    """Evidence about one share: Clopper and Pearson's exact bounds (1934); `sign` +1 or -1."""

    def lower(chance: float) -> float:
        return beta_quantile(chance, events, trials - events + 1) if events > 0 else 0.0

    def upper(chance: float) -> float:
        return beta_quantile(1 - chance, events + 1, trials - events) if events < trials else 1.0

    if sign > 0:
        return searched(events / trials, lower, upper)
    return searched(-events / trials, lambda c: -upper(c), lambda c: -lower(c))


def wilson(
    events: float, trials: float, chance: float, df: float = math.inf
) -> tuple[float, float]:
    """Wilson's score interval (1927), each end missed with `chance`; Student's t for few df."""
    z = -t_quantile(chance, df)
    p = events / trials
    centre = p + z * z / (2 * trials)
    half = z * math.sqrt(p * (1 - p) / trials + z * z / (4 * trials * trials))
    scale = 1 + z * z / trials
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)


def searched(
    estimate: float, low: Callable[[float], float], high: Callable[[float], float]
) -> Evidence:
    """Evidence from its two bounds alone; the p-value is searched for."""
    return Evidence(estimate, Scale.DIFFERENCE, low, high, lambda bound: _search(low, high, bound))


def _search(low: Callable[[float], float], high: Callable[[float], float], bound: float) -> float:
    """The chance of error at which the bound of the evidence just touches `bound`."""
    smallest = 1e-12
    if low(smallest) > bound:
        return smallest
    if low(0.5) <= bound:
        # Beyond the middle the p-value is the complement of the other bound's.
        return 0.5 if high(0.5) >= bound else 1 - _cross(lambda c: high(c) < bound, smallest)
    return _cross(lambda c: low(c) > bound, smallest)


def _cross(beyond: Callable[[float], bool], smallest: float) -> float:
    no, yes = math.log(smallest), math.log(0.5)
    for _ in range(60):
        middle = (no + yes) / 2
        if beyond(math.exp(middle)):
            yes = middle
        else:
            no = middle
    return math.exp(yes)

"""Evidence: an estimate of a worsening with one-sided bounds at any chance of error.

A worsening is signed so that more is worse, whatever direction is better. `scale` says what it is:
`ratio` for log(head/base) and log(head), `difference` for base units.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from gate.core.stats.special import beta_quantile, normal_quantile, t_cdf, t_quantile


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


@dataclass(frozen=True, slots=True)
class Location:
    """A mean over units with its squared standard error and the degrees of freedom behind it."""

    mean: float
    variance: float
    df: float


def locate(values: Sequence[float], between: float = 0.0, between_df: float = 0.0) -> Location:
    """The mean of independent units; `between` is a variance that more units do not shrink.

    The degrees of freedom are Welch and Satterthwaite's for the sum of the two parts.
    """
    n = len(values)
    mean = math.fsum(values) / n
    within = math.fsum((v - mean) ** 2 for v in values) / (n - 1) / n if n > 1 else 0.0
    return Location(mean, within + between, satterthwaite([(within, n - 1), (between, between_df)]))


def satterthwaite(parts: Sequence[tuple[float, float]]) -> float:
    """Degrees of freedom of a sum of variance estimates (Satterthwaite 1946)."""
    total = math.fsum(v for v, _ in parts)
    below = math.fsum(v * v / df for v, df in parts if v > 0 and df > 0)
    return total * total / below if below > 0 else 1e9


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
        lambda chance: estimate - t_quantile(1 - chance, df) * error,
        lambda chance: estimate + t_quantile(1 - chance, df) * error,
        lambda bound: 1 - t_cdf((estimate - bound) / error, df),
    )


def proportion(events: float, trials: float, *, sign: int) -> Evidence:
    """Evidence about one share: Clopper and Pearson's exact bounds (1934); `sign` +1 or -1."""

    def lower(chance: float) -> float:
        return beta_quantile(chance, events, trials - events + 1) if events > 0 else 0.0

    def upper(chance: float) -> float:
        return beta_quantile(1 - chance, events + 1, trials - events) if events < trials else 1.0

    if sign > 0:
        return _searched(events / trials, lower, upper)
    return _searched(-events / trials, lambda c: -upper(c), lambda c: -lower(c))


def share_difference(
    base: tuple[float, float], head: tuple[float, float], *, sign: int
) -> Evidence:
    """Evidence about head minus base share: Newcombe's hybrid of Wilson scores (1998)."""
    pb, ph = base[0] / base[1], head[0] / head[1]

    def lower(chance: float) -> float:
        low, high = wilson(*head, chance)[0], wilson(*base, chance)[1]
        return ph - pb - math.hypot(ph - low, high - pb)

    def upper(chance: float) -> float:
        high, low = wilson(*head, chance)[1], wilson(*base, chance)[0]
        return ph - pb + math.hypot(high - ph, pb - low)

    if sign > 0:
        return _searched(ph - pb, lower, upper)
    return _searched(pb - ph, lambda c: -upper(c), lambda c: -lower(c))


def wilson(events: float, trials: float, chance: float) -> tuple[float, float]:
    """Wilson's score interval (1927), each end missed with `chance`."""
    z = normal_quantile(1 - chance)
    p = events / trials
    centre = p + z * z / (2 * trials)
    half = z * math.sqrt(p * (1 - p) / trials + z * z / (4 * trials * trials))
    scale = 1 + z * z / trials
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)


def _searched(
    estimate: float, low: Callable[[float], float], high: Callable[[float], float]
) -> Evidence:
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

"""How much units vary: overdispersion of shares, and the spread between sessions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from gate.core.metric import Kind

# The spread (sd of log) between sessions that is assumed until the history tells. Within one quiet
# machine 0.7-1.4 % were measured for timings; hosted runners show 2-3 % and latencies more.
_PRIOR: dict[Kind, float] = {Kind.TIMING: 0.03, Kind.LATENCY: 0.08, Kind.LAB: 0.03}
_PRIOR_WEIGHT = 4.0


@dataclass(frozen=True, slots=True)
class Between:
    """The variance between sessions on the log scale, and the degrees of freedom behind it."""

    variance: float
    df: float
    runs: int


def between_sessions(kind: Kind, sessions: Sequence[Sequence[float]]) -> Between:
    """The variance between sessions from earlier runs' units (log scale), shrunk to a prior.

    The prior counts as four earlier runs. The scatter that the units within a session explain is
    subtracted, never below zero. Exact, counted and proportion kinds have none.
    """
    prior = _PRIOR.get(kind)
    if prior is None:
        return Between(0.0, 0.0, len(sessions))
    means = [math.fsum(units) / len(units) for units in sessions if units]
    observed, df = 0.0, max(0, len(means) - 1)
    if df:
        centre = math.fsum(means) / len(means)
        scatter = math.fsum((m - centre) ** 2 for m in means) / df
        within = math.fsum(_variance_of_mean(units) for units in sessions if units) / len(means)
        observed = max(0.0, scatter - within)
    weight = _PRIOR_WEIGHT + df
    return Between((_PRIOR_WEIGHT * prior**2 + df * observed) / weight, weight, len(means))


def _variance_of_mean(units: Sequence[float]) -> float:
    n = len(units)
    if n < 2:
        return 0.0
    mean = math.fsum(units) / n
    return math.fsum((u - mean) ** 2 for u in units) / (n - 1) / n


def overdispersion(units: Sequence[tuple[int, int]]) -> float:
    """How much more shares vary between units than binomial chance: Pearson's chi² over its df.

    Never below 1; 1 where there are fewer than two units or no events at all.
    """
    events, trials = sum(e for e, _ in units), sum(t for _, t in units)
    if len(units) < 2 or events in {0, trials}:
        return 1.0
    p = events / trials
    chi = math.fsum((e - t * p) ** 2 / (t * p * (1 - p)) for e, t in units)
    return max(1.0, chi / (len(units) - 1))

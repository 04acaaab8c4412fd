"""What awaits a limit on a share before the run: its headroom, the chance of an undecided block."""

from __future__ import annotations

import math
from collections.abc import Sequence

from gate.core.compare.power import Prospect
from gate.core.compare.rule import Errors
from gate.core.compare.shares import Counts, dispersion
from gate.core.stats.special import beta_quantile


def share_prospect(
    runs: Sequence[Sequence[Counts]], limit: float, sign: int, by: Errors
) -> Prospect:
    """From the events and trials of stored runs, unit by unit; `limit` is a share, 0 < limit < 1.

    The chance is that of a run which lies beyond the limit and not so far that Clopper and
    Pearson's bound fails it: the binomial by its normal approximation, trials divided by the
    overdispersion over all units.
    """
    units = [pair for run in runs for pair in run]
    events, trials = sum(e for e, _ in units), sum(t for _, t in units)
    if sign < 0:
        events, limit = trials - events, 1 - limit
    ahead = trials / len(runs) / dispersion(units).factor
    share = (events + 0.5) / (trials + 1)
    least = _least_failing(ahead, limit, by.alarm)
    sd = math.sqrt(ahead * share * (1 - share))
    middle = ahead * share
    chance = _above(ahead * limit, middle, sd) - _above(least, middle, sd)
    bad = beta_quantile(1 - by.miss, middle + 1, max(ahead - middle, 1e-9))
    decidable = bad <= limit or middle >= least
    headroom = limit / share - 1
    return Prospect(headroom, max(0.0, chance), decidable)


def _least_failing(trials: float, limit: float, alarm: float) -> float:
    """The events from which on the lower bound at `alarm` lies beyond the limit."""
    low, high = trials * limit, trials
    for _ in range(60):
        middle = (low + high) / 2
        beyond = beta_quantile(alarm, middle, trials - middle + 1) > limit
        low, high = (low, middle) if beyond else (middle, high)
    return high


def _above(value: float, middle: float, sd: float) -> float:
    return math.erfc((value - middle) / sd / math.sqrt(2)) / 2

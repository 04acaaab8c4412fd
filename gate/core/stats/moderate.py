"""Borrowing strength: the spread of one objective, moderated by those of its fellows."""

from __future__ import annotations

import math
from collections.abc import Sequence

from gate.core.stats.centre import Spread
from gate.core.stats.special import digamma, trigamma, trigamma_inverse

FELLOWS = 8
"""So many spreads have to be known before they say anything about one another."""

_MOST_DF = 20.0


def fellow_spread(spreads: Sequence[Spread]) -> Spread | None:
    """What the spreads of a group tell about any one of them, or None where they are too few.

    The scaled inverse chi-square prior of empirical Bayes, by the moments of log variances
    (Smyth 2004, Statistical Applications in Genetics and Molecular Biology 3(1), §6.2).
    """
    known = [s for s in spreads if s.df > 0 and s.variance > 0]
    if len(known) < FELLOWS:
        return None
    logs = [math.log(s.variance) - digamma(s.df / 2) + math.log(s.df / 2) for s in known]
    mean = math.fsum(logs) / len(logs)
    scatter = math.fsum((value - mean) ** 2 for value in logs) / (len(logs) - 1)
    expected = math.fsum(trigamma(s.df / 2) for s in known) / len(known)
    if scatter <= expected:
        return Spread(math.exp(mean), _MOST_DF)
    half = trigamma_inverse(scatter - expected)
    variance = math.exp(mean + digamma(half) - math.log(half))
    return Spread(variance, min(_MOST_DF, 2 * half))


def moderated(own: Spread, prior: Spread | None) -> Spread:
    """The posterior of a spread under a prior: variances weighted by their degrees of freedom."""
    if prior is None or prior.df <= 0:
        return own
    df = prior.df + own.df
    return Spread((prior.df * prior.variance + own.df * own.variance) / df, df)

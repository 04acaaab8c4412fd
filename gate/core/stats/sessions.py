"""The variance between sessions and the newest level, from the runs before.

A session is one earlier run: the mean of its units on the scale of the comparison, oldest first.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate
from statistics import median

from gate.core.stats.centre import Spread

WINDOW = 64
"""So many of the last runs tell how sessions vary."""

LEVEL = 8
"""At most so many of the last accepted runs say where the baseline lies."""

_FEW = 8
_HELD = 4.0
_BREAK = 6.0
_MAD = 1.4826
_MOST_DF = 30.0
_SHRINK = [1 / math.sqrt(1 + 1 / size) if size else 0.0 for size in range(LEVEL + 1)]


def between_sessions(means: Sequence[float], within: float = 0.0) -> Spread:
    """The variance between sessions: how far runs fell from the mean of the runs before them.

    Each run is predicted as a baseline would: by the mean of the up to eight before it. That keeps
    what a plain variance loses, the drift and the autocorrelation of hosted machines. One odd run
    neither spoils the eight predictions after it nor counts for more than four robust standard
    deviations, so that a single bad day or a real change in the history does not blind the judge.
    `within` is the part that the units of a session explain; it is taken off.
    """
    recent = means[-WINDOW:]
    errors = _prediction_errors(recent, _without_odd_runs(recent))
    if not errors:
        return Spread(0.0, 0.0)
    most = _HELD * _robust_sd(errors)
    squares = math.fsum(min(abs(e), most) ** 2 for e in errors) / len(errors)
    return Spread(max(0.0, squares - within), min(_MOST_DF, len(errors)))


def _prediction_errors(means: Sequence[float], before: Sequence[float]) -> list[float]:
    """Errors scaled to the variance of one session: a mean of k adds a k-th part of its own."""
    first = 1 if len(means) <= _FEW else 3
    sums = [0.0, *accumulate(before)]
    errors = []
    for at in range(first, len(means)):
        size = min(LEVEL, at)
        mean = (sums[at] - sums[at - size]) / size
        errors.append((means[at] - mean) * _SHRINK[size])
    return errors


def _without_odd_runs(means: Sequence[float]) -> Sequence[float]:
    """The runs, each held near the median of the up to eight before it."""
    errors = _prediction_errors(means, means)
    if not errors:
        return means
    most = _HELD * _robust_sd(errors)
    held = list(means[:3])
    for at in range(3, len(means)):
        middle = median(means[max(0, at - LEVEL) : at])
        held.append(min(middle + most, max(middle - most, means[at])))
    return held


def _robust_sd(errors: Sequence[float]) -> float:
    return _MAD * median(map(abs, errors))


def newest_level(means: Sequence[float], sd: float) -> int:
    """How many of the last sessions, eight at most, share the level of the newest.

    A break is where the mean of those after it and the mean of up to eight before it lie more than
    six standard errors apart, and further than at any place beside it; what lies before the last
    break is left out. `sd` is that of one session; with no known spread only the newest counts.
    """
    if sd <= 0:
        return 1
    size = min(LEVEL, len(means))
    while size > 1:
        places = range(1, min(size + 1, len(means)))
        furthest, at = max((_apart(means, place), place) for place in places)
        if furthest <= _BREAK * sd or at == size:
            break
        means, size = means[-at:], at
    return size


def _apart(means: Sequence[float], at: int) -> float:
    """How far the last `at` lie from up to eight before them, in units of one session's sd."""
    after, before = means[-at:], means[max(0, len(means) - at - LEVEL) : -at]
    gap = abs(math.fsum(after) / at - math.fsum(before) / len(before))
    return gap / math.sqrt(1 / at + 1 / len(before))

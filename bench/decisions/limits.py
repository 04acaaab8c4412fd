"""How much of a shift these data let anybody find: a test that knew what no test knows.

For units a z-test that knows each metric's spread (of its units, outliers aside) and, for a stored
baseline, the spread between sessions that the pairs of runs themselves show. For a history a
threshold for every series, set in hindsight so that none of its builds alarms.
"""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Callable, Sequence

from scipy import stats

from bench.decisions.data import Series, Units
from bench.decisions.judge import ALARM_RATE, Pair

Error = Callable[[Pair], float]
"""The standard error of a pair's log ratio, as if known."""


def power(shift: float, tolerance: float, level: float, error: float) -> float:
    """The chance that the one-sided bound lies above the tolerance."""
    distance = math.log1p(shift) - math.log1p(tolerance)
    if error <= 0:
        return float(distance > 0)
    return float(stats.norm.cdf(distance / error - stats.norm.ppf(level)))


def in_check(metrics: int) -> float:
    """The one-sided level of the first step of Holm's procedure."""
    return 1 - ALARM_RATE / metrics


def mean_power(
    pairs: Sequence[Pair], shift: float, tolerance: float, level: float, error: Error
) -> float | None:
    """The share of shifts that would be found."""
    found = [power(shift, tolerance, level, error(pair)) for pair in pairs]
    return statistics.fmean(found) if found else None


def together(pair: Pair) -> float:
    """Units of one session: their spread alone, outliers aside."""
    base, head = _centres(pair.base), _centres(pair.head)
    spread = _spread([*_apart(base), *_apart(head)])
    return spread * math.sqrt(1 / len(base) + 1 / len(head))


def stored(pairs: Sequence[Pair]) -> Error:
    """Units of two sessions: the spread between sessions too, one for each block."""
    moved: dict[str, list[float]] = defaultdict(list)
    for pair in pairs:
        base, head = _centres(pair.base), _centres(pair.head)
        moved[pair.block].append(abs(statistics.fmean(head) - statistics.fmean(base)))
    apart = {block: 1.4826 * statistics.median(values) for block, values in moved.items()}
    return lambda pair: max(apart[pair.block], together(pair))


def hindsight(series: Series, first: int, starts: Sequence[int], shift: float) -> list[bool]:
    """Whether each step is beyond the largest rise that the unchanged series shows.

    A rise is a build's ratio to the median of the eight before it.
    """
    values = [build.value for build in series.builds]

    def rise(at: int) -> float:
        return values[at] / statistics.median(values[max(at - 8, 0) : at])

    most = max((rise(at) for at in range(first, len(values))), default=math.inf)
    return [rise(at) * (1 + shift) > most for at in starts]


def _centres(units: Units) -> list[float]:
    return [math.log(max(statistics.median(unit), 1e-300)) for unit in units]


def _apart(values: Sequence[float]) -> list[float]:
    middle = statistics.median(values)
    return [value - middle for value in values]


def _spread(apart: Sequence[float]) -> float:
    """The smaller of the sd and what the median absolute deviation says of it."""
    squares = math.fsum(value * value for value in apart) / max(len(apart) - 2, 1)
    return min(math.sqrt(squares), 1.4826 * statistics.median(map(abs, apart)))

"""The decision rules of other tools, written from what they document; each says *red* or not.

Lower is better. A side is a sequence of units; the rules of the peers see all values of a side as
one sample (none of them knows of units), a history rule sees one number a build.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from bench.decisions.data import Units

Rule = Callable[[Units, Units], bool]
HistoryRule = Callable[[Sequence[float], float], bool]
Field = Literal["min", "mean", "median"]
Floats = NDArray[np.float64]


def _flat(units: Units) -> list[float]:
    return [value for unit in units for value in unit]


def field_gate(field: Field, percent: float) -> Rule:
    """pytest-benchmark's `--benchmark-compare-fail=FIELD:N%`: one statistic, no more."""
    fields: dict[Field, Callable[[list[float]], float]] = {
        "min": min,
        "mean": statistics.fmean,
        "median": statistics.median,
    }
    of = fields[field]
    return lambda base, head: of(_flat(head)) > of(_flat(base)) * (1 + percent / 100)


def action_ratio(ratio: float) -> Rule:
    """github-action-benchmark's alert threshold: the ratio of the values that it stores."""
    return field_gate("mean", (ratio - 1) * 100)


def quantile_gate(quantile: float, percent: float) -> Rule:
    """The usual k6 script around two summaries: a percentile that grew by more than so much."""

    def rule(base: Units, head: Units) -> bool:
        low, high = np.quantile(_flat(base), quantile), np.quantile(_flat(head), quantile)
        return bool(high > low * (1 + percent / 100))

    return rule


def pyperf_t(base: Units, head: Units) -> bool:
    """Pyperf's compare_to: Student's t with pooled variance at 95 %, values as independent."""
    before, after = _flat(base), _flat(head)
    if len(before) < 2 or len(after) < 2:
        return False
    with np.errstate(all="ignore"):
        found = stats.ttest_ind(before, after, equal_var=True)
    return bool(found.pvalue < 0.05) and statistics.fmean(after) > statistics.fmean(before)


def u_test(base: Sequence[float], head: Sequence[float]) -> float:
    """Mann-Whitney's two-sided p as benchstat takes it: exact to 50 values a side, 25 with ties.

    Beyond: the normal approximation with corrections for continuity and ties.
    """
    size = max(len(base), len(head))
    ties = len(set(base) | set(head)) < len(base) + len(head)
    if ties and size <= 25:
        return _tied(base, head)
    exact = not ties and size <= 50
    method: Literal["exact", "asymptotic"] = "exact" if exact else "asymptotic"
    with np.errstate(all="ignore"):
        found = stats.mannwhitneyu(base, head, alternative="two-sided", method=method)
    return 1.0 if math.isnan(found.pvalue) else float(found.pvalue)


def _tied(base: Sequence[float], head: Sequence[float]) -> float:
    """The exact p given the ties: how many choices of `base` have as extreme a sum of ranks."""
    doubled = np.rint(2 * stats.rankdata([*base, *head])).astype(int)
    chosen, total = len(base), int(doubled.sum())
    ways = np.zeros((chosen + 1, total + 1))
    ways[0, 0] = 1
    for rank in doubled:
        ways[1:, rank:] += ways[:-1, : total + 1 - rank].copy()
    shares = ways[chosen] / ways[chosen].sum()
    seen = int(doubled[:chosen].sum())
    return float(min(1.0, 2 * min(shares[: seen + 1].sum(), shares[seen:].sum())))


def benchstat(level: float = 0.05, percent: float = 0.0) -> Rule:
    """The U test, medians apart in the wrong direction, perhaps by more than some percent."""

    def rule(base: Units, head: Units) -> bool:
        before, after = _flat(base), _flat(head)
        grown = statistics.median(after) / statistics.median(before) - 1
        return grown > percent / 100 and u_test(before, after) < level

    return rule


def asv(factor: float = 1.1) -> Rule:
    """Asv continuous: medians apart by a factor, and the U test below 0.002.

    Where so few values cannot reach 0.002, the medians' 99 % intervals must lie apart.
    """

    def rule(base: Units, head: Units) -> bool:
        before, after = _flat(base), _flat(head)
        if statistics.median(after) <= statistics.median(before) * factor:
            return False
        least = 2 / math.comb(len(before) + len(after), len(before))
        if least < 0.002:
            return u_test(before, after) < 0.002
        return _median_interval(after)[0] > _median_interval(before)[1]

    return rule


def _median_interval(values: Sequence[float], level: float = 0.99) -> tuple[float, float]:
    """Order statistics that hold the median at the level; unbounded where none do."""
    ordered, count = sorted(values), len(values)
    rank = int(stats.binom.ppf((1 - level) / 2, count, 0.5))
    if rank < 1:
        return -math.inf, math.inf
    return ordered[rank - 1], ordered[count - rank]


def criterion(noise: float = 0.01, draws: int = 2000, seed: int = 1) -> Rule:
    """Criterion.rs: a bootstrap test of Welch's t, then the bootstrap interval of the change.

    Red where p < 0.05 and the 95 % interval of the ratio of means lies above the noise threshold;
    2,000 resamples in place of 100,000.
    """
    random = np.random.default_rng(seed)

    def resample(values: Floats, size: int) -> Floats:
        return values[random.integers(0, len(values), (draws, size))]

    def t_of(after: Floats, before: Floats) -> Floats:
        spread = after.var(-1, ddof=1) / after.shape[-1] + before.var(-1, ddof=1) / before.shape[-1]
        made: Floats = (after.mean(-1) - before.mean(-1)) / np.sqrt(spread)
        return made

    def rule(base: Units, head: Units) -> bool:
        before, after = np.asarray(_flat(base)), np.asarray(_flat(head))
        if len(before) < 2 or len(after) < 2:
            return False
        with np.errstate(all="ignore"):
            seen = t_of(after, before)
            pooled = np.concatenate([after, before])
            null = t_of(resample(pooled, len(after)), resample(pooled, len(before)))
        null = null[np.isfinite(null)]
        below = float((null < seen).sum())
        if not len(null) or 2 * min(below, len(null) - below) / len(null) >= 0.05:
            return False
        change = resample(after, len(after)).mean(1) / resample(before, len(before)).mean(1) - 1
        return bool(np.percentile(change, 2.5) > noise)

    return rule


def bencher(level: float = 0.99, window: int = 64) -> HistoryRule:
    """Bencher's default: above the one-sided t prediction bound of the last 64 builds."""

    def rule(history: Sequence[float], value: float) -> bool:
        seen = history[-window:]
        if len(seen) < 2 or (spread := statistics.stdev(seen)) == 0:
            return False
        reach = stats.t.ppf(level, len(seen) - 1) * spread * math.sqrt(1 + 1 / len(seen))
        return bool(value > statistics.fmean(seen) + reach)

    return rule


def conbench(score: float = 5.0, window: int = 100) -> HistoryRule:
    """Conbench's lookback z-score, without its outlier removal and hand-marked steps."""

    def rule(history: Sequence[float], value: float) -> bool:
        seen = history[-window:]
        if len(seen) < 3 or (spread := statistics.stdev(seen)) == 0:
            return False
        return (value - statistics.fmean(seen)) / spread > score

    return rule


def last_ratio(ratio: float) -> HistoryRule:
    """github-action-benchmark on a history: the last value only."""
    return lambda history, value: bool(history) and value / history[-1] > ratio


PAIRWISE: dict[str, Rule] = {
    "pytest-benchmark min:5%": field_gate("min", 5),
    "pytest-benchmark mean:5%": field_gate("mean", 5),
    "pyperf compare_to": pyperf_t,
    "benchstat": benchstat(),
    "benchstat & >5%": benchstat(percent=5),
    "asv continuous 1.1": asv(),
    "Criterion.rs": criterion(),
    "github-action-benchmark 150%": action_ratio(1.5),
}

HISTORY: dict[str, HistoryRule] = {
    "Bencher t .99": bencher(),
    "conbench z 5": conbench(),
    "github-action-benchmark 150%": last_ratio(1.5),
    "github-action-benchmark 110%": last_ratio(1.1),
}

"""From data to units: one statistic each, and what the kind needs to know of its inside."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from gate.core.compare.case import Units
from gate.core.compare.load import saturated
from gate.core.histogram import Histogram
from gate.core.metric import Kind
from gate.core.reasons import Code, Reason, because
from gate.core.sample import Counts, Data, Values, quantile_linear, reduce_unit
from gate.core.sli import Sli, quantile_of

_BLOCKS = 12


def units_of(data: Sequence[Data | Histogram], sli: Sli, kind: Kind) -> Units:
    """The units of one side. Raises `ValueError` where data cannot give the statistic."""
    values = tuple(_reduce(each, sli) for each in data)
    counts = _counts(data, sli) if kind is Kind.PROPORTION else ()
    if kind in {Kind.TIMING, Kind.COUNTED}:
        return Units(values, rounds=_rounds(data))
    if kind is Kind.LATENCY:
        inside = [each.values for each in data if isinstance(each, Values)]
        blocks = tuple(block_variance(run, sli) for run in inside)
        return Units(values, blocks=blocks, saturated=tuple(saturated(run) for run in inside))
    return Units(values, counts=counts)


def _reduce(data: Data | Histogram, sli: Sli) -> float:
    return data.reduce(sli) if isinstance(data, Histogram) else reduce_unit(data, sli)


def _rounds(data: Sequence[Data | Histogram]) -> tuple[tuple[float, ...], ...]:
    found = tuple(each.values for each in data if isinstance(each, Values))
    return found if len(found) == len(data) else ()


def _counts(data: Sequence[Data | Histogram], sli: Sli) -> tuple[tuple[int, int], ...]:
    found = []
    for each in data:
        match each:
            case Counts(events=events, trials=trials):
                found.append((events, trials))
            case Values(values=values) if sli.beyond is not None:
                found.append((sum(map(sli.beyond.holds, values)), len(values)))
            case _:
                return ()
    return tuple(found)


def values_needed(sli: Sli) -> int:
    """How many values one unit needs for the statistic to be more than its own maximum."""
    quantile = quantile_of(sli.statistic)
    if quantile is None or sli.statistic == "median":
        return 1
    outer = min(quantile, 1 - quantile)
    return math.ceil(round(10 / outer, 6)) if outer > 0 else 1


def thin_tail(data: Sequence[Data | Histogram], sli: Sli) -> Reason | None:
    """Why a tail percentile rests on too few values: it needs 10/(1-p) in every unit."""
    needed, have = values_needed(sli), min(each.n for each in data)
    if have >= needed:
        return None
    return because(Code.TAIL_TOO_THIN, statistic=sli.statistic, need=needed, have=have)


def block_variance(run: Sequence[float], sli: Sli) -> float:
    """The variance of log(quantile) of one run by its consecutive blocks, 0 where it has too few.

    Batch quantiles: blocks carry the autocorrelation that single requests would hide (Chen and
    Kelton 2008, Estimating steady-state distributions by simulation). At most twelve blocks.
    """
    quantile = quantile_of(sli.statistic)
    if quantile is None or min(run) <= 0:
        return 0.0
    blocks = min(_BLOCKS, len(run) // max(values_needed(sli) // 2, 20))
    if blocks < 4:
        return 0.0
    edges = [len(run) * i // blocks for i in range(blocks + 1)]
    logs = [math.log(quantile_linear(tuple(run[a:b]), quantile)) for a, b in pairwise(edges)]
    mean = math.fsum(logs) / blocks
    return math.fsum((value - mean) ** 2 for value in logs) / (blocks - 1) / blocks

"""From units to the numbers that are compared: pooled generators, reduced units, oriented logs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import chain

from gate.core.metric import Better
from gate.core.model import Objective
from gate.core.reasons import Code, Reason, because
from gate.core.run import Measurement
from gate.core.sample import Counts, Data, Unit, Values, reduce_unit
from gate.core.sli import Sli, quantile_of
from gate.core.stats.evidence import Scale


def pooled(units: Sequence[Unit]) -> tuple[Data, ...]:
    """One data set a unit: the samples of several load generators of one unit are put together."""
    groups: dict[tuple[str, int], list[Data]] = {}
    for unit in units:
        groups.setdefault((unit.shard, unit.index), []).append(unit.data)
    return tuple(_together(group) for _, group in sorted(groups.items()))


def _together(group: list[Data]) -> Data:
    if len(group) == 1:
        return group[0]
    values = [data.values for data in group if isinstance(data, Values)]
    if len(values) == len(group):
        return Values(tuple(chain.from_iterable(values)))
    counts = [data for data in group if isinstance(data, Counts)]
    if len(counts) == len(group):
        return Counts(sum(c.events for c in counts), sum(c.trials for c in counts))
    msg = "statistics that tools computed themselves cannot be pooled over generators"
    raise ValueError(msg)


def reductions(measurement: Measurement) -> tuple[float, ...]:
    """The SLI's statistic of every unit, in base units."""
    return tuple(reduce_unit(data, measurement.sli) for data in pooled(measurement.units))


def counts(measurement: Measurement) -> tuple[tuple[int, int], ...]:
    """Events and trials of every unit, where the measurement holds or can give them."""
    found = []
    for data in pooled(measurement.units):
        match data:
            case Counts(events=events, trials=trials):
                found.append((events, trials))
            case Values(values=values) if measurement.sli.beyond is not None:
                found.append((sum(map(measurement.sli.beyond.holds, values)), len(values)))
            case _:
                return ()
    return tuple(found)


def sign(objective: Objective) -> int:
    """+1 where more is worse, -1 where less is worse."""
    return 1 if objective.better is Better.LOWER else -1


def scale_of(*sides: Sequence[float]) -> Scale:
    """Ratios where every value is positive, otherwise differences."""
    return Scale.RATIO if all(v > 0 for side in sides for v in side) else Scale.DIFFERENCE


def on_scale(values: Sequence[float], scale: Scale) -> tuple[float, ...]:
    """Values as they are averaged: logarithms for ratios."""
    return tuple(map(math.log, values)) if scale is Scale.RATIO else tuple(values)


def location(values: Sequence[float]) -> float:
    """The location over units: the geometric mean, the mean where a value is not positive."""
    if min(values) == max(values):
        return values[0]  # exp(log(10)) is not 10
    scale = scale_of(values)
    mean = math.fsum(on_scale(values, scale)) / len(values)
    return math.exp(mean) if scale is Scale.RATIO else mean


def thin_tail(measurement: Measurement) -> Reason | None:
    """Why a tail percentile rests on too few values: it needs 10/(1-p) in every unit."""
    needed = values_needed(measurement.sli)
    have = min(data.n for data in pooled(measurement.units))
    if have >= needed:
        return None
    statistic = measurement.sli.statistic
    return because(Code.TAIL_TOO_THIN, statistic=statistic, need=needed, have=have)


def values_needed(sli: Sli) -> int:
    """How many values one unit needs for the statistic to be more than its own maximum."""
    quantile = quantile_of(sli.statistic)
    if quantile is None or sli.statistic == "median":
        return 1
    outer = min(quantile, 1 - quantile)
    return math.ceil(round(10 / outer, 6)) if outer > 0 else 1

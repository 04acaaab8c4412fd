"""From measurements to units: generators of one unit pooled, each unit reduced."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from gate.core.compare.answer import plain_side
from gate.core.compare.case import Units
from gate.core.compare.units import thin_tail, units_of
from gate.core.metric import Better
from gate.core.model import Objective
from gate.core.reasons import Reason
from gate.core.run import Measurement
from gate.core.sample import Counts, Data, Unit, Values
from gate.core.verdict import Side


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


def units(measurement: Measurement) -> Units:
    """The units of a measurement, each reduced to the SLI's statistic."""
    return units_of(pooled(measurement.units), measurement.sli, measurement.kind)


def thin(measurement: Measurement) -> Reason | None:
    """Why a tail percentile of a measurement rests on too few values."""
    return thin_tail(pooled(measurement.units), measurement.sli)


def side(measurement: Measurement) -> Side:
    """The value that a report shows for a measurement, and how many units gave it."""
    return plain_side(units(measurement))


def sign(objective: Objective) -> int:
    """+1 where more is worse, -1 where less is worse."""
    return 1 if objective.better is Better.LOWER else -1

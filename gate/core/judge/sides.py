"""From measurements to units: generators of one unit pooled, each unit reduced."""

from __future__ import annotations

from gate.core.compare.answer import plain_side
from gate.core.compare.case import Units
from gate.core.compare.units import thin_tail, units_of
from gate.core.metric import Better
from gate.core.model import Objective
from gate.core.reasons import Reason
from gate.core.run import Measurement
from gate.core.sample import pool
from gate.core.verdict import Side


def units(measurement: Measurement) -> Units:
    """The units of a measurement, each reduced to the SLI's statistic."""
    return units_of(pool(measurement.units, measurement.sli), measurement.sli, measurement.kind)


def thin(measurement: Measurement) -> Reason | None:
    """Why a tail percentile of a measurement rests on too few values."""
    return thin_tail(pool(measurement.units, measurement.sli), measurement.sli)


def side(measurement: Measurement) -> Side:
    """The value that a report shows for a measurement, and how many units gave it."""
    return plain_side(units(measurement))


def sign(objective: Objective) -> int:
    """+1 where more is worse, -1 where less is worse."""
    return 1 if objective.better is Better.LOWER else -1

"""When the data are judged while they are measured, and what each look may err.

A budget's looks are declared before its first unit. Half of the error is spent at the first look,
the other half equally over the later ones: whatever the dependence between them, all together err
at most as often as one look would (Bonferroni).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

from gate.core.run import BaseTree, Looks, Measurement, Run

_GROWTH = 1.5
_FIRST = 0.5


def schedule(minimum: int, maximum: int) -> tuple[int, ...]:
    """The looks at a budget of `minimum` to `maximum` units: each time half as many more."""
    looks = [minimum]
    while looks[-1] < maximum:
        after = math.ceil(looks[-1] * _GROWTH)
        looks.append(maximum if after * _GROWTH > maximum + 1 else after)
    return tuple(min(look, maximum) for look in looks) if maximum > minimum else (minimum,)


def part_at(look: int, declared: int) -> float:
    """The part of an error that the look may spend, counted from 0, of as many as are declared."""
    if declared <= 1:
        return 1.0
    return _FIRST if look == 0 else (1 - _FIRST) / (declared - 1)


def looks_in(run: Run) -> int:
    """How often the data of a run were judged."""
    return max((len(each.asked) for each in run.looks), default=1)


def of_budget(run: Run, budget: str) -> Looks | None:
    """The looks at a budget; None where it is judged once, when all of it is measured."""
    return next((each for each in run.looks if each.budget == budget), None)


def at_look(run: Run, look: int) -> Run:
    """The run as it was at a look, counted from 0: what was measured later is not there yet."""
    ends = {each.budget: each.asked[min(look, len(each.asked) - 1)] for each in run.looks}
    if not ends:
        return run
    return replace(
        run, measurements=_begun(run.measurements, ends), base=run.base and _base(run.base, ends)
    )


def _base(base: BaseTree, ends: dict[str, int]) -> BaseTree:
    turns = (t for t in base.turns if t.unit < ends.get(t.budget, t.unit + 1))
    return replace(base, measurements=_begun(base.measurements, ends), turns=tuple(turns))


def _begun(measurements: Iterable[Measurement], ends: dict[str, int]) -> tuple[Measurement, ...]:
    found = []
    for measurement in measurements:
        end = ends.get(measurement.objective.partition("/")[0])
        units = measurement.units
        if end is not None:
            units = tuple(unit for unit in units if unit.index < end)
        if units:
            found.append(replace(measurement, units=units))
    return tuple(found)

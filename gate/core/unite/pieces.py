"""The runs of one check, ready to be laid together: units of one budget are numbered on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from gate.core.run import BaseTree, FailedAttempt, Measurement, Run, Turn
from gate.core.shards import of_budget
from gate.core.unite.given import Given


def numbered(given: Sequence[Given]) -> tuple[Run, ...]:
    """The runs with the units of a budget counted on from one to the next.

    Load generators share their units, so theirs keep their numbers.
    """
    runs = [each.run for each in given]
    if any(each.generators > 1 for each in given):
        return tuple(runs)
    first: dict[str, int] = {}
    found = []
    for each in given:
        found.append(_shifted(each.run, first))
        for budget in each.part.budgets:
            first[budget] = first.get(budget, 0) + _size(each.run, budget)
    return tuple(found)


def _size(run: Run, budget: str) -> int:
    """One more than the largest number of a unit of the budget."""
    base = run.base.measurements if run.base is not None else ()
    turns = run.base.turns if run.base is not None else ()
    tried = (*run.failed_attempts, *(run.base.failed_attempts if run.base is not None else ()))
    numbers = [
        u.index for m in (*run.measurements, *base) if of_budget(m) == budget for u in m.units
    ]
    numbers += [turn.unit for turn in turns if turn.budget == budget]
    numbers += [failed.unit for failed in tried if failed.budget == budget]
    return 1 + max(numbers, default=-1)


def _shifted(run: Run, by: Mapping[str, int]) -> Run:
    if not any(by.values()):
        return run
    return replace(
        run,
        measurements=_moved(run.measurements, by),
        failed_attempts=_tried(run.failed_attempts, by),
        base=run.base and _shifted_base(run.base, by),
    )


def _shifted_base(base: BaseTree, by: Mapping[str, int]) -> BaseTree:
    return replace(
        base,
        measurements=_moved(base.measurements, by),
        failed_attempts=_tried(base.failed_attempts, by),
        turns=tuple(Turn(t.budget, t.base, t.unit + by.get(t.budget, 0)) for t in base.turns),
    )


def _moved(measurements: Iterable[Measurement], by: Mapping[str, int]) -> tuple[Measurement, ...]:
    found = []
    for m in measurements:
        on = by.get(of_budget(m), 0)
        units = tuple(replace(unit, index=unit.index + on) for unit in m.units) if on else m.units
        found.append(replace(m, units=units))
    return tuple(found)


def _tried(failed: Iterable[FailedAttempt], by: Mapping[str, int]) -> tuple[FailedAttempt, ...]:
    return tuple(replace(each, unit=each.unit + by.get(each.budget, 0)) for each in failed)

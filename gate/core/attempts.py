"""Judging the same thing again: attempts at one trial are pooled, and share its errors.

Runs of the same head tree, base, promises and environment are attempts at one answer. How many
there will be nobody declares, so attempt k spends three quarters of what those before it left:
3/4, 3/16, 3/64, … of the alarm rate and of the miss rate. The sum over all attempts that there can
ever be is at most the rate, whatever the dependence between them (Bonferroni), and the first one,
which nearly always is the only one, keeps most of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from gate.core.run import Attempt, BaseTree, Measurement, Run, Turn
from gate.core.shards import budgets_here

_SPENT = 0.75


def part_of(attempt: int) -> float:
    """The part of an error rate that an attempt may spend; they count from 1."""
    return _SPENT * left_after(attempt - 1)


def left_after(attempt: int) -> float:
    """The part of an error rate that is left once an attempt was judged."""
    return (1 - _SPENT) ** attempt


def attempt_of(run: Run, budget: str = "") -> int:
    """Which attempt this is at a budget; without one, at that which was tried most often."""
    names = {budget} if budget else set(budgets_here(run))
    tried = (sum(name in each.budgets for each in run.earlier) for name in names)
    return 1 + run.unread + max(tried, default=0)


def pooled(run: Run) -> Run:
    """The run with the units of earlier attempts before its own; nothing replaces them.

    A measurement is pooled where it is of the same series and was compared in the same way (with a
    stored base, or with one measured in turn). The units of each attempt get numbers of their own.
    """
    if not run.earlier:
        return run
    *before, own = _numbered((*run.earlier, _own(run)))
    usable = [replace(each, measurements=_usable(each, own)) for each in before]
    sides = [each.measurements for each in usable]
    measurements = tuple(_joined(m, sides) for m in own.measurements)
    return replace(run, measurements=measurements, base=_joined_base(own, usable))


def _own(run: Run) -> Attempt:
    return Attempt(run.id, run.started, budgets_here(run), run.measurements, run.base)


def _size(attempt: Attempt) -> int:
    """One more than the largest number of a unit."""
    sides = (attempt.measurements, attempt.base.measurements if attempt.base else ())
    indexes = [unit.index for side in sides for m in side for unit in m.units]
    turns = [turn.unit for turn in attempt.base.turns] if attempt.base else []
    return 1 + max((*indexes, *turns), default=-1)


def _numbered(attempts: Iterable[Attempt]) -> list[Attempt]:
    """The attempts with their units counted on from one to the next."""
    found: list[Attempt] = []
    first = 0
    for attempt in attempts:
        found.append(_shifted(attempt, first))
        first += _size(attempt)
    return found


def _shifted(attempt: Attempt, by: int) -> Attempt:
    base = attempt.base
    if base is not None:
        turns = tuple(Turn(t.budget, t.base, t.unit + by) for t in base.turns)
        base = replace(base, measurements=_moved(base.measurements, by), turns=turns)
    return replace(attempt, measurements=_moved(attempt.measurements, by), base=base)


def _moved(measurements: Iterable[Measurement], by: int) -> tuple[Measurement, ...]:
    return tuple(
        replace(m, units=tuple(replace(unit, index=unit.index + by) for unit in m.units))
        for m in measurements
    )


def _usable(earlier: Attempt, own: Attempt) -> tuple[Measurement, ...]:
    """What of an earlier attempt was compared as this one is, on both sides where there are two."""
    return tuple(
        m
        for m in earlier.measurements
        if _beside(earlier, m) == _beside(own, m)
        and (not _beside(own, m) or {_key(m)} <= {_key(b) for b in _base(earlier)})
    )


def _beside(attempt: Attempt, measurement: Measurement) -> bool:
    """Whether its budget was measured on the base in the same session."""
    budget = measurement.objective.partition("/")[0]
    return attempt.base is not None and budget in attempt.base.budgets


def _base(attempt: Attempt) -> tuple[Measurement, ...]:
    return attempt.base.measurements if attempt.base is not None else ()


def _key(measurement: Measurement) -> tuple[str, str]:
    return measurement.objective, measurement.series_key


def _joined(own: Measurement, earlier: Iterable[Iterable[Measurement]]) -> Measurement:
    before = [m for side in earlier for m in side if _key(m) == _key(own)]
    return replace(own, units=tuple(unit for m in (*before, own) for unit in m.units))


def _joined_base(own: Attempt, earlier: Iterable[Attempt]) -> BaseTree | None:
    """The base's side: what was pooled of head, and the order in which both came."""
    if own.base is None:
        return None
    sides: list[list[Measurement]] = []
    turns: list[Turn] = []
    for each in earlier:
        used = {_key(m) for m in each.measurements}
        sides.append([m for m in _base(each) if _key(m) in used])
        turns.extend(each.base.turns if each.base is not None else ())
    measurements = tuple(_joined(m, sides) for m in own.base.measurements)
    return replace(own.base, measurements=measurements, turns=(*turns, *own.base.turns))

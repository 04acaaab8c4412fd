"""The numbers of two pictures: each unit of base and head on one axis, and the runs before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gate.core.model import Objective
from gate.core.units import show
from gate.core.verdict import Bound, Row, Seen, Verdict
from gate.reports.chart import Tick, accepted

_MARGIN = 0.06
_NEAR = 0.018
_STACK = 4


@dataclass(frozen=True, slots=True)
class Lane:
    """One side: its units as positions from 0 to 1 with the step on which each stands."""

    name: str
    dots: tuple[tuple[float, int], ...]


@dataclass(frozen=True, slots=True)
class Strip:
    """Units of base (where there are some) and head, the bounds, and the ends of the axis."""

    lanes: tuple[Lane, ...]
    bounds: tuple[Tick, ...]
    first: str
    last: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Trend:
    """The runs before and this one, left to right; `at` grow to the top. The last is this one."""

    at: tuple[tuple[float, float], ...]
    limit: float | None
    first: str
    sentence: str


def strip_of(row: Row) -> Strip | None:
    """The units of a row, None where fewer than two are known."""
    seen, objective = row.seen, row.objective
    if seen is None or len(seen.head) + len(seen.base) < 2 or not seen.head:
        return None
    bounds = [tick for v in row.verdicts if (tick := _bound(objective, v)) is not None]
    values = (*seen.head, *seen.base, *(tick.at for tick in bounds))
    axis = _Axis.of(values)
    lanes = [Lane(name, _stacked(map(axis.place, side))) for name, side in _sides(seen) if side]
    told = [f"{name}: {_spread(objective, side)}" for name, side in _sides(seen) if side]
    return Strip(
        tuple(lanes),
        tuple(Tick(axis.place(tick.at), tick.label) for tick in bounds),
        show(min(values), objective.dimension),
        show(max(values), objective.dimension),
        "; ".join((*told, *(tick.label for tick in bounds))),
    )


def trend_of(row: Row) -> Trend | None:
    """The comparable runs before with this one, None where there are fewer than two before."""
    seen, objective = row.seen, row.objective
    if seen is None or len(seen.trend) < 2 or row.value is None:
        return None
    values = [*(then.value for then in seen.trend), row.value]
    low, high = min(values), max(values)
    limit = objective.limit.fail if objective.limit is not None else None
    if limit is not None and low - (high - low) <= limit <= high + (high - low):
        values_shown = [*values, limit]
    else:
        values_shown, limit = values, None
    axis, last = _Axis.of(values_shown), len(values) - 1
    ends = " to ".join(show(end, objective.dimension) for end in (low, high))
    since = seen.trend[0].at[:10]
    return Trend(
        tuple((i / last, axis.place(value)) for i, value in enumerate(values)),
        None if limit is None else axis.place(limit),
        since,
        f"{len(values)} runs since {since}: {ends}, now {show(row.value, objective.dimension)}",
    )


@dataclass(frozen=True, slots=True)
class _Axis:
    left: float
    width: float

    @classmethod
    def of(cls, values: Iterable[float]) -> _Axis:
        known = sorted(values)
        width = (known[-1] - known[0]) * (1 + 2 * _MARGIN) or abs(known[0]) or 1.0
        return cls((known[0] + known[-1]) / 2 - width / 2, width)

    def place(self, value: float) -> float:
        return min(1.0, max(0.0, (value - self.left) / self.width))


def _sides(seen: Seen) -> tuple[tuple[str, tuple[float, ...]], ...]:
    return (("base", seen.base), ("head", seen.head))


def _bound(objective: Objective, verdict: Verdict) -> Tick | None:
    """Where a bound lies on the axis of values."""
    if verdict.bound is Bound.LIMIT:
        return Tick(verdict.bound_value, f"limit {show(verdict.bound_value, objective.dimension)}")
    base = verdict.comparison.base if verdict.comparison is not None else None
    if base is None:
        return None
    at = base.value + accepted(objective, verdict, base.value, absolute=True)
    return Tick(at, f"accepted {show(at, objective.dimension)}")


def _spread(objective: Objective, values: tuple[float, ...]) -> str:
    ends = dict.fromkeys(show(end, objective.dimension) for end in (min(values), max(values)))
    units = "1 unit" if len(values) == 1 else f"{len(values)} units"
    return f"{units}, {' to '.join(ends)}"


def _stacked(positions: Iterable[float]) -> tuple[tuple[float, int], ...]:
    """Each position with a step: what would lie on another stands a step above it."""
    found: list[tuple[float, int]] = []
    last = [-1.0] * _STACK  # where the last dot of each step stands
    for at in sorted(positions):
        step = next((i for i, before in enumerate(last) if at - before >= _NEAR), 0)
        last[step] = at
        found.append((at, step))
    return tuple(found)

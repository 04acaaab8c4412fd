"""The history of one objective told: its tracks, what moved when, and in which environments."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby, pairwise

from gate.core.trend.fit import Line
from gate.core.trend.noise import held, variance
from gate.core.trend.partition import partition
from gate.core.trend.point import Point

_SURE = 1.96
_MOST_LOG = 690.0
_LARGEST = 1e308


class Move(StrEnum):
    """How a history moves at a change point."""

    STEP = "step"
    DRIFT_BEGINS = "drift begins"
    DRIFT_ENDS = "drift ends"


@dataclass(frozen=True, slots=True)
class Change:
    """A change point: between the run `before` and the run `at`, `run` counts in the track.

    `was` and `now` are the levels at its two sides in base units, `low` and `high` the 95 %
    interval of the change, relative or (`absolute`) in base units. `slope` is the change from run
    to run of a drift that begins here.
    """

    move: Move
    before: Point
    at: Point
    run: int
    was: float
    now: float
    amount: float
    low: float
    high: float
    absolute: bool
    slope: float = 0.0


@dataclass(frozen=True, slots=True)
class Stretch:
    """Runs `first` to `end` - 1 of a track that keep a level or drift; heights in base units.

    `slope` is the change from run to run, `total` that of the whole stretch, as in `Change`.
    """

    first: int
    end: int
    start: float
    finish: float
    slope: float
    total: float


@dataclass(frozen=True, slots=True)
class Track:
    """The comparable runs of a history: one series in one environment, oldest first.

    `spread` is the sd of one run about its level: relative, or in base units where `absolute`.
    """

    environment: str
    series: str
    points: tuple[Point, ...]
    stretches: tuple[Stretch, ...]
    changes: tuple[Change, ...]
    spread: float
    absolute: bool

    def interval(self, value: float) -> tuple[float, float]:
        """Where 95 of 100 runs at the level of this one lie."""
        away = min(_MOST_LOG, _SURE * self.spread) if not self.absolute else _SURE * self.spread
        if self.absolute:
            return value - away, value + away
        return value * math.exp(-away), min(_LARGEST, value * math.exp(away))


@dataclass(frozen=True, slots=True)
class Band:
    """Runs `first` to `end` - 1 of a history that were measured alike, one after the other."""

    environment: str
    series: str
    first: int
    end: int


@dataclass(frozen=True, slots=True)
class Trace:
    """A history told. Of tracks the one that was measured last comes last."""

    points: tuple[Point, ...]
    tracks: tuple[Track, ...]
    bands: tuple[Band, ...]

    @property
    def changes(self) -> tuple[Change, ...]:
        """All change points, oldest first."""
        found = (change for track in self.tracks for change in track.changes)
        return tuple(sorted(found, key=lambda change: (change.at.at, change.at.entry)))


def trace(points: Sequence[Point], *, exact: bool = False) -> Trace:
    """Tell the history of one objective, oldest point first; of what is `exact` any step counts.

    Only runs of one series in one environment are compared: another machine is no change of the
    code. Where machines take turns, each has its own track.
    """
    groups: dict[tuple[str, str], list[Point]] = {}
    for point in points:
        groups.setdefault((point.environment, point.series), []).append(point)
    ordered = sorted(groups.items(), key=lambda group: group[1][-1].at)
    tracks = tuple(_track(key, tuple(found), exact=exact) for key, found in ordered)
    return Trace(tuple(points), tracks, _bands(points))


def _bands(points: Sequence[Point]) -> tuple[Band, ...]:
    found = []
    at = 0
    for (environment, series), group in groupby(points, key=lambda p: (p.environment, p.series)):
        end = at + sum(1 for _ in group)
        found.append(Band(environment, series, at, end))
        at = end
    return tuple(found)


def _track(key: tuple[str, str], points: tuple[Point, ...], *, exact: bool) -> Track:
    values = [point.value for point in points]
    absolute = not all(value > 0 for value in values)
    scale = _Scale(absolute, max(map(abs, values)) or 1.0)
    scaled = [scale.place(value) for value in values]
    lines = _constant(scaled) if exact else partition(scaled)
    noise = 0.0 if exact else variance(held(scaled))
    changes = tuple(
        _change(points, before, after, noise, scale) for before, after in pairwise(lines)
    )
    stretches = tuple(_stretch(line, scale) for line in lines)
    spread = math.sqrt(noise) * (scale.most if absolute else 1.0)
    return Track(*key, points, stretches, changes, spread, absolute)


@dataclass(frozen=True, slots=True)
class _Scale:
    """Heights and differences on the scale of the fit, as people read them.

    Logarithms, or (`absolute`) parts of the largest value, whose squares do not overflow.
    """

    absolute: bool
    most: float

    def place(self, value: float) -> float:
        return value / self.most if self.absolute else math.log(value)

    def height(self, value: float) -> float:
        return value * self.most if self.absolute else math.exp(min(_MOST_LOG, value))

    def change(self, difference: float) -> float:
        if self.absolute:
            return difference * self.most
        return math.expm1(min(_MOST_LOG, difference))


def _constant(values: Sequence[float]) -> tuple[Line, ...]:
    """A level for each row of equal values."""
    found = []
    at = 0
    for value, group in groupby(values):
        end = at + sum(1 for _ in group)
        found.append(Line(at, end, 0.0, value, 0.0))
        at = end
    return tuple(found)


def _change(
    points: tuple[Point, ...], before: Line, after: Line, noise: float, scale: _Scale
) -> Change:
    move = Move.STEP
    was, now = before.at(before.end - 1), after.at(after.first)
    if after.slope and not before.slope:
        move, now = Move.DRIFT_BEGINS, after.at(after.end - 1)
    elif before.slope and not after.slope:
        move, was = Move.DRIFT_ENDS, before.at(before.first)
    parts = ((before.n, before.slope), (after.n, after.slope))
    error = _SURE * math.sqrt(sum(noise * (4 if slope else 1) / n for n, slope in parts))
    return Change(
        move=move,
        before=points[before.end - 1],
        at=points[after.first],
        run=after.first,
        was=scale.height(was),
        now=scale.height(now),
        amount=scale.change(now - was),
        low=scale.change(now - was - error),
        high=scale.change(now - was + error),
        absolute=scale.absolute,
        slope=scale.change(after.slope),
    )


def _stretch(line: Line, scale: _Scale) -> Stretch:
    start, finish = line.at(line.first), line.at(line.end - 1)
    return Stretch(
        line.first,
        line.end,
        scale.height(start),
        scale.height(finish),
        scale.change(line.slope),
        scale.change(finish - start),
    )

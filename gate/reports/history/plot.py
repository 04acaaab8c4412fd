"""The numbers of the picture of a history: everything as positions from 0 to 1, y to the top."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise

from gate.core.days import seconds_of
from gate.core.metric import Better
from gate.core.trend import Point, Trace, Track
from gate.core.units import show
from gate.reports.history.model import History

MOST = 600
"""So many dots are drawn; more runs share a column, with the span of their values."""

_MARGIN = 0.07
_FAR = 1.0
"""A budget line is drawn where it lies no further from the values than so many of their spans."""
_MOST_BANDS = 60


@dataclass(frozen=True, slots=True)
class Dots:
    """Runs of one status, as the report colours it."""

    tone: str
    at: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """Runs that share a column: where, from the lowest to the highest."""

    at: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch that keeps its level or drifts."""

    first: tuple[float, float]
    last: tuple[float, float]
    drifts: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """A budget line with its label, between two positions."""

    kind: str
    y: float
    first: float
    last: float
    label: str


@dataclass(frozen=True, slots=True)
class Area:
    """An environment, from one run to another."""

    first: float
    last: float
    environment: str
    odd: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """A change point and its number in the list beside the picture."""

    at: float
    number: int


@dataclass(frozen=True, slots=True)
class Plot:
    """All of it; `ticks` are labels at heights, `dates` at places."""

    dots: tuple[Dots, ...]
    bars: tuple[Bar, ...]
    segments: tuple[Segment, ...]
    rules: tuple[Rule, ...]
    areas: tuple[Area, ...]
    marks: tuple[Mark, ...]
    ticks: tuple[tuple[float, str], ...]
    dates: tuple[tuple[float, str], ...]


Place = Callable[[float], float]


def plot_of(history: History) -> Plot | None:
    """The picture of a history, None without runs."""
    told = history.trace
    if not told.points:
        return None
    values = [point.value for point in told.points]
    rules = _rules(history, min(values), max(values))
    low = min([*values, *(value for _, value, _, _ in rules)])
    high = max([*values, *(value for _, value, _, _ in rules)])
    up = _scaled(low, high)
    along = _scaled(0.0, float(len(values) - 1), margin=0.01)
    order = {point.entry: at for at, point in enumerate(told.points)}
    return Plot(
        dots=_dots(told.points, along, up),
        bars=_bars(values, along, up),
        segments=_segments(told, order, along, up),
        rules=tuple(
            Rule(kind, up(value), along(first), 1.0, label) for kind, value, first, label in rules
        ),
        areas=_areas(told, along),
        marks=tuple(
            Mark(along(order[change.at.entry] - 0.5), number)
            for number, change in enumerate(told.changes, 1)
        ),
        ticks=tuple((up(at), show(at, history.dimension)) for at in _ticks(low, high)),
        dates=_dates(told.points, along),
    )


def _scaled(low: float, high: float, margin: float = _MARGIN) -> Place:
    width = (high - low) * (1 + 2 * margin) or abs(low) or 1.0
    left = (low + high) / 2 - width / 2
    return lambda value: min(1.0, max(0.0, (value - left) / width))


def _ticks(low: float, high: float) -> tuple[float, ...]:
    """Round heights: steps of one, two or five."""
    if high <= low:
        return (low,)
    rough = (high - low) / 5
    unit = 10.0 ** math.floor(math.log10(rough))
    step = next(unit * factor for factor in (1, 2, 5, 10) if unit * factor >= rough)
    first = math.ceil(low / step)
    return tuple(step * at for at in range(first, first + 12) if step * at <= high)


def _dots(points: tuple[Point, ...], along: Place, up: Place) -> tuple[Dots, ...]:
    if len(points) > MOST:
        return ()
    found: dict[str, list[tuple[float, float]]] = {}
    for at, point in enumerate(points):
        found.setdefault(point.status, []).append((along(at), up(point.value)))
    return tuple(Dots(tone, tuple(places)) for tone, places in found.items())


def _bars(values: list[float], along: Place, up: Place) -> tuple[Bar, ...]:
    if len(values) <= MOST:
        return ()
    edges = [at * len(values) // MOST for at in range(MOST + 1)]
    return tuple(
        Bar(along((first + end - 1) / 2), up(min(values[first:end])), up(max(values[first:end])))
        for first, end in pairwise(edges)
    )


def _segments(told: Trace, order: dict[str, int], along: Place, up: Place) -> tuple[Segment, ...]:
    return tuple(
        Segment(
            (along(order[track.points[each.first].entry]), up(each.start)),
            (along(order[track.points[each.end - 1].entry]), up(each.finish)),
            each.slope != 0,
        )
        for track in told.tracks
        for each in track.stretches
    )


def _rules(history: History, low: float, high: float) -> list[tuple[str, float, float, str]]:
    """Kind, height, first run and label of each budget line that is near enough to be seen."""
    room = _FAR * max(high - low, abs(high) * 0.05)
    return [rule for rule in _all_rules(history) if low - room <= rule[1] <= high + room]


def _all_rules(history: History) -> Iterable[tuple[str, float, float, str]]:
    objective, dimension = history.objective, history.dimension
    if objective is None:
        return
    sign = 1 if objective.better is Better.LOWER else -1
    if objective.limit is not None:
        yield "limit", objective.limit.fail, 0.0, f"limit {show(objective.limit.fail, dimension)}"
        if objective.limit.warn is not None:
            warn = objective.limit.warn
            yield "warn", warn, 0.0, f"warn {show(warn, dimension)}"
    track = history.trace.tracks[-1]
    last = track.stretches[-1]
    first = history.trace.points.index(track.points[last.first])
    if objective.tolerance is not None:
        amount = objective.tolerance.fail
        away = amount.value * abs(last.finish) if amount.relative else amount.value
        at = last.finish + sign * max(away, objective.tolerance.floor)
        yield "accepted", at, float(first), f"tolerance {show(at, dimension)}"
    if objective.drift is not None:
        begin, base = _level_ago(track, objective.drift.days)
        amount = objective.drift.fail
        away = amount.value * abs(base) if amount.relative else amount.value
        at = base + sign * away
        place = history.trace.points.index(track.points[begin])
        yield "accepted", at, float(place), f"drift {show(at, dimension)}"


def _level_ago(track: Track, days: float) -> tuple[int, float]:
    """The run of a track so many days before its last, or its first, and the level there."""
    since = (seconds_of(track.points[-1].at) or 0.0) - days * 86400
    ages = (seconds_of(point.at) or 0.0 for point in track.points)
    at = next(index for index, second in enumerate(ages) if second >= since)
    each = next(stretch for stretch in track.stretches if at < stretch.end)
    part = (at - each.first) / max(1, each.end - each.first - 1)
    return at, each.start + part * (each.finish - each.start)


def _areas(told: Trace, along: Place) -> tuple[Area, ...]:
    """The environments; none where they change too often to be told apart in a picture."""
    if len(told.bands) > _MOST_BANDS:
        return ()
    known = {key: at for at, key in enumerate(dict.fromkeys(b.environment for b in told.bands))}
    return tuple(
        Area(
            along(band.first - 0.5),
            along(band.end - 0.5),
            band.environment,
            known[band.environment] % 2 == 1,
        )
        for band in told.bands
    )


def _dates(points: tuple[Point, ...], along: Place) -> tuple[tuple[float, str], ...]:
    last = len(points) - 1
    places = dict.fromkeys(round(last * part / 4) for part in range(5))
    return tuple((along(at), points[at].at[:10]) for at in places)

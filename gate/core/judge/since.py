"""Which stored runs a drift is held to: the comparable ones, and those where the window begins."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from gate.core.days import seconds_of
from gate.core.judge.effects import World
from gate.core.metric import Kind
from gate.core.model import Drift, Objective
from gate.core.reasons import Code, Reason, because
from gate.core.run import Measurement
from gate.core.shards import environment_of
from gate.core.stats.sessions import LEVEL
from gate.core.trend import Point
from gate.core.verdict import Status

_REACHED = 0.9
_LEVEL_RUNS = 3
_DAY = 86400.0


@dataclass(frozen=True, slots=True)
class Then:
    """The stored runs that say where the level was, their age and the oldest one's, in days."""

    points: tuple[Point, ...]
    age: float
    reach: float
    reached: bool


def level_then(points: Sequence[Point], drift: Drift, now: str) -> Then:
    """The runs next to the begin of the window, or the oldest where there are none so old."""
    ages = [_age(point, now) for point in points]
    old = [at for at, age in enumerate(ages) if age >= _REACHED * drift.days]
    reached = len(old) >= min(_LEVEL_RUNS, len(points))
    chosen = old[-LEVEL:] if reached else list(range(min(LEVEL, len(points))))
    age = math.fsum(ages[at] for at in chosen) / len(chosen)
    return Then(tuple(points[at] for at in chosen), age, max(ages), reached)


def _age(point: Point, now: str) -> float:
    here, there = seconds_of(now), seconds_of(point.at)
    return max(0.0, (here - there) / _DAY) if here is not None and there is not None else 0.0


def comparable_points(
    objective: Objective, head: Measurement, world: World
) -> tuple[Point, ...] | Reason:
    """The stored runs of the window; none before one that failed and was accepted by hand."""
    run = world.run
    stored = sorted(
        (
            point
            for story in world.stories
            if story.objective in objective.names
            for point in story.points
            if point.at < run.started and point.commit != run.commit.sha and point.entry != run.id
        ),
        key=lambda point: (point.at, point.entry),
    )
    if not stored:
        return because(Code.NO_BASELINE, detail="no run that measured it is stored")
    shape = head.series_key.partition("@")[2]
    alike = [point for point in stored if point.series.partition("@")[2] == shape]
    if not alike:
        return because(Code.OTHER_SERIES, detail="no stored run measured it in this way")
    here = environment_of(run, objective.budget).key
    found = [p for p in alike if p.environment == here or objective.kind is Kind.EXACT]
    if not found:
        return because(Code.OTHER_ENVIRONMENT, detail="every stored run was measured elsewhere")
    wanted = (at for at, p in enumerate(found) if p.accepted and p.status == Status.FAIL)
    last = max(wanted, default=0)
    return tuple(found[last:])

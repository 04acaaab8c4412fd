"""Drift budgets: the level now against the level some time ago, in the same environment.

Each build may add less than any tolerance shows; over `days` it adds up. How far two days lie apart
by chance all stored runs between say: how badly each was foretold by those before it, once their
straight line is taken off. So a history that wanders widens the interval, and a steady drift does
not hide itself. Judged by the rule of design §4; measured by bench/trends.py.

A number that takes one of a few levels (CLS) is far from normal: seldom levels lie outside every
interval. So head alone is no drift: the runs just before it are beyond the bound, too, or no run of
a long history ever was.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import replace

from gate.core.accepting import entries_of
from gate.core.compare.bounds import drift_text, tolerance_bounds
from gate.core.compare.result import Weighing, comparison
from gate.core.compare.rule import Errors
from gate.core.judge.effects import World
from gate.core.judge.expand import Asked
from gate.core.judge.sides import side, sign, thin
from gate.core.judge.since import Then, comparable_points, level_then
from gate.core.judge.verdicts import drift_verdict_of, ends_text, too_few
from gate.core.metric import Kind
from gate.core.model import Drift, Objective, Tolerance
from gate.core.reasons import Code, Reason, because
from gate.core.run import Measurement
from gate.core.stats.evidence import Evidence, Scale, exactly, student, unvaried
from gate.core.stats.sessions import between_sessions
from gate.core.trend import Point
from gate.core.trend.fit import Sums
from gate.core.units import show_points, show_ratio
from gate.core.verdict import BaselineSource, Comparison, Side, Status, Verdict, Working

FEWEST = 8
"""So many stored runs at least say how far days lie apart."""
LASTING = 2
"""So many runs just before head are beyond the bound, too, where it is a drift."""
UNSEEN = 30
"""After so many runs without it, that a level of unchanged code first comes at head: at most 1.2 %,
the greatest q (1 - q)^30."""
WINDOW = 1.5
"""How far back stored runs are looked at, in lengths of the drift's window."""


def left_to_tolerances(asked: Collection[Asked]) -> float:
    """The part of the alarm rate that is left to tolerances: drifts take theirs by weight."""
    given = _weights(asked)
    whole = sum(given)
    return given[0] / whole if given[0] and given[1] else 1.0


def drift_verdicts(asked: Collection[Asked], world: World) -> dict[str, Verdict]:
    """The verdict on each drift budget of what was measured, by objective.

    Their part of the alarm rate is shared by weight, whatever the others come to.
    """
    whole = sum(_weights(asked))
    found: dict[str, Verdict] = {}
    for each in asked:
        objective, head = each.objective, each.answer
        if objective.drift is None or each.skipped or not isinstance(head, Measurement):
            continue
        if too_few(objective, head) is None:
            share = objective.weight / whole if objective.blocking else 1.0
            found[objective.id] = _verdict(objective, objective.drift, head, world, share)
    return found


def _weights(asked: Collection[Asked]) -> tuple[float, float]:
    """What blocking tolerances and blocking drifts weigh."""
    blocking = [each.objective for each in asked if each.objective.blocking and not each.skipped]
    return (
        sum(objective.weight for objective in blocking if objective.tolerance is not None),
        sum(objective.weight for objective in blocking if objective.drift is not None),
    )


def _verdict(
    objective: Objective, drift: Drift, head: Measurement, world: World, share: float
) -> Verdict:
    points = comparable_points(objective, head, world)
    if isinstance(points, Reason):
        elsewhere = points.code is Code.OTHER_ENVIRONMENT
        status = Status.UNDECIDED if elsewhere else Status.MISSING
        return drift_verdict_of(objective, drift, status, points)
    if reason := thin(head):
        return drift_verdict_of(objective, drift, Status.UNDECIDED, reason)
    then = level_then(points, drift, world.run.started)
    if objective.kind is not Kind.EXACT and len(points) < FEWEST:
        detail = f", and are {len(points)} of at least {FEWEST}"
        return drift_verdict_of(objective, drift, Status.UNDECIDED, _short(then, drift, detail))
    part = world.part(objective.budget)
    errors = Errors(
        world.policy.alarm_rate * world.alarm * part * share, world.policy.miss_rate * part
    )
    weighing = _weighed(objective, drift, side(head), (points, then), world)
    found = comparison(weighing, errors)
    plain = drift_verdict_of(objective, drift, found.status, _reason(objective, found, then, drift))
    source = BaselineSource(
        "drift",
        then.points[-1].commit,
        round(then.age),
        len(then.points),
        then.points[-1].at,
        then.points[-1].environment,
    )
    verdict = replace(plain, comparison=found, baseline=source)
    if found.status is Status.FAIL and _alone(objective, weighing, points):
        return replace(verdict, status=Status.UNDECIDED, reason=_once(verdict))
    if then.reached or found.status is Status.FAIL:
        return verdict
    return replace(verdict, status=Status.UNDECIDED)


def _weighed(
    objective: Objective,
    drift: Drift,
    head: Side,
    runs: tuple[tuple[Point, ...], Then],
    world: World,
) -> Weighing:
    points, then = runs
    values, old = [point.value for point in points], [point.value for point in then.points]
    exact = objective.kind is Kind.EXACT
    scale = _scale(objective, (*values, head.value))
    logs = scale is Scale.RATIO
    mean = _mean(old, logs=logs)
    base = _wanted(objective, old[-1] if exact else math.exp(mean) if logs else mean, world)
    orient = sign(objective)
    bounds = tolerance_bounds(Tolerance(drift.fail), base, scale, orient)
    amount = _worse(head.value, base, scale, orient)
    evidence, working = exactly(amount, scale), Working("exact", runs=len(old))
    if objective.kind is not Kind.COUNTED and not exact and min(values) == max(values):
        evidence = _unvaried(amount, scale, len(values))
    elif not exact:
        evidence, working = _between(
            amount, [math.log(v) for v in values] if logs else values, len(old), scale
        )
    return Weighing(orient, evidence, bounds, Side(base, len(old)), head, working)


def _scale(objective: Objective, values: Sequence[float]) -> Scale:
    ratio = min(values) > 0 and objective.kind is not Kind.EXACT
    return Scale.RATIO if ratio else Scale.DIFFERENCE


def _worse(value: float, base: float, scale: Scale, orient: int) -> float:
    """By how much a value is worse than the level, on the scale that it is judged on."""
    there, here = (math.log(base), math.log(value)) if scale is Scale.RATIO else (base, value)
    return orient * (here - there)


def _alone(objective: Objective, weighing: Weighing, points: Sequence[Point]) -> bool:
    """Whether head is beyond the bound as runs of the history were at times, without lasting."""
    if objective.kind is Kind.EXACT:
        return False
    values, base = [point.value for point in points], weighing.base.value
    scale = _scale(objective, (*values, weighing.head.value))
    beyond = [_worse(v, base, scale, weighing.sign) > weighing.bounds.fail for v in values]
    unseen = len(beyond) >= UNSEEN and not any(beyond)
    return not unseen and not all(beyond[-LASTING:])


def _once(verdict: Verdict) -> Reason:
    value = dict(verdict.reason.facts)["value"]
    return because(Code.ONE_RUN, value=value, bound=verdict.bound_text)


def _mean(values: Sequence[float], *, logs: bool) -> float:
    return math.fsum(math.log(v) if logs else v for v in values) / len(values)


def _unvaried(amount: float, scale: Scale, runs: int) -> Evidence:
    """Against runs that were all the same: that head is the first to differ is one chance of all.

    A rate of errors or a layout shift may be nothing on a hundred days and a little on the next.
    """
    return replace(unvaried(amount, scale, runs + 1), high=lambda _: amount)


def _between(
    amount: float, values: Sequence[float], level: int, scale: Scale
) -> tuple[Evidence, Working]:
    """The evidence of one run against the mean of `level`, by what varies between days."""
    line = Sums(values).line(0, len(values))
    spread = between_sessions([value - line.at(at) for at, value in enumerate(values)])
    variance = spread.variance * (1 + 1 / level)
    working = Working(
        "drift",
        sessions=math.sqrt(spread.variance),
        sessions_df=spread.df,
        error=math.sqrt(variance),
        df=spread.df,
        runs=level,
    )
    return student(amount, variance, spread.df, scale), working


def _wanted(objective: Objective, base: float, world: World) -> float:
    """The level to compare with: the worse one that accepted.yml wants, as long as it holds."""
    values = [
        entry.value
        for entry in entries_of(objective, world.run.promises.accepted)
        if world.day <= entry.until
    ]
    worse = max if sign(objective) > 0 else min
    return worse((base, *values))


def _short(then: Then, drift: Drift, detail: str) -> Reason:
    reach = f"{then.reach:.0f} days"
    return because(Code.SHORT_HISTORY, reach=reach, days=f"{drift.days:g}", detail=detail)


def _reason(objective: Objective, found: Comparison, then: Then, drift: Drift) -> Reason:
    bound = drift_text(objective)
    if found.ratio is not None:
        value = show_ratio(found.ratio - 1)
    else:
        value = show_points(found.difference or 0.0, objective.dimension)
    if found.status is Status.FAIL:
        return because(Code.BEYOND, value=value, bound=bound)
    if not then.reached:
        return _short(then, drift, f"; {value} so far")
    if found.status is Status.PASS:
        return because(Code.WITHIN, value=value, bound=bound)
    return because(Code.STRADDLES, **ends_text(objective, found), bound=bound)

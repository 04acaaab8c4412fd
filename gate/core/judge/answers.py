"""Every objective with its verdicts: each bound as the look that could tell answered it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from gate.core.compare.answer import not_exact
from gate.core.compare.rule import Errors
from gate.core.judge.drift import drift_verdicts, left_to_tolerances
from gate.core.judge.effects import World
from gate.core.judge.expand import Answer, Asked, expand
from gate.core.judge.sides import units
from gate.core.judge.tolerance import said_exactly
from gate.core.judge.tolerances import tolerance_verdicts
from gate.core.judge.verdicts import limit_verdict, too_few, unmeasured
from gate.core.looks import at_look, looks_in, of_budget
from gate.core.metric import Better, Kind
from gate.core.model import Objective
from gate.core.past import Past, in_session
from gate.core.reasons import Code, Reason
from gate.core.run import Measurement, Run
from gate.core.trend import Story
from gate.core.units import Dimension
from gate.core.verdict import Bound, Status, Verdict

_TOLD = {Status.PASS, Status.WARN, Status.FAIL}


@dataclass(frozen=True, slots=True)
class Answered:
    """A verdict on one bound with what it rests on: what head had given by then."""

    verdict: Verdict
    answer: Answer


@dataclass(frozen=True, slots=True)
class Answers:
    """An objective with the answer to each of its bounds."""

    objective: Objective
    bounds: tuple[Answered, ...]


def answers(
    run: Run,
    pasts: tuple[Past, ...],
    at: str,
    *,
    only: frozenset[str] | None = None,
    alarm: float,
    stories: tuple[Story, ...] = (),
) -> tuple[Answers, ...]:
    """Every objective of a run, in the order of the budgets, or `only` those.

    The data are seen as they were at each look: what could be told then stays, whatever is measured
    later. `alarm` is the part of the alarm rate that tolerances may spend.
    """
    told: dict[tuple[str, Bound], Answered] = {}
    asked: tuple[Asked, ...] = ()
    for look in range(looks_in(run)):
        world = World.of(at_look(run, look), pasts, at, look=look, alarm=alarm, stories=stories)
        asked = expand(world.run, world.pasts)
        if only is not None:
            asked = tuple(each for each in asked if each.objective.id in only)
        _look(asked, world, told)
    return tuple(Answers(each.objective, _bounds(each.objective, told)) for each in asked)


def _look(asked: tuple[Asked, ...], world: World, told: dict[tuple[str, Bound], Answered]) -> None:
    """Answer what no earlier look could tell; a budget that was not measured on says no more."""
    settled = {
        id_: found.verdict.status is Status.FAIL
        for (id_, bound), found in told.items()
        if bound is Bound.TOLERANCE and (_is_told(found) or _is_over(found, world))
    }
    alarm = world.alarm * left_to_tolerances(asked)
    tolerances = tolerance_verdicts(asked, replace(world, alarm=alarm), settled)
    found = _Found(tolerances, drift_verdicts(asked, world))
    for each in asked:
        for verdict in _verdicts(each, found, world):
            key = each.objective.id, verdict.bound
            before = told.get(key)
            if before is None or not (_is_told(before) or _is_over(before, world)):
                told[key] = Answered(verdict, each.answer)


def _is_told(found: Answered) -> bool:
    return found.verdict.status in _TOLD


def _is_over(found: Answered, world: World) -> bool:
    """Whether the budget had its last look before this one."""
    looks = of_budget(world.run, found.answer.objective.partition("/")[0])
    return world.look >= (1 if looks is None else len(looks.asked))


def _bounds(
    objective: Objective, told: Mapping[tuple[str, Bound], Answered]
) -> tuple[Answered, ...]:
    keys = ((objective.id, bound) for bound in Bound)
    return tuple(told[key] for key in keys if key in told)


@dataclass(frozen=True, slots=True)
class _Found:
    """The verdicts that are decided together, by objective."""

    tolerances: Mapping[str, Verdict]
    drifts: Mapping[str, Verdict]


def _verdicts(asked: Asked, told: _Found, world: World) -> tuple[Verdict, ...]:
    objective, answer = asked.objective, asked.answer
    if asked.skipped is not None:
        return unmeasured(objective, Status.SKIPPED, asked.skipped)
    if not isinstance(answer, Measurement):
        return unmeasured(objective, _status_of_absence(objective, answer.reason), answer.reason)
    if few := too_few(objective, answer):
        return unmeasured(objective, Status.MISSING, few)
    if refuted := _refuted(objective, world):
        return unmeasured(objective, Status.MISSING, refuted)
    found = []
    if objective.limit is not None:
        part = world.part(objective.budget)
        errors = Errors(world.policy.alarm_rate * part, world.policy.miss_rate * part)
        found.append(limit_verdict(objective, objective.limit, answer, errors))
    together = (told.tolerances.get(objective.id), told.drifts.get(objective.id))
    return (*found, *(verdict for verdict in together if verdict is not None))


def _refuted(objective: Objective, world: World) -> Reason | None:
    """Why what is said to be exact is not: the base, measured twice, gave two values."""
    base = in_session(world.run, objective) if objective.kind is Kind.EXACT else None
    if base is None:
        return None
    reason = not_exact(objective.id, units(base).values)
    return reason and said_exactly(objective, reason, base)


def _status_of_absence(objective: Objective, reason: Reason) -> Status:
    """A time-out counts as beyond the bound of a time; every other absence is missing."""
    slow = objective.dimension is Dimension.TIME and objective.better is Better.LOWER
    timed_out = reason.code is Code.TOOL_TIMED_OUT
    return Status.FAIL if slow and timed_out else Status.MISSING

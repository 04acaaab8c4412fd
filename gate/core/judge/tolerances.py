"""All tolerances of a check, posed as cases and decided together: they share the alarm rate."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from gate.core.compare.case import Case, Design
from gate.core.compare.decide import decide_together
from gate.core.judge.effects import World
from gate.core.judge.expand import Asked
from gate.core.judge.tolerance import tolerance_case
from gate.core.judge.verdicts import tolerance_verdict, tolerance_verdict_of, too_few
from gate.core.metric import Kind
from gate.core.model import Objective, Tolerance
from gate.core.past import LATEST, PINNED, choose
from gate.core.reasons import Code, Reason, because
from gate.core.run import Commit, Measurement
from gate.core.shards import confirms
from gate.core.verdict import BaselineSource, Status, Verdict


@dataclass(frozen=True, slots=True)
class _Posed:
    """A tolerance that can be compared, waiting for the others of the check."""

    objective: Objective
    tolerance: Tolerance
    case: Case
    source: BaselineSource
    measured: tuple[Measurement, Measurement]


def tolerance_verdicts(
    asked: Collection[Asked], world: World, settled: Mapping[str, bool]
) -> dict[str, Verdict]:
    """The verdict on each tolerance of what was measured, by objective.

    `settled` are objectives that an earlier look answered, and whether they failed there. Where
    stored baselines only screen, they take nothing of the alarm rate and nothing fails by them.
    """
    found: dict[str, Verdict] = {}
    posed: list[_Posed] = []
    for each in asked:
        case = _case(each, world)
        if isinstance(case, Verdict):
            found[each.objective.id] = case
        elif case is not None:
            posed.append(case)
    screening = {each.objective.id for each in posed if _only_screened(each, world)}
    decided = decide_together(
        [replace(q.case, blocking=q.case.blocking and q.case.id not in screening) for q in posed],
        alarm_rate=world.policy.alarm_rate * world.alarm,
        miss_rate=world.policy.miss_rate,
        weights=dict(world.run.promises.weights),
        settled=settled,
    )
    for question, comparison in zip(posed, decided, strict=True):
        objective = question.objective
        verdict = tolerance_verdict(
            objective, question.tolerance, comparison, question.source, question.measured
        )
        verdict = _unconfirmed(verdict) if objective.id in screening else verdict
        found[objective.id] = _unrelated(verdict, world)
    return found


def _unrelated(verdict: Verdict, world: World) -> Verdict:
    """A fail against what is no ancestor may be what others made better: nobody can tell."""
    source = verdict.baseline
    if verdict.status is not Status.FAIL or source is None or source.rung != LATEST:
        return verdict
    branch = next(
        (p.run.commit.branch for p in world.pasts if p.run.commit.sha == source.commit), ""
    )
    value = dict(verdict.reason.facts).get("value", "worse")
    reason = because(
        Code.NOT_ANCESTOR, value=value, bound=verdict.bound_text, branch=branch or "a branch"
    )
    return replace(verdict, status=Status.UNDECIDED, reason=reason)


def _only_screened(posed: _Posed, world: World) -> bool:
    """Whether it is of those that are confirmed before they fail."""
    case = posed.case
    stored = case.design is Design.STORED and case.kind is not Kind.EXACT and case.blocking
    return stored and confirms(world.run, case.budget) and screens(posed.source, world.run.commit)


def screens(source: BaselineSource, head: Commit) -> bool:
    """Whether a baseline is of another tree than head's, so that both can be measured in turn."""
    if source.rung == "against" or source.rung.startswith(PINNED):
        return False
    return source.distance > 0 or head.dirty


def _unconfirmed(verdict: Verdict) -> Verdict:
    """A fail that no fresh measurement confirmed is none."""
    if verdict.status is not Status.FAIL:
        return verdict
    reason = because(Code.NOT_CONFIRMED, detail="the first look did not suspect it")
    return replace(verdict, status=Status.UNDECIDED, reason=reason)


def _case(asked: Asked, world: World) -> _Posed | Verdict | None:
    objective, head, tolerance = asked.objective, asked.answer, asked.objective.tolerance
    if tolerance is None or asked.skipped is not None or not isinstance(head, Measurement):
        return None
    if too_few(objective, head) is not None:
        return None
    baseline = choose(objective, head, world.run, (*world.pasts, *world.pins))
    if isinstance(baseline, Reason):
        # It was measured, only elsewhere: that says nothing about this change.
        elsewhere = baseline.code is Code.OTHER_ENVIRONMENT
        status = Status.UNDECIDED if elsewhere else Status.MISSING
        return tolerance_verdict_of(objective, tolerance, status, baseline)
    part = world.part(objective.budget)
    case = tolerance_case(objective, tolerance, baseline, head, part=part)
    if isinstance(case, Reason):
        status = Status.MISSING if case.code is Code.ZERO_BASE else Status.UNDECIDED
        return tolerance_verdict_of(objective, tolerance, status, case)
    return _Posed(objective, tolerance, case, baseline.source, (baseline.sessions[0], head))

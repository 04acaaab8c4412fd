"""The judge: every objective of a run answered exactly once, and the exit code."""

from __future__ import annotations

from dataclasses import dataclass, replace

from gate.core.attempts import attempt_of, left_after
from gate.core.compare.answer import not_exact
from gate.core.compare.case import Case
from gate.core.compare.decide import decide_together
from gate.core.compare.rule import Errors
from gate.core.judge.effects import World, with_effect
from gate.core.judge.expand import Asked, expand
from gate.core.judge.sides import side, units
from gate.core.judge.tolerance import said_exactly, tolerance_case
from gate.core.judge.verdicts import (
    limit_verdict,
    tolerance_verdict,
    tolerance_verdict_of,
    unmeasured,
)
from gate.core.judge.warnings import warnings
from gate.core.metric import Better, Kind
from gate.core.model import Objective, Tolerance
from gate.core.past import Past, choose, in_session
from gate.core.reasons import Code, Reason, because
from gate.core.run import Measurement, Run
from gate.core.units import Dimension
from gate.core.verdict import (
    JUDGE_VERSION,
    BaselineSource,
    Effect,
    Exit,
    Outcome,
    Row,
    Status,
    Verdict,
)


def judge(run: Run, pasts: tuple[Past, ...], at: str) -> Outcome:
    """Decide a run against its promises and the runs before it; `at` is an ISO time in UTC."""
    world = World.of(run, pasts, at)
    asked = expand(world.run, world.pasts)
    tolerances = _tolerances(asked, world)
    rows = tuple(_row(each, tolerances.get(each.objective.id), world) for each in asked)
    return Outcome(
        run_id=run.id,
        at=at,
        judge=JUDGE_VERSION,
        commit=run.commit,
        environment=run.environment,
        policy=run.promises.policy,
        rows=rows,
        exit=_exit(rows, world),
        tools=run.tools,
        failed_attempts=run.failed_attempts,
        warnings=warnings(rows, world),
        loosened=run.loosened,
        notes=run.notes,
        attempt=attempt_of(run),
        alarm_left=run.promises.policy.alarm_rate * left_after(attempt_of(run)),
    )


def _tolerances(asked: tuple[Asked, ...], world: World) -> dict[str, Verdict]:
    """All tolerance verdicts of the check, decided together: they share the alarm rate."""
    found: dict[str, Verdict] = {}
    posed: list[_Posed] = []
    for each in asked:
        case = _case(each, world)
        if isinstance(case, Verdict):
            found[each.objective.id] = case
        elif case is not None:
            posed.append(case)
    decided = decide_together(
        [question.case for question in posed],
        alarm_rate=world.policy.alarm_rate,
        miss_rate=world.policy.miss_rate,
        weights=dict(world.run.promises.weights),
    )
    for question, comparison in zip(posed, decided, strict=True):
        found[question.objective.id] = tolerance_verdict(
            question.objective,
            question.tolerance,
            comparison,
            question.source,
            question.measured,
        )
    return found


@dataclass(frozen=True, slots=True)
class _Posed:
    """A tolerance that can be compared, waiting for the others of the check."""

    objective: Objective
    tolerance: Tolerance
    case: Case
    source: BaselineSource
    measured: tuple[Measurement, Measurement]


def _case(asked: Asked, world: World) -> _Posed | Verdict | None:
    objective, head, tolerance = asked.objective, asked.answer, asked.objective.tolerance
    if tolerance is None or asked.skipped is not None or not isinstance(head, Measurement):
        return None
    if _too_few(objective, head) is not None:
        return None
    baseline = choose(objective, head, world.run, world.pasts)
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


def _row(asked: Asked, tolerance: Verdict | None, world: World) -> Row:
    objective, answer = asked.objective, asked.answer
    found = (_final(objective, verdict, world) for verdict in _verdicts(asked, tolerance, world))
    verdicts = tuple(with_effect(objective, verdict, world) for verdict in found)
    status = min((v.status for v in verdicts), key=_WORST.index)
    effect = min((v.effect for v in verdicts), key=_STRONGEST.index)
    shown = side(answer) if isinstance(answer, Measurement) else None
    worst = next(v for v in verdicts if v.status is status)
    return Row(
        objective,
        status,
        effect,
        verdicts,
        value=shown.value if shown else None,
        n=shown.n if shown else 0,
        facts=answer.facts if isinstance(answer, Measurement) else (),
        reason=worst.reason,
    )


_WORST = (
    Status.FAIL,
    Status.MISSING,
    Status.UNDECIDED,
    Status.WARN,
    Status.PASS,
    Status.SKIPPED,
)
_STRONGEST = (Effect.BLOCKS, Effect.WAIVED, Effect.ADVISORY, Effect.WARNS, Effect.NONE)


def _final(objective: Objective, verdict: Verdict, world: World) -> Verdict:
    """The verdict, or the fail that an earlier attempt at the same trial ended in."""
    if verdict.status in {Status.FAIL, Status.SKIPPED}:
        return verdict
    for attempt in world.run.earlier:
        for before in attempt.failed:
            if (before.objective, before.bound) == (objective.id, verdict.bound):
                reason = before.reason
                if reason.code is not Code.FAILED_BEFORE:
                    said = reason.sentence
                    reason = because(Code.FAILED_BEFORE, said=said, at=attempt.started)
                return replace(verdict, status=Status.FAIL, reason=reason)
    return verdict


def _verdicts(asked: Asked, tolerance: Verdict | None, world: World) -> tuple[Verdict, ...]:
    objective, answer = asked.objective, asked.answer
    if asked.skipped is not None:
        return unmeasured(objective, Status.SKIPPED, asked.skipped)
    if not isinstance(answer, Measurement):
        return unmeasured(objective, _status_of_absence(objective, answer.reason), answer.reason)
    if few := _too_few(objective, answer):
        return unmeasured(objective, Status.MISSING, few)
    if refuted := _refuted(objective, world):
        return unmeasured(objective, Status.MISSING, refuted)
    found = []
    if objective.limit is not None:
        part = world.part(objective.budget)
        errors = Errors(world.policy.alarm_rate * part, world.policy.miss_rate * part)
        found.append(limit_verdict(objective, objective.limit, answer, errors))
    if tolerance is not None:
        found.append(tolerance)
    return tuple(found)


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


def _too_few(objective: Objective, head: Measurement) -> Reason | None:
    have = len({unit.index for unit in head.units})
    if have >= objective.repeat_min:
        return None
    return because(Code.TOO_FEW_UNITS, have=have, need=objective.repeat_min)


def _exit(rows: tuple[Row, ...], world: World) -> Exit:
    """The exit code; a sign-off misses the attempts that could not be read, whatever they said."""
    code = exit_code(rows)
    refused = world.policy.signoff and world.run.unread > 0
    return Exit.MISSING if refused and code is not Exit.FAILED else code


def exit_code(rows: tuple[Row, ...]) -> Exit:
    """The exit code of design §3: 1, then 3, 4, 0; no objective at all is 3."""
    blocking = {v.status for row in rows for v in row.verdicts if v.effect is Effect.BLOCKS}
    if Status.FAIL in blocking:
        return Exit.FAILED
    if Status.MISSING in blocking or Status.SKIPPED in blocking or not rows:
        return Exit.MISSING
    return Exit.UNDECIDED if Status.UNDECIDED in blocking else Exit.OK

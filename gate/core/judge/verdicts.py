"""From evidence to verdicts: each bound of an objective gets its own, with its comparison."""

from __future__ import annotations

import math

from gate.core.compare.bounds import drift_text, limit_text, tolerance_text
from gate.core.compare.level import against, level
from gate.core.compare.rule import Errors
from gate.core.judge.sides import sign, thin, units
from gate.core.judge.tolerance import said_exactly
from gate.core.model import Drift, Limit, Objective, Tolerance
from gate.core.reasons import Code, Reason, because
from gate.core.run import Measurement
from gate.core.units import show, show_points, show_ratio
from gate.core.verdict import BaselineSource, Bound, Comparison, Side, Status, Verdict


def unmeasured(objective: Objective, status: Status, reason: Reason) -> tuple[Verdict, ...]:
    """The same answer for every bound of an objective that has no measurement."""
    found = []
    if objective.limit is not None:
        found.append(limit_verdict_of(objective, objective.limit, status, reason))
    if objective.tolerance is not None:
        found.append(tolerance_verdict_of(objective, objective.tolerance, status, reason))
    if objective.drift is not None:
        found.append(drift_verdict_of(objective, objective.drift, status, reason))
    return tuple(found)


def too_few(objective: Objective, head: Measurement) -> Reason | None:
    """Why a measurement has fewer units than the budget asks for, None where it has enough."""
    have = len({unit.index for unit in head.units})
    if have >= objective.repeat_min:
        return None
    return because(Code.TOO_FEW_UNITS, have=have, need=objective.repeat_min)


def limit_verdict_of(objective: Objective, limit: Limit, status: Status, reason: Reason) -> Verdict:
    """A verdict on the limit that rests on no comparison."""
    return Verdict(Bound.LIMIT, status, reason, limit.fail, limit_text(objective))


def tolerance_verdict_of(
    objective: Objective, tolerance: Tolerance, status: Status, reason: Reason
) -> Verdict:
    """A verdict on the tolerance that rests on no comparison."""
    text = tolerance_text(objective)
    return Verdict(Bound.TOLERANCE, status, reason, tolerance.fail.value, text)


def drift_verdict_of(objective: Objective, drift: Drift, status: Status, reason: Reason) -> Verdict:
    """A verdict on the drift that rests on no comparison."""
    return Verdict(Bound.DRIFT, status, reason, drift.fail.value, drift_text(objective))


def limit_verdict(objective: Objective, limit: Limit, head: Measurement, errors: Errors) -> Verdict:
    """Decide the limit: fail first, then warn, then pass; a limit is its own `detect`."""
    found = thin(head) or level(
        units(head), objective.kind, limit, sign=sign(objective), name=objective.sli.metric
    )
    if isinstance(found, Reason):
        missing = found.code is Code.NOT_EXACT
        status = Status.MISSING if missing else Status.UNDECIDED
        return limit_verdict_of(objective, limit, status, said_exactly(objective, found, head))
    comparison = against(found, errors)
    reason = _limit_reason(objective, comparison.status, comparison.head)
    text = limit_text(objective)
    return Verdict(Bound.LIMIT, comparison.status, reason, limit.fail, text, comparison)


def _limit_reason(objective: Objective, status: Status, head: Side) -> Reason:
    dimension, bound = objective.dimension, limit_text(objective)
    value = show(head.value, dimension)
    match status:
        case Status.PASS:
            return because(Code.WITHIN, value=value, bound=bound)
        case Status.FAIL:
            return because(Code.BEYOND, value=value, bound=bound)
        case Status.WARN:
            return because(Code.BEYOND_WARN, value=value, bound=bound)
        case _:
            low = show(_or(head.low, head.value), dimension)
            high = show(_or(head.high, head.value), dimension)
            return because(Code.STRADDLES, low=low, high=high, bound=bound)


def tolerance_verdict(
    objective: Objective,
    tolerance: Tolerance,
    comparison: Comparison,
    source: BaselineSource,
    measured: tuple[Measurement, Measurement],
) -> Verdict:
    """The verdict of a comparison of what was `measured`, decided with all others of the check."""
    status = comparison.status
    if comparison.reasons:
        reason = said_exactly(objective, comparison.reasons[0], *measured)
        status = Status.MISSING if reason.code is Code.NOT_EXACT else status
    else:
        reason = _tolerance_reason(objective, comparison)
    shown = comparison if comparison.difference is not None else None
    return Verdict(
        Bound.TOLERANCE,
        status,
        reason,
        tolerance.fail.value,
        tolerance_text(objective),
        shown,
        source,
    )


def _tolerance_reason(objective: Objective, comparison: Comparison) -> Reason:
    bound = tolerance_text(objective)
    if comparison.ratio is not None:
        value = show_ratio(comparison.ratio - 1)
    else:
        value = show_points(comparison.difference or 0.0, objective.dimension)
    match comparison.status:
        case Status.FAIL:
            return because(Code.BEYOND, value=value, bound=bound)
        case Status.WARN:
            return because(Code.BEYOND_WARN, value=value, bound=bound)
        case Status.PASS:
            return because(Code.WITHIN, value=value, bound=bound)
        case _:
            return because(Code.STRADDLES, **ends_text(objective, comparison), bound=bound)


def ends_text(objective: Objective, comparison: Comparison) -> dict[str, str]:
    """The interval of a change as people read it: `low` and `high`."""
    if comparison.absolute:
        low = show_points(_or(comparison.difference_low, -math.inf), objective.dimension)
        high = show_points(_or(comparison.difference_high, math.inf), objective.dimension)
        return {"low": low, "high": high}
    low = show_ratio(_or(comparison.low, 0.0) - 1)
    return {"low": low, "high": show_ratio(_or(comparison.high, math.inf) - 1)}


def _or(value: float | None, otherwise: float) -> float:
    return otherwise if value is None else value

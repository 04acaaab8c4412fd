"""From evidence to verdicts: each bound of an objective gets its own, with its comparison."""

from __future__ import annotations

import math
from dataclasses import dataclass

from gate.core.judge.bounds import Bounds, as_worsening, limit_bound, limit_text, tolerance_text
from gate.core.judge.decide import Errors, decide
from gate.core.judge.limit import limit_evidence, side
from gate.core.judge.sides import sign
from gate.core.judge.tolerance import Compared
from gate.core.model import Limit, Objective, Tolerance
from gate.core.reasons import Code, Reason, because
from gate.core.run import Measurement
from gate.core.stats.evidence import Evidence, Scale
from gate.core.units import show, show_points, show_ratio
from gate.core.verdict import BaselineSource, Bound, Comparison, Side, Status, Verdict


def unmeasured(objective: Objective, status: Status, reason: Reason) -> tuple[Verdict, ...]:
    """The same answer for every bound of an objective that has no measurement."""
    found = []
    if objective.limit is not None:
        found.append(limit_verdict_of(objective, objective.limit, status, reason))
    if objective.tolerance is not None:
        found.append(tolerance_verdict_of(objective, objective.tolerance, status, reason))
    return tuple(found)


def limit_verdict_of(objective: Objective, limit: Limit, status: Status, reason: Reason) -> Verdict:
    """A verdict on the limit that rests on no comparison."""
    return Verdict(Bound.LIMIT, status, reason, limit.fail, limit_text(objective))


def tolerance_verdict_of(
    objective: Objective, tolerance: Tolerance, status: Status, reason: Reason
) -> Verdict:
    """A verdict on the tolerance that rests on no comparison."""
    text = tolerance_text(objective)
    return Verdict(Bound.TOLERANCE, status, reason, tolerance.fail.value, text)


def limit_verdict(objective: Objective, limit: Limit, head: Measurement, errors: Errors) -> Verdict:
    """Decide the limit: fail first, then warn, then pass; a limit is its own `detect`."""
    evidence = limit_evidence(objective, head)
    if isinstance(evidence, Reason):
        missing = evidence.code is Code.NOT_EXACT
        status = Status.MISSING if missing else Status.UNDECIDED
        return limit_verdict_of(objective, limit, status, evidence)
    orient = sign(objective)
    at = limit_bound(limit.fail, evidence.scale, orient)
    warn = None if limit.warn is None else limit_bound(limit.warn, evidence.scale, orient)
    status = decide(evidence, Bounds(at, warn, at), errors)
    low, high = _ends(evidence, errors, orient)
    shown = side(head)
    comparison = Comparison(
        status, Side(shown.value, shown.n, low, high), (), level=1 - errors.alarm, miss=errors.miss
    )
    reason = _limit_reason(objective, status, comparison.head)
    return Verdict(Bound.LIMIT, status, reason, limit.fail, limit_text(objective), comparison)


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


def _ends(evidence: Evidence, errors: Errors, orient: int) -> tuple[float | None, float | None]:
    """The value's interval in base units, whatever direction is worse."""
    good, bad = evidence.low(errors.alarm), evidence.high(errors.miss)
    ends = sorted((orient * good, orient * bad))
    if evidence.scale is Scale.RATIO:
        ends = [_exp(end) for end in ends]
    return _finite(ends[0]), _finite(ends[1])


@dataclass(frozen=True, slots=True)
class ToleranceCase:
    """A tolerance that could be compared, waiting for its share of the alarm rate."""

    objective: Objective
    tolerance: Tolerance
    compared: Compared
    source: BaselineSource

    @property
    def p(self) -> float:
        """The p-value of "no worse than the tolerance"."""
        return self.compared.evidence.p_beyond(self.compared.bounds.fail)


def tolerance_verdict(case: ToleranceCase, errors: Errors) -> Verdict:
    """Decide the tolerance at its share of the alarm rate."""
    status = decide(case.compared.evidence, case.compared.bounds, errors)
    comparison = _comparison(case, status, errors)
    return Verdict(
        Bound.TOLERANCE,
        status,
        _tolerance_reason(case, status, comparison),
        case.tolerance.fail.value,
        tolerance_text(case.objective),
        comparison,
        case.source,
    )


def _comparison(case: ToleranceCase, status: Status, errors: Errors) -> Comparison:
    evidence, bounds = case.compared.evidence, case.compared.bounds
    orient, scale = sign(case.objective), evidence.scale
    base, head = case.compared.base, case.compared.head
    good, bad = evidence.low(errors.alarm), evidence.high(errors.miss)
    ends = sorted((orient * good, orient * bad))
    ratio = scale is Scale.RATIO
    detects = bounds.fail + 2 * evidence.estimate - good - evidence.estimate
    detects += bad - evidence.estimate
    return Comparison(
        status,
        head,
        (),
        base,
        ratio=head.value / base.value if base.value else None,
        low=_finite(_exp(ends[0])) if ratio else None,
        high=_finite(_exp(ends[1])) if ratio else None,
        difference=head.value - base.value,
        difference_low=None if ratio else _finite(ends[0]),
        difference_high=None if ratio else _finite(ends[1]),
        level=1 - errors.alarm,
        miss=errors.miss,
        p=None if evidence.exact else case.p,
        excluded=None if evidence.exact else _finite(as_worsening(bad, scale, orient)),
        mde=None if evidence.exact else _finite(as_worsening(detects, scale, orient)),
        absolute=not ratio,
    )


def _tolerance_reason(case: ToleranceCase, status: Status, comparison: Comparison) -> Reason:
    objective = case.objective
    bound = tolerance_text(objective)
    if comparison.ratio is not None:
        value = show_ratio(comparison.ratio - 1)
    else:
        value = show_points(comparison.difference or 0.0, objective.dimension)
    match status:
        case Status.FAIL:
            return because(Code.BEYOND, value=value, bound=bound)
        case Status.WARN:
            return because(Code.BEYOND_WARN, value=value, bound=bound)
        case Status.PASS:
            return because(Code.WITHIN, value=value, bound=bound)
        case _:
            return because(Code.STRADDLES, **_ends_text(objective, comparison), bound=bound)


def _ends_text(objective: Objective, comparison: Comparison) -> dict[str, str]:
    if comparison.absolute:
        low = show_points(_or(comparison.difference_low, -math.inf), objective.dimension)
        high = show_points(_or(comparison.difference_high, math.inf), objective.dimension)
        return {"low": low, "high": high}
    low = show_ratio(_or(comparison.low, 0.0) - 1)
    return {"low": low, "high": show_ratio(_or(comparison.high, math.inf) - 1)}


def _or(value: float | None, otherwise: float) -> float:
    return otherwise if value is None else value


def _exp(value: float) -> float:
    return math.exp(value) if value < 700 else math.inf


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None

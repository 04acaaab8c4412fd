"""Evidence about head against a stored baseline, the variance between days included."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from gate.core.judge.bounds import Bounds, tolerance_bounds
from gate.core.judge.limit import not_exact, side
from gate.core.judge.sides import (
    counts,
    location,
    on_scale,
    reductions,
    scale_of,
    sign,
    thin_tail,
)
from gate.core.metric import Kind
from gate.core.model import Objective, Tolerance
from gate.core.past import Baseline
from gate.core.reasons import Code, Reason, because
from gate.core.run import Measurement
from gate.core.stats.dispersion import between_sessions, overdispersion
from gate.core.stats.evidence import (
    Evidence,
    Scale,
    exactly,
    locate,
    satterthwaite,
    share_difference,
    student,
)
from gate.core.verdict import Side


@dataclass(frozen=True, slots=True)
class Compared:
    """Evidence about the worsening of head over base, with the bounds it is held against."""

    evidence: Evidence
    bounds: Bounds
    base: Side
    head: Side


def tolerance_evidence(
    objective: Objective, tolerance: Tolerance, baseline: Baseline, head: Measurement
) -> Compared | Reason:
    """Compare head with the baseline's sessions by what the kind asks for, or say why not."""
    for measurement in (head, *baseline.sessions):
        if thin := thin_tail(measurement):
            return thin
    base_value = _base_value(baseline)
    if base_value == 0 and _needs_floor(tolerance):
        return because(Code.ZERO_BASE)
    evidence = _evidence(objective, baseline, head)
    if isinstance(evidence, Reason):
        return evidence
    bounds = tolerance_bounds(tolerance, base_value, evidence.scale, sign(objective))
    if objective.kind is Kind.COUNTED:
        bounds = _above_measured_floor(bounds, baseline, evidence.scale)
    runs = sum(len(m.units) for m in baseline.sessions)
    return Compared(evidence, bounds, Side(base_value, runs), side(head))


def _needs_floor(tolerance: Tolerance) -> bool:
    """A part of zero is zero: only a floor says what is too much; `0%` needs none."""
    amount = tolerance.fail
    return amount.relative and amount.value != 0 and not tolerance.floor


def _base_value(baseline: Baseline) -> float:
    values = [side(m).value for m in baseline.sessions]
    if baseline.sessions[0].kind is Kind.PROPORTION:
        pairs = [pair for m in baseline.sessions for pair in counts(m)]
        if pairs:
            return sum(e for e, _ in pairs) / sum(t for _, t in pairs)
    return location(values)


def _evidence(objective: Objective, baseline: Baseline, head: Measurement) -> Evidence | Reason:
    match objective.kind:
        case Kind.EXACT:
            return _exact(objective, baseline, head)
        case Kind.PROPORTION if counts(head) and all(counts(m) for m in baseline.sessions):
            return _proportion(objective, baseline, head)
        case _:
            return _located(objective, baseline, head)


def _exact(objective: Objective, baseline: Baseline, head: Measurement) -> Evidence | Reason:
    base, now = reductions(baseline.sessions[0]), reductions(head)
    differs = not_exact(objective, base) or not_exact(objective, now)
    return differs or exactly(sign(objective) * (now[0] - base[0]), Scale.DIFFERENCE)


def _proportion(objective: Objective, baseline: Baseline, head: Measurement) -> Evidence:
    base = [pair for m in baseline.sessions for pair in counts(m)]
    spread = max(
        overdispersion(base), overdispersion([p for m in baseline.history for p in counts(m)])
    )
    now = counts(head)
    own = max(spread, overdispersion(now))
    return share_difference(_total(base, spread), _total(now, own), sign=sign(objective))


def _total(pairs: Sequence[tuple[int, int]], spread: float) -> tuple[float, float]:
    return sum(e for e, _ in pairs) / spread, sum(t for _, t in pairs) / spread


def _located(objective: Objective, baseline: Baseline, head: Measurement) -> Evidence | Reason:
    sessions = [reductions(m) for m in baseline.sessions]
    now = reductions(head)
    if objective.kind is not Kind.COUNTED and len(now) < 2:
        return because(Code.TOO_FEW_UNITS, have=len(now), need=2)
    scale = scale_of(now, *sessions)
    history = [on_scale(reductions(m), scale) for m in baseline.history if _fits(m, scale)]
    between = between_sessions(objective.kind, history)
    variance = between.variance * (1.0 if scale is Scale.RATIO else _base_value(baseline) ** 2)
    ends = [locate(on_scale(units, scale), variance, between.df) for units in sessions]
    mean = math.fsum(end.mean for end in ends) / len(ends)
    base_variance = math.fsum(end.variance for end in ends) / len(ends) ** 2
    base_df = satterthwaite([(end.variance, end.df) for end in ends])
    at = locate(on_scale(now, scale), variance, between.df)
    df = satterthwaite([(base_variance, base_df), (at.variance, at.df)])
    estimate = sign(objective) * (at.mean - mean)
    return student(estimate, base_variance + at.variance, df, scale)


def _fits(measurement: Measurement, scale: Scale) -> bool:
    return scale is Scale.DIFFERENCE or scale_of(reductions(measurement)) is Scale.RATIO


def _above_measured_floor(bounds: Bounds, baseline: Baseline, scale: Scale) -> Bounds:
    """Counted values are nearly exact: half the range that the base's own units show is nothing."""
    units = [v for m in baseline.sessions for v in on_scale(reductions(m), scale)]
    floor = (max(units) - min(units)) / 2
    warn = None if bounds.warn is None else max(bounds.warn, floor)
    return Bounds(max(bounds.fail, floor), warn, max(bounds.detect, floor))

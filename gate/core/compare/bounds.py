"""Limits and tolerances as bounds on a worsening, on the scale on which it is held."""

from __future__ import annotations

import math
from dataclasses import dataclass

from gate.core.model import Amount, Objective, Tolerance
from gate.core.stats.evidence import Scale
from gate.core.units import show, show_points

_ROUNDING = 1e-9
_LOG_ROUNDING = 1e-12
_MOST_LOG = 700.0


@dataclass(frozen=True, slots=True)
class Bounds:
    """Where fail begins, where warn begins, and what a pass has to exclude."""

    fail: float
    warn: float | None
    detect: float


def limit_bound(limit: float, scale: Scale, sign: int) -> float:
    """A fixed bound on the scale, oriented so that more is worse."""
    return sign * (math.log(limit) if scale is Scale.RATIO else limit)


def tolerance_bounds(tolerance: Tolerance, base: float, scale: Scale, sign: int) -> Bounds:
    """The bounds of a tolerance against a base value. Relative to base, the floor not undercut."""
    fail = _bound(tolerance.fail, base, scale, sign)
    goal = tolerance.fail.value < 0
    floor = -math.inf if goal else _absolute(tolerance.floor, base, scale, sign)
    fail = max(fail, floor)
    warn = None
    if tolerance.warn is not None:
        warn = max(_bound(tolerance.warn, base, scale, sign), floor)
    if tolerance.detect is not None:
        detect = max(_bound(tolerance.detect, base, scale, sign), fail)
    else:
        detect = fail if goal else max(fail, _default_detect(tolerance.fail, base, scale, sign))
    return Bounds(fail, warn, detect)


def _default_detect(amount: Amount, base: float, scale: Scale, sign: int) -> float:
    relative = amount.value if amount.relative else amount.value / abs(base) if base else 0.0
    wide = Amount(max(2 * relative, relative + 0.03), relative=True)
    double = Amount(2 * amount.value, relative=amount.relative)
    return max(_bound(wide, base, scale, sign), _bound(double, base, scale, sign))


def _bound(amount: Amount, base: float, scale: Scale, sign: int) -> float:
    if not amount.relative:
        return _absolute(amount.value, base, scale, sign)
    if scale is Scale.DIFFERENCE:
        return _rounded(amount.value * abs(base))
    return _log_worsening(amount.value, sign)


def _absolute(amount: float, base: float, scale: Scale, sign: int) -> float:
    if scale is Scale.DIFFERENCE:
        return _rounded(amount)
    return _log_worsening(amount / base, sign)


def _rounded(amount: float) -> float:
    """A bound that what reaches it exactly keeps, a goal too, however its digits were rounded."""
    return amount + abs(amount) * _ROUNDING


def _log_worsening(share: float, sign: int) -> float:
    """The same on logarithms: what reaches a bound exactly is off by their rounding."""
    if sign * share <= -1:  # a goal of less than nothing, a loss of more than all: out of reach
        return -sign * math.inf
    return sign * math.log1p(sign * share) + _LOG_ROUNDING


def as_worsening(value: float, scale: Scale, sign: int) -> float:
    """A worsening on the scale as people read it: relative on ratios, else base units."""
    if scale is Scale.DIFFERENCE or not math.isfinite(value):
        return value
    if sign * value > _MOST_LOG:
        return sign * math.inf
    return math.expm1(value) if sign > 0 else -math.expm1(-value)


def limit_text(objective: Objective) -> str:
    """How a limit reads: `at most 300 ms`."""
    if objective.limit is None:
        return ""
    word = "at most" if objective.better.value == "lower" else "at least"
    return f"{word} {show(objective.limit.fail, objective.dimension)}"


def drift_text(objective: Objective) -> str:
    """How a drift budget reads: `at most 5 % worse over 90 days`."""
    drift = objective.drift
    if drift is None:
        return ""
    days = "day" if drift.days == 1 else "days"
    return f"{_amount_text(drift.fail, objective)} over {drift.days:g} {days}"


def tolerance_text(objective: Objective) -> str:
    """How a tolerance reads: `at most 10 % worse`, `at least 30 % better`."""
    if objective.tolerance is None:
        return ""
    return _amount_text(objective.tolerance.fail, objective)


def _amount_text(amount: Amount, objective: Objective) -> str:
    size = f"{abs(amount.value) * 100:.6g} %" if amount.relative else ""
    size = size or show_points(abs(amount.value), objective.dimension)
    if amount.value < 0:
        return f"at least {size} better"
    return f"at most {size} worse" if amount.value else "no worse"

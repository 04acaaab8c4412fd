"""The numbers of a picture: an interval, its estimate, the bound and the baseline on one axis."""

from __future__ import annotations

import math
from dataclasses import dataclass

from gate.core.metric import Better
from gate.core.model import Amount, Objective
from gate.core.units import show
from gate.core.verdict import Bound, Comparison, Verdict
from gate.reports.words import amount_text, change_of, value_ends

_MARGIN = 0.18


@dataclass(frozen=True, slots=True)
class Tick:
    """A number on the axis with its label."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Positions from 0 (left) to 1 (right). `low`/`high` are None where the interval is open.

    `bad_right` says on which side of the bound worse lies; `sentence` says it all in words.
    """

    estimate: Tick
    bound: Tick
    base: Tick | None
    low: float | None
    high: float | None
    interval: bool
    bad_right: bool
    sentence: str


def chart_of(objective: Objective, verdict: Verdict, base_value: float | None) -> Chart | None:
    """The picture of one verdict, None where nothing was compared."""
    comparison = verdict.comparison
    if comparison is None:
        return None
    if verdict.bound is Bound.LIMIT:
        return _limit(objective, verdict, comparison, base_value)
    return _tolerance(objective, verdict, comparison)


def _limit(
    objective: Objective, verdict: Verdict, comparison: Comparison, base_value: float | None
) -> Chart:
    dimension, head = objective.dimension, comparison.head
    ends = value_ends(objective, comparison)
    return _scaled(
        objective,
        Tick(head.value, show(head.value, dimension)),
        Tick(verdict.bound_value, f"limit {show(verdict.bound_value, dimension)}"),
        None if base_value is None else Tick(base_value, f"base {show(base_value, dimension)}"),
        None if ends is None else (ends.good, ends.bad),
    )


def _tolerance(objective: Objective, verdict: Verdict, comparison: Comparison) -> Chart | None:
    change, base = change_of(objective, verdict), comparison.base
    if change is None or base is None:
        return None
    at = accepted(objective, verdict, base.value, absolute=change.absolute)
    return _scaled(
        objective,
        Tick(change.amount, amount_text(objective, change.amount, absolute=change.absolute)),
        Tick(at, f"bound {amount_text(objective, at, absolute=change.absolute)}"),
        Tick(0.0, f"base {show(base.value, objective.dimension)}"),
        None if change.ends is None else (change.ends.good, change.ends.bad),
    )


def accepted(objective: Objective, verdict: Verdict, base: float, *, absolute: bool) -> float:
    """Where fail begins, from the base, with its floor; signed by the metric's direction."""
    of_tolerance = verdict.bound is Bound.TOLERANCE
    tolerance = objective.tolerance if of_tolerance else None
    held = tolerance if of_tolerance else objective.drift
    amount = held.fail if held else Amount(verdict.bound_value, relative=not absolute)
    worst = _on_axis(amount.value, base, relative=amount.relative, absolute=absolute)
    if tolerance is not None and tolerance.floor and amount.value >= 0:
        worst = max(worst, _on_axis(tolerance.floor, base, relative=False, absolute=absolute))
    return worst if objective.better is Better.LOWER else -worst


def _on_axis(value: float, base: float, *, relative: bool, absolute: bool) -> float:
    if relative == (not absolute):
        return value
    if relative:
        return value * abs(base)
    return value / abs(base) if base else 0.0


def _scaled(
    objective: Objective,
    estimate: Tick,
    bound: Tick,
    base: Tick | None,
    ends: tuple[float, float] | None,
) -> Chart:
    """The same on an axis from 0 to 1 with room at both sides."""
    low, high = sorted(ends) if ends else (estimate.at, estimate.at)
    known = [estimate.at, bound.at, *(end for end in (low, high) if math.isfinite(end))]
    known += [base.at] if base else []
    first, last = min(known), max(known)
    width = (last - first) * (1 + 2 * _MARGIN) or abs(first) or 1.0
    left = (first + last) / 2 - width / 2

    def place(at: float) -> float:
        return min(1.0, max(0.0, (at - left) / width))

    parts = (estimate.label, bound.label, base.label if base else "")
    return Chart(
        estimate=Tick(place(estimate.at), estimate.label),
        bound=Tick(place(bound.at), bound.label),
        base=Tick(place(base.at), base.label) if base else None,
        low=place(low) if math.isfinite(low) else None,
        high=place(high) if math.isfinite(high) else None,
        interval=ends is not None,
        bad_right=objective.better is Better.LOWER,
        sentence=", ".join(part for part in parts if part),
    )

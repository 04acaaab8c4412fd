"""One case on its own: weighed by what its kind asks for, or why it cannot be."""

from __future__ import annotations

import math
from collections.abc import Sequence

from gate.core.compare.bounds import Bounds, tolerance_bounds
from gate.core.compare.case import Case, Design, Units
from gate.core.compare.estimate import Estimate, back, on_scale
from gate.core.compare.result import Weighing
from gate.core.compare.shares import day_dispersion, dispersion, share_evidence
from gate.core.compare.weigh import Weighed
from gate.core.metric import Kind
from gate.core.reasons import Code, Reason, because
from gate.core.stats.evidence import Scale, exactly, proportion
from gate.core.verdict import Side, Working


def plain_side(units: Units) -> Side:
    """A side where nothing was estimated: the geometric mean over units, or the pooled share."""
    if units.counts:
        events, trials = (sum(c[i] for c in units.counts) for i in (0, 1))
        return Side(events / trials, len(units.counts))
    values = units.values
    if min(values) == max(values):
        return Side(values[0], len(values))  # exp(log(10)) is not 10
    if min(values) > 0:
        mean = math.exp(math.fsum(map(math.log, values)) / len(values))
        return Side(mean, len(values))
    return Side(math.fsum(values) / len(values), len(values))


def exact(case: Case) -> Weighing | Reason:
    """Exact values as they are; repeats of one side that differ are refused, with their range."""
    for units in (case.base, case.head):
        if reason := not_exact(case.id, units.values):
            return reason
    base, head = case.base.values[0], case.head.values[0]
    evidence = exactly(case.sign * (head - base), Scale.DIFFERENCE)
    bounds = tolerance_bounds(case.tolerance, base, Scale.DIFFERENCE, case.sign)
    sides = plain_side(case.base), plain_side(case.head)
    return Weighing(case.sign, evidence, bounds, *sides, Working("exact"))


def not_exact(name: str, values: Sequence[float]) -> Reason | None:
    """Why what is said to be exact is not: its repeats differ."""
    if min(values) == max(values):
        return None
    low, high = f"{min(values):.9g}", f"{max(values):.9g}"
    return because(Code.NOT_EXACT, metric=name, low=low, high=high)


def shares(case: Case) -> Weighing:
    """Proportions by events and trials, divided by the overdispersion between units.

    Against a base of another day by that between days, where it is more.
    """
    earlier = [session.units.counts for session in case.history if session.units.counts]
    inside = dispersion(case.base.counts, case.head.counts, *earlier)
    spread = inside
    if case.design is Design.STORED:
        most = max(sum(t for _, t in side.counts) for side in (case.base, case.head))
        days = day_dispersion([*earlier, case.base.counts], most)
        spread = max(inside, days, key=lambda found: found.factor)
    base, head = plain_side(case.base), plain_side(case.head)
    bounds = tolerance_bounds(case.tolerance, base.value, Scale.DIFFERENCE, case.sign)
    amount = case.tolerance.fail
    relative = amount.relative and abs(amount.value) * base.value >= case.tolerance.floor
    evidence = share_evidence(
        case.base.counts,
        case.head.counts,
        spread,
        sign=case.sign,
        part=amount.value if relative else 0.0,
    )
    head = _with_interval(head, case.head, spread.factor)
    sides = case.base, case.head
    unit = math.fsum(_share_variance(side, inside.factor) for side in sides)
    more = spread.factor - inside.factor
    session = math.fsum(_share_variance(side, more) / len(side.counts) for side in sides)
    working = Working(
        "shares",
        spread=spread.factor,
        spread_df=_finite_df(spread.df),
        counts=tuple(
            sum(pair[i] for pair in units.counts) / spread.factor
            for units in (case.base, case.head)
            for i in (0, 1)
        ),
    )
    return Weighing(case.sign, evidence, bounds, base, head, working, unit, session)


def _with_interval(side: Side, units: Units, factor: float) -> Side:
    """Clopper and Pearson's interval: what zero events leave possible is its upper end."""
    events, trials = (sum(c[i] for c in units.counts) / factor for i in (0, 1))
    found = proportion(events, trials, sign=1)
    return Side(side.value, side.n, found.low(0.05), found.high(0.05))


def _share_variance(units: Units, factor: float) -> float:
    """The variance that one unit of this size puts into the difference."""
    events, trials = (sum(c[i] for c in units.counts) for i in (0, 1))
    p = (events + 1) / (trials + 2)
    return factor * p * (1 - p) * len(units.counts) / trials


def located(case: Case, weighed: Weighed) -> Weighing:
    """What was estimated from units, with its bounds put on the same scale."""
    found = weighed.estimate
    base = Side(back(found.level, found.scale), len(case.base.values))
    head = Side(back(found.head, found.scale), len(case.head.values))
    bounds = tolerance_bounds(case.tolerance, base.value, found.scale, case.sign)
    if case.kind is Kind.COUNTED:
        bounds = _above_floor(bounds, on_scale(case.base.values, found.scale))
    unit, session = weighed.spread.variance * found.per, weighed.sessions.variance * found.times
    working = Working(
        found.method,
        math.sqrt(weighed.spread.variance),
        _finite_df(weighed.spread.df),
        math.sqrt(weighed.sessions.variance),
        _finite_df(weighed.sessions.df),
        math.sqrt(unit + session),
        _finite_df(weighed.df),
        found.runs,
    )
    smaller = min(base.n, head.n)
    return Weighing(
        case.sign, weighed.evidence, bounds, base, head, working, unit * smaller, session
    )


def _above_floor(bounds: Bounds, base: Sequence[float]) -> Bounds:
    """Counted values are nearly exact: half the range that the base's own units show is nothing.

    A goal has no such floor: who asked for less is not content with nothing.
    """
    floor = (max(base) - min(base)) / 2

    def lifted(bound: float) -> float:
        return max(bound, floor) if bound >= 0 else bound

    warn = None if bounds.warn is None else lifted(bounds.warn)
    return Bounds(lifted(bounds.fail), warn, lifted(bounds.detect))


def _finite_df(df: float) -> float:
    return df if df < 1e9 else 0.0


def too_little(case: Case, found: Estimate) -> Reason | None:
    """Why there is too little to tell: one unit a side and nothing that says how units vary."""
    if case.kind is Kind.COUNTED or found.spread.df > 0 or found.prior is not None:
        return None
    if case.design is Design.STORED and len(case.history) >= 3:
        return None
    return because(Code.TOO_FEW_UNITS, have=min(map(_n, (case.base, case.head))), need=2)


def _n(units: Units) -> int:
    return len(units.values)


def overloaded(case: Case) -> Reason | None:
    """Why latencies say nothing: the base queued, or a head of another day did."""
    sides = {"base": case.base.saturated}
    if case.design is Design.STORED:
        sides["head"] = case.head.saturated
    for side, runs in sides.items():
        if sum(runs) * 2 > len(runs):
            return because(Code.SATURATED, side=side, have=sum(runs), of=len(runs))
    return None

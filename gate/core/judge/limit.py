"""Evidence about one side against a fixed limit."""

from __future__ import annotations

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
from gate.core.model import Objective
from gate.core.reasons import Code, Reason, because
from gate.core.run import Measurement
from gate.core.stats.dispersion import overdispersion
from gate.core.stats.evidence import Evidence, Scale, exactly, locate, proportion, student
from gate.core.units import show
from gate.core.verdict import Side


def limit_evidence(objective: Objective, head: Measurement) -> Evidence | Reason:
    """The SLI's location with bounds, oriented so that more is worse; or why there is none.

    Kinds: exact values as they are; proportions by Clopper and Pearson, events and trials divided
    by the overdispersion between units; the rest by Student's t over units.
    """
    bounds = _limits(objective)
    values = reductions(head)
    orient = sign(objective)
    if objective.kind is Kind.EXACT:
        return not_exact(objective, values) or exactly(orient * values[0], Scale.DIFFERENCE)
    if thin := thin_tail(head):
        return thin
    shares = counts(head)
    if objective.kind is Kind.PROPORTION and shares:
        spread = overdispersion(shares)
        events, trials = sum(e for e, _ in shares), sum(t for _, t in shares)
        return proportion(events / spread, trials / spread, sign=orient)
    if len(values) < 2:
        return because(Code.TOO_FEW_UNITS, have=len(values), need=2)
    scale = scale_of(values, bounds)
    at = locate(on_scale(values, scale))
    return student(orient * at.mean, at.variance, at.df, scale)


def _limits(objective: Objective) -> tuple[float, ...]:
    """The bounds that have to lie on the same scale as the values."""
    if objective.limit is None:
        return ()
    warn = objective.limit.warn
    return (objective.limit.fail,) if warn is None else (objective.limit.fail, warn)


def not_exact(objective: Objective, values: tuple[float, ...]) -> Reason | None:
    """Why a metric that is said to be exact is not: its repeats differ."""
    if min(values) == max(values):
        return None
    low, high = (show(v, objective.dimension) for v in (min(values), max(values)))
    return because(Code.NOT_EXACT, metric=objective.sli.metric, low=low, high=high)


def side(head: Measurement) -> Side:
    """The value that a report shows for one side, and how many units gave it."""
    shares = counts(head)
    if head.kind is Kind.PROPORTION and shares:
        return Side(sum(e for e, _ in shares) / sum(t for _, t in shares), len(shares))
    values = reductions(head)
    return Side(location(values), len(values))

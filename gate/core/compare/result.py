"""From evidence, bounds and errors to a comparison: the numbers that a reader gets."""

from __future__ import annotations

import math
from dataclasses import dataclass

from gate.core.compare.bounds import Bounds, as_worsening
from gate.core.compare.rule import Errors, decide
from gate.core.reasons import Reason
from gate.core.stats.evidence import Evidence, Scale
from gate.core.stats.special import normal_quantile
from gate.core.verdict import Comparison, Side, Status, Working

_MOST_UNITS = 1000


@dataclass(frozen=True, slots=True)
class Weighing:
    """Everything about one question but the errors that its answer may spend.

    `unit` and `session` are the variances that units and sessions put into the evidence: per unit
    a side, and whatever the number of units.
    """

    sign: int
    evidence: Evidence
    bounds: Bounds
    base: Side
    head: Side
    working: Working
    unit: float = 0.0
    session: float = 0.0

    @property
    def p(self) -> float:
        """The p-value of "no worse than the tolerance"."""
        return self.evidence.p_beyond(self.bounds.fail)


def unanswered(base: Side | None, head: Side, reason: Reason) -> Comparison:
    """A comparison that cannot be made: undecided, with why."""
    return Comparison(Status.UNDECIDED, head, (reason,), base)


def comparison(weighing: Weighing, errors: Errors, *, suspect: bool = False) -> Comparison:
    """Decide one question at its share of the alarm rate and write down the numbers."""
    evidence, bounds = weighing.evidence, weighing.bounds
    base, head = weighing.base, weighing.head
    status = decide(evidence, bounds, errors)
    good, bad = evidence.low(errors.alarm), evidence.high(errors.miss)
    exact = evidence.exact
    ends = _Ends.of(weighing, *sorted((weighing.sign * good, weighing.sign * bad)))
    return Comparison(
        status,
        head,
        (),
        base,
        ratio=_finite(_ratio(weighing)) if base.value and not exact else None,
        low=None if exact else ends.low,
        high=None if exact else ends.high,
        difference=head.value - base.value,
        difference_low=ends.difference_low,
        difference_high=ends.difference_high,
        level=1 - errors.alarm,
        miss=errors.miss,
        p=None if exact else weighing.p,
        excluded=None if exact else _finite(as_worsening(bad, evidence.scale, weighing.sign)),
        mde=None if exact else _smallest(weighing, errors),
        absolute=evidence.scale is not Scale.RATIO,
        needs=needed(weighing, errors) if status is Status.UNDECIDED else None,
        suspect=suspect,
        working=weighing.working,
    )


@dataclass(frozen=True, slots=True)
class _Ends:
    """The interval of head over base and of head minus base, None where an end is not finite."""

    low: float | None
    high: float | None
    difference_low: float | None
    difference_high: float | None

    @classmethod
    def of(cls, weighing: Weighing, low: float, high: float) -> _Ends:
        """Both intervals from the one that the scale of the evidence gives."""
        base = weighing.base.value
        if weighing.evidence.scale is Scale.RATIO:
            ratios = _exp(low), _exp(high)
            apart = tuple(base * (ratio - 1) for ratio in ratios)
        else:
            apart = low, high
            ratios = (1 + low / base, 1 + high / base) if base > 0 else (math.nan, math.nan)
        return cls(*map(_finite, ratios), *map(_finite, apart))


def _ratio(weighing: Weighing) -> float:
    if weighing.evidence.scale is Scale.RATIO:
        return _exp(weighing.sign * weighing.evidence.estimate)
    return weighing.head.value / weighing.base.value


def _smallest(weighing: Weighing, errors: Errors) -> float | None:
    """The worsening that this design finds with power 1 - miss: the bound and both quantiles."""
    evidence = weighing.evidence
    good, bad = evidence.low(errors.alarm), evidence.high(errors.miss)
    found = weighing.bounds.fail + (evidence.estimate - good) + (bad - evidence.estimate)
    return _finite(as_worsening(found, evidence.scale, weighing.sign))


def needed(weighing: Weighing, errors: Errors) -> int | None:
    """Units a side with which the design decides, None where no number up to a thousand does.

    It decides where what lies between the bound and `detect` holds both quantiles of the error.
    """
    room = weighing.bounds.detect - weighing.bounds.fail
    quantiles = -normal_quantile(errors.alarm) - normal_quantile(errors.miss)
    if weighing.unit <= 0 or room <= 0 or quantiles <= 0:
        return None
    left = (room / quantiles) ** 2 - weighing.session
    if left <= 0 or weighing.unit / left > _MOST_UNITS:
        return None
    return max(math.ceil(weighing.unit / left), min(weighing.base.n, weighing.head.n) + 1)


def _exp(value: float) -> float:
    return math.exp(value) if value < 700 else math.inf


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None

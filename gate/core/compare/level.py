"""One side against a fixed bound: where its level lies, with its own error."""

from __future__ import annotations

import math
from dataclasses import dataclass

from gate.core.compare.answer import not_exact, plain_side
from gate.core.compare.bounds import Bounds, limit_bound
from gate.core.compare.case import Units
from gate.core.compare.estimate import on_scale
from gate.core.compare.rule import Errors, decide
from gate.core.compare.shares import dispersion
from gate.core.metric import Kind
from gate.core.model import Limit
from gate.core.reasons import Code, Reason, because
from gate.core.stats.centre import Centre, Spread, centre, satterthwaite
from gate.core.stats.evidence import Evidence, Scale, exactly, proportion, student
from gate.core.stats.moderate import moderated
from gate.core.stats.special import normal_quantile
from gate.core.verdict import Comparison, Side, Status, Working

_INSIDE = 1.2
_INSIDE_DF = 6.0
_STATED_DF = 8.0
_MOST_UNITS = 1000


@dataclass(frozen=True, slots=True)
class Level:
    """Where one side lies, against its bounds; `unit` is the variance that one unit puts in."""

    sign: int
    evidence: Evidence
    bounds: Bounds
    head: Side
    working: Working
    unit: float = 0.0


def level(
    units: Units, kind: Kind, limit: Limit, *, sign: int, name: str, between: float = 0.0
) -> Level | Reason:
    """The level of one side on the scale of its bounds, or why there is none.

    Exact values as they are; proportions by Clopper and Pearson, events and trials divided by the
    overdispersion between units; the rest by Student's t over units. `between` is the sd between
    sessions (log scale), which no number of units shrinks.
    """
    head = plain_side(units)
    if kind is Kind.EXACT:
        if reason := not_exact(name, units.values):
            return reason
        evidence = exactly(sign * head.value, Scale.DIFFERENCE)
        return Level(sign, evidence, _bounds(limit, Scale.DIFFERENCE, sign), head, Working("exact"))
    if kind is Kind.PROPORTION and units.counts:
        return _share(units, limit, sign, head)
    return _located(units, kind, limit, sign, between)


def _bounds(limit: Limit, scale: Scale, sign: int) -> Bounds:
    at = limit_bound(limit.fail, scale, sign)
    warn = None if limit.warn is None else limit_bound(limit.warn, scale, sign)
    return Bounds(at, warn, at)


def _share(units: Units, limit: Limit, sign: int, head: Side) -> Level:
    factor = dispersion(units.counts).factor
    events, trials = (sum(c[i] for c in units.counts) / factor for i in (0, 1))
    evidence = proportion(events, trials, sign=sign)
    p = (events + 1) / (trials + 2)
    unit = p * (1 - p) * head.n / trials
    bounds = _bounds(limit, Scale.DIFFERENCE, sign)
    return Level(
        sign,
        evidence,
        bounds,
        head,
        Working("shares", spread=factor, counts=(events, trials)),
        unit,
    )


def _located(units: Units, kind: Kind, limit: Limit, sign: int, between: float) -> Level | Reason:
    bounds = (limit.fail,) if limit.warn is None else (limit.fail, limit.warn)
    positive = all(v > 0 for v in (*units.values, *bounds))
    scale = Scale.RATIO if positive else Scale.DIFFERENCE
    at = centre(on_scale(units.values, scale), trimmed=kind is Kind.TIMING)
    spread = moderated(at.spread, _inside(units, scale))
    if spread.df == 0 and kind is not Kind.COUNTED:
        return because(Code.TOO_FEW_UNITS, have=at.n, need=2)
    sessions = (between * (1.0 if scale is Scale.RATIO else abs(at.mean))) ** 2
    parts = [(spread.variance / at.n, spread.df), (sessions, _STATED_DF)]
    variance, df = spread.variance / at.n + sessions, satterthwaite(parts)
    working = Working(
        "level",
        math.sqrt(spread.variance),
        spread.df,
        math.sqrt(sessions),
        error=math.sqrt(variance),
        df=df if df < 1e9 else 0.0,
    )
    evidence = student(sign * at.mean, variance, df, scale)
    shown = _shown(at, units, scale)
    return Level(sign, evidence, _bounds(limit, scale, sign), shown, working, spread.variance)


def _shown(at: Centre, units: Units, scale: Scale) -> Side:
    if min(units.values) == max(units.values):
        return Side(units.values[0], at.n)
    return Side(math.exp(at.mean) if scale is Scale.RATIO else at.mean, at.n)


def _inside(units: Units, scale: Scale) -> Spread | None:
    """What the inside of load-test runs says of the spread between them."""
    blocks = [v for v in units.blocks if v > 0]
    if not blocks or scale is not Scale.RATIO:
        return None
    return Spread(_INSIDE * math.fsum(blocks) / len(blocks), _INSIDE_DF)


def against(found: Level, errors: Errors) -> Comparison:
    """Decide a limit and write down the numbers; `head` carries the interval in base units."""
    evidence = found.evidence
    status = decide(evidence, found.bounds, errors)
    ends = sorted(
        found.sign * end for end in (evidence.low(errors.alarm), evidence.high(errors.miss))
    )
    if evidence.scale is Scale.RATIO:
        ends = [math.exp(end) if end < 700 else math.inf for end in ends]
    low, high = (end if math.isfinite(end) else None for end in ends)
    head = Side(found.head.value, found.head.n, low, high)
    return Comparison(
        status,
        head,
        (),
        level=1 - errors.alarm,
        miss=errors.miss,
        p=None if evidence.exact else evidence.p_beyond(found.bounds.fail),
        absolute=evidence.scale is not Scale.RATIO,
        needs=_needed(found, errors) if status is Status.UNDECIDED else None,
        working=found.working,
    )


def _needed(found: Level, errors: Errors) -> int | None:
    """Units with which the level as estimated would be told from the bound; None beyond 1000."""
    room = found.bounds.fail - found.evidence.estimate
    quantile = -normal_quantile(errors.miss if room > 0 else errors.alarm)
    left = (room / quantile) ** 2 - found.working.sessions**2 if room and quantile > 0 else 0.0
    if left <= 0 or found.unit <= 0 or found.unit / left > _MOST_UNITS:
        return None
    return max(math.ceil(found.unit / left), found.head.n + 1)

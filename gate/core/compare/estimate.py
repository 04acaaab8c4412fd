"""From a case to an estimate of the worsening, with the variances behind it still apart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from gate.core.compare.case import Case, Design, Units
from gate.core.metric import Kind
from gate.core.stats.centre import Centre, Spread, centre, pooled
from gate.core.stats.evidence import Scale
from gate.core.stats.moderate import moderated
from gate.core.stats.sessions import between_sessions, newest_level

PAIRS = 8
"""From so many pairs on pairing gains more than the degrees of freedom that it costs."""

_ALTERNATED = 5
_INSIDE = 1.2
_PRIOR_DF = 6.0
_HISTORY_DF = 10.0
_SESSION_PRIOR: dict[Kind, float] = {Kind.TIMING: 0.02, Kind.LATENCY: 0.08, Kind.LAB: 0.05}
_SESSION_PRIOR_DF = 3.0
_STATED_DF = 20.0
_ENOUGH_SESSIONS = 8


@dataclass(frozen=True, slots=True)
class Estimate:
    """A worsening on its scale; its variance is `spread * per + sessions * times`.

    `prior` is what the inside of the units or the history says of the spread, `stated` what is
    assumed of the sessions before anything is seen of them. `level` is the base on the scale,
    `runs` how many sessions located it, `orders` in how many ways the units could be shared out.
    """

    scale: Scale
    worsening: float
    level: float
    head: float
    method: str
    spread: Spread
    per: float
    sessions: Spread
    times: float
    prior: Spread | None
    stated: Spread | None
    runs: int
    orders: float


def estimate(case: Case) -> Estimate:
    """Estimate the worsening by the method that the kind, the design and the numbers fix."""
    scale = _scale(case)
    if case.design is not Design.STORED:
        return _same_session(case, scale)
    return _other_session(case, scale)


def _scale(case: Case) -> Scale:
    """Ratios where every value is positive, otherwise differences."""
    sides = (case.base, case.head, *(session.units for session in case.history))
    positive = all(min(units.values) > 0 for units in sides)
    return Scale.RATIO if positive else Scale.DIFFERENCE


def on_scale(values: Sequence[float], scale: Scale) -> tuple[float, ...]:
    """Values as they are averaged: logarithms for ratios."""
    return tuple(map(math.log, values)) if scale is Scale.RATIO else tuple(values)


def back(level: float, scale: Scale) -> float:
    """From the scale back to base units."""
    return math.exp(level) if scale is Scale.RATIO else level


def _same_session(case: Case, scale: Scale) -> Estimate:
    base = _centre(case, case.base, scale)
    head = _centre(case, case.head, scale)
    apart = _pair_differences(case, scale)
    nothing = Spread(0.0, 0.0)
    if apart:
        both = centre(apart, trimmed=case.kind is Kind.TIMING)
        worse, spread, per, method = both.mean, both.spread, 1 / both.n, "paired"
        orders = 2.0**both.n
    else:
        worse, method = head.mean - base.mean, "together"
        spread, per = pooled(base, head)
        orders = math.comb(base.n + head.n, base.n)
    return Estimate(
        scale,
        case.sign * worse,
        base.mean,
        base.mean + worse,
        method,
        spread,
        per,
        nothing,
        0.0,
        _unit_prior(case, scale, [_centre(case, s.units, scale) for s in case.history]),
        None,
        1,
        orders,
    )


def _centre(case: Case, units: Units, scale: Scale) -> Centre:
    return centre(on_scale(units.values, scale), trimmed=case.kind is Kind.TIMING)


def _pair_differences(case: Case, scale: Scale) -> tuple[float, ...]:
    """Unit by unit differences where the design pairs and enough pairs are there, else none."""
    base, head = case.base, case.head
    if case.design is not Design.PAIRED or len(base.values) != len(head.values):
        return ()
    if scale is Scale.RATIO and _alternated(base, head):
        return tuple(
            median(math.log(h / b) for b, h in zip(*pair, strict=True))
            for pair in zip(base.rounds, head.rounds, strict=True)
        )
    if len(base.values) < PAIRS:
        return ()
    pairs = zip(on_scale(base.values, scale), on_scale(head.values, scale), strict=True)
    return tuple(h - b for b, h in pairs)


def _alternated(base: Units, head: Units) -> bool:
    """Whether round stands beside round in every pair, and there are enough for a median."""
    if not base.rounds or not head.rounds:
        return False
    return all(
        len(b) == len(h) >= _ALTERNATED and min(*b, *h) > 0
        for b, h in zip(base.rounds, head.rounds, strict=True)
    )


def _other_session(case: Case, scale: Scale) -> Estimate:
    means = [_centre(case, s.units, scale) for s in case.history]
    base, head = _centre(case, case.base, scale), _centre(case, case.head, scale)
    known = means if len(means) >= _ENOUGH_SESSIONS else [*means, base]
    within = math.fsum(m.spread.variance / m.n for m in known) / len(known)
    between = Spread(0.0, 0.0)
    if case.kind is not Kind.COUNTED:
        between = between_sessions([m.mean for m in known], within)
    stated = _session_prior(case, scale, base.mean)
    sd = math.sqrt(moderated(between, stated).variance + within)
    accepted = [m for s, m in zip(case.history, means, strict=True) if s.accepted]
    accepted.append(base)
    located = _located(accepted, sd, case.sign)
    size = len(located)
    level = math.fsum(m.mean for m in located) / size
    spread, per = _stored_spread(located, head)
    return Estimate(
        scale,
        case.sign * (head.mean - level),
        level,
        head.mean,
        "stored",
        spread,
        per,
        between,
        1 + 1 / size,
        _unit_prior(case, scale, means),
        stated,
        size,
        math.comb(base.n + head.n, base.n),
    )


def _located(accepted: Sequence[Centre], sd: float, sign: int) -> Sequence[Centre]:
    """The accepted runs that say where the baseline lies: the newest level of them.

    One run is no level yet: where only the newest lies apart, it may be odd, or the first after a
    change. Of it and the level before, the worse is compared with, so that neither an odd fast run
    nor a slowdown that was accepted makes the next run fail.
    """
    size = newest_level([m.mean for m in accepted], sd)
    newest = accepted[-size:]
    if size > 1 or len(accepted) == 1:
        return newest
    before = accepted[:-1]
    older = before[-newest_level([m.mean for m in before], sd) :]
    mean = math.fsum(m.mean for m in older) / len(older)
    return older if sign * mean > sign * newest[0].mean else newest


def _stored_spread(located: Sequence[Centre], head: Centre) -> tuple[Spread, float]:
    """The spread of units over the located sessions and head, and its factor in the variance."""
    per = math.fsum(1 / m.n for m in located) / len(located) ** 2 + 1 / head.n
    sides = [*located, head]
    df = math.fsum(m.spread.df for m in sides)
    if df == 0:
        return Spread(0.0, 0.0), per
    return Spread(math.fsum(m.spread.variance * m.spread.df for m in sides) / df, df), per


def _unit_prior(case: Case, scale: Scale, sessions: Sequence[Centre]) -> Spread | None:
    """What the inside of the units, or earlier runs, say of the spread between units."""
    blocks = [v for v in (*case.base.blocks, *case.head.blocks) if v > 0]
    if blocks and scale is Scale.RATIO:
        return Spread(_INSIDE * math.fsum(blocks) / len(blocks), _PRIOR_DF)
    before = [each.spread for each in sessions if each.spread.df > 0]
    df = math.fsum(s.df for s in before)
    if df < 4:
        return None
    return Spread(math.fsum(s.variance * s.df for s in before) / df, min(_HISTORY_DF, df))


def _session_prior(case: Case, scale: Scale, level: float) -> Spread | None:
    unit = 1.0 if scale is Scale.RATIO else abs(level)
    if case.prior is not None:
        return Spread((case.prior * unit) ** 2, _STATED_DF)
    stated = stated_sessions(case.kind)
    return None if stated is None else Spread(stated.variance * unit**2, stated.df)


def stated_sessions(kind: Kind) -> Spread | None:
    """The variance between sessions (log scale) that is assumed of a kind before any was seen."""
    assumed = _SESSION_PRIOR.get(kind)
    return None if assumed is None else Spread(assumed**2, _SESSION_PRIOR_DF)

"""What a design can show before anything is measured: its error, what it finds, what it leaves.

All numbers are on the log scale of a ratio unless a name says otherwise. Sessions and units are
those of stored runs, else the kind's stated prior.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from gate.core.compare.bounds import as_worsening, tolerance_bounds
from gate.core.compare.estimate import stated_sessions
from gate.core.compare.rule import Errors
from gate.core.metric import Kind
from gate.core.model import Tolerance
from gate.core.stats.centre import Centre, Spread, centre, satterthwaite
from gate.core.stats.evidence import Scale
from gate.core.stats.moderate import moderated
from gate.core.stats.sessions import LEVEL, between_sessions
from gate.core.stats.special import normal_quantile, t_quantile

_SETTLED_DF = 30.0
_ALMOST_ALL = 1e9


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an objective: where it lies, how units and how sessions vary.

    `runs` is how many stored runs that rests on; at 0 the sessions are the stated ones at their
    best (as if many runs had agreed), `level` is nothing and units are taken not to vary.
    """

    level: float
    unit: Spread
    sessions: Spread
    runs: int = 0


def known_from(runs: Sequence[Sequence[float]], kind: Kind) -> Known | None:
    """From the unit values of stored runs, oldest first; None for kinds without such a spread.

    None, too, where a value is not positive: there is no ratio to speak of.
    """
    stated = stated_sessions(kind)
    if stated is None or any(min(values) <= 0 for values in runs):
        return None
    if not runs:
        return Known(0.0, Spread(0.0, 0.0), moderated(Spread(0.0, _SETTLED_DF), stated))
    trimmed = kind is Kind.TIMING
    means = [centre([math.log(v) for v in values], trimmed=trimmed) for values in runs]
    within = math.fsum(m.spread.variance / m.n for m in means) / len(means)
    between = moderated(between_sessions([m.mean for m in means], within), stated)
    located = means[-LEVEL:]
    level = math.fsum(m.mean for m in located) / len(located)
    return Known(level, _units(means), between, len(runs))


def _units(means: Sequence[Centre]) -> Spread:
    df = math.fsum(m.spread.df for m in means)
    if df == 0:
        return Spread(0.0, 0.0)
    return Spread(math.fsum(m.spread.variance * m.spread.df for m in means) / df, df)


@dataclass(frozen=True, slots=True)
class Precision:
    """The standard error of a change by one design, with its degrees of freedom."""

    error: float
    df: float

    def quantile(self, chance: float) -> float:
        """How far the bound that is missed with `chance` lies from the estimate."""
        return -t_quantile(chance, self.df) * self.error


def stored(known: Known, units: int) -> Precision:
    """Head of so many units against the mean of eight stored runs of as many."""
    unit = known.unit.variance * (1 + 1 / LEVEL) / units
    between = known.sessions.variance * (1 + 1 / LEVEL)
    df = satterthwaite([(unit, known.unit.df), (between, known.sessions.df)])
    return Precision(math.sqrt(unit + between), df)


def in_turn(known: Known, units: int) -> Precision:
    """Both sides in one session: only units vary."""
    df = 2.0 * (units - 1) if units > 1 else _ALMOST_ALL
    return Precision(math.sqrt(2 * known.unit.variance / units), df)


def smallest_found(
    tolerance: Tolerance, base: float, sign: int, at: Precision, by: Errors
) -> float:
    """The worsening that this design finds with power 1 - miss: relative, by its size."""
    fail = tolerance_bounds(tolerance, base, Scale.RATIO, sign).fail
    found = fail + at.quantile(by.alarm) + at.quantile(by.miss)
    return abs(as_worsening(found, Scale.RATIO, sign))


def smallest_passed(at: Precision, miss: float) -> float:
    """The smallest `detect` that head equal to its base passes: relative."""
    return math.expm1(at.quantile(miss))


def can_pass(tolerance: Tolerance, base: float, sign: int, at: Precision, miss: float) -> bool:
    """Whether head that measures exactly as its base would pass; if not, only luck can."""
    detect = tolerance_bounds(tolerance, base, Scale.RATIO, sign).detect
    return tolerance.fail.value < 0 or at.quantile(miss) <= detect


def smallest_tolerance(detect: float) -> float:
    """The smallest relative tolerance whose default `detect` is at least this."""
    return max(0.0, min(detect / 2, detect - 0.03))


@dataclass(frozen=True, slots=True)
class Prospect:
    """A limit before the run: headroom (relative), the chance of an undecided block."""

    headroom: float
    undecided: float
    decidable: bool
    """Whether a run that lies where the stored ones do would be decided at all."""


def prospect(known: Known, limit: float, sign: int, units: int, by: Errors) -> Prospect:
    """What awaits a limit: the estimate beyond it, and too near to it for a fail.

    The estimate varies by units and by sessions; the judge's interval for a limit holds the spread
    of units alone. `limit` is in base units, above zero.
    """
    room = sign * (math.log(limit) - known.level)
    own = math.sqrt(known.unit.variance / units)
    whole = math.sqrt(own**2 + known.sessions.variance)
    df = max(1.0, units - 1.0)
    alarm, miss = (-t_quantile(chance, df) * own for chance in (by.alarm, by.miss))
    chance = _below(room + alarm, whole) - _below(room, whole)
    decidable = room >= miss or -room > alarm
    return Prospect(math.expm1(room), max(0.0, chance), decidable)


def headroom_needed(kind: Kind, chance: float) -> float | None:
    """The headroom (relative) with which a run lies beyond its limit at most with `chance`.

    By the stated spread between sessions alone; None for kinds that have none.
    """
    stated = stated_sessions(kind)
    if stated is None:
        return None
    return math.expm1(-normal_quantile(chance) * math.sqrt(stated.variance))


def _below(value: float, sd: float) -> float:
    if sd <= 0:
        return 1.0 if value >= 0 else 0.0
    return math.erfc(-value / sd / math.sqrt(2)) / 2

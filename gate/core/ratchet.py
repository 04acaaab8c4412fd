"""How tight a limit could be: from the stored runs that kept it, without one that cries wolf.

A run is one session. How far sessions fall apart is what the judge itself takes for baselines: the
errors of predicting each run from those before it (`between_sessions`), which keep drift and
autocorrelation. A tighter limit lies beyond the value that a next run of the same code exceeds
with the chance `alarm` (a t interval for one new session), and beyond the bad end of every run's
own interval by `headroom`: each of them would still have passed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from gate.core.metric import Better
from gate.core.stats.sessions import between_sessions, newest_level
from gate.core.stats.special import t_cdf, t_quantile

_NEAR = 0.05


@dataclass(frozen=True, slots=True)
class Kept:
    """One stored run: when, its value, and the bad end of its interval, in base units."""

    at: str
    value: float
    worst: float


@dataclass(frozen=True, slots=True)
class Rules:
    """What has to be there before anything is proposed, and how much room stays.

    At least `runs` runs over at least `days` days; `headroom` beyond the worst of them; `alarm` is
    the chance that one run of unchanged code is beyond the limit; `gain` the least worth a change.
    """

    runs: int = 20
    days: int = 14
    headroom: float = 0.1
    alarm: float = 0.001
    gain: float = 0.05


@dataclass(frozen=True, slots=True)
class _Session:
    """The next run as it is predicted, on the scale of the comparison; more is worse."""

    centre: float
    error: float
    df: float


def tightest(kept: Sequence[Kept], better: Better, rules: Rules, *, exact: bool) -> float:
    """The tightest limit that the rules allow, in base units; `kept` is oldest first."""
    scale = _Scale(better, kept)
    worst = max(scale.bad(each.worst) for each in kept)
    edge = worst + (math.log1p(rules.headroom) if scale.log else rules.headroom * abs(worst))
    if not exact:
        next_run = _next(scale, kept)
        if next_run.error > 0:
            away = t_quantile(1 - rules.alarm, next_run.df) * next_run.error
            edge = max(edge, next_run.centre + away)
    return scale.value(edge)


def chance_beyond(kept: Sequence[Kept], better: Better, limit: float, *, exact: bool) -> float:
    """The chance that one more run of the same code is beyond a limit that all of them kept."""
    scale = _Scale(better, kept)
    next_run = _next(scale, kept)
    if exact or next_run.error == 0:
        return 0.0
    return 1 - t_cdf((scale.bad(limit) - next_run.centre) / next_run.error, next_run.df)


@dataclass(frozen=True, slots=True)
class _Scale:
    """Logarithms where all is above 0, else as it is; the sign makes more worse."""

    better: Better
    kept: Sequence[Kept]

    @property
    def log(self) -> bool:
        return all(each.value > 0 and each.worst > 0 for each in self.kept)

    def bad(self, value: float) -> float:
        scaled = math.log(value) if self.log else value
        return scaled if self.better is Better.LOWER else -scaled

    def value(self, bad: float) -> float:
        scaled = bad if self.better is Better.LOWER else -bad
        return math.exp(scaled) if self.log else scaled


def _next(scale: _Scale, kept: Sequence[Kept]) -> _Session:
    means = [scale.bad(each.value) for each in kept]
    spread = between_sessions(means)
    sd = math.sqrt(spread.variance)
    level = newest_level(means, sd)
    centre = math.fsum(means[-level:]) / level
    return _Session(centre, sd * math.sqrt(1 + 1 / level), max(1.0, spread.df))


def neat(limit: float, better: Better, factor: float) -> str:
    """The limit as a number of some unit, two digits where that is near, never tighter.

    `factor` is the unit in base units.
    """
    number = limit / factor
    up = better is Better.LOWER
    text = _rounded(number, 2, up=up)
    near = abs(float(text) - number) <= _NEAR * abs(number)
    return text if near else _rounded(number, 3, up=up)


def _rounded(number: float, digits: int, *, up: bool) -> str:
    if number == 0:
        return "0"
    places = digits - 1 - math.floor(math.log10(abs(number)))
    # In whole steps of the last digit; a hair is no step.
    steps = number * 10.0**places
    whole = math.ceil(steps - 1e-9) if up else math.floor(steps + 1e-9)
    text = f"{whole / 10.0**places:.{max(0, places)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text

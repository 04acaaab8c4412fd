"""Which tolerance a design holds: the arithmetic behind `gate doctor --noise`."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from gate.core.compare.bounds import Bounds, as_worsening, tolerance_bounds, tolerance_text
from gate.core.compare.power import Precision
from gate.core.compare.rule import Errors
from gate.core.judge.sides import sign
from gate.core.metric import Kind
from gate.core.model import Objective, Tolerance
from gate.core.stats.evidence import Scale
from gate.core.verdict import Comparison, Status, Verdict, Working
from gate.seams.runner import Repeat

HOLDS = "holds"
NOT = "does not hold"
UNKNOWN = "not measured"
_MOST = 1000
_FREE = 0.03
"""What the default `detect` lies above the smallest tolerance (design, section 2)."""


@dataclass(frozen=True, slots=True)
class Holding:
    """One tolerance on this machine. All but `units` are None where they cannot be told.

    `spread` is the sd of one unit, relative; `finds` the worsening that is found (1 - miss rate)
    with the `units` a side that were measured in the given time, `finds_least` and `finds_most`
    with the smallest and the largest number of repeats of the budget, `detect` what the tolerance
    sets out to find, `smallest` the tolerance that those `units` would hold. `needs` is how many
    units a side would hold the stated one.
    """

    objective: str
    stated: str
    verdict: str
    do: str = ""
    units: int = 0
    kind: Kind = Kind.TIMING
    detect: float | None = None
    spread: float | None = None
    finds: float | None = None
    smallest: float | None = None
    least: int | None = None
    finds_least: float | None = None
    most: int | None = None
    finds_most: float | None = None
    needs: int | None = None


@dataclass(frozen=True, slots=True)
class _Design:
    """The comparison that was made, and the same with another number of units a side."""

    objective: Objective
    tolerance: Tolerance
    found: Comparison
    working: Working

    @property
    def units(self) -> int:
        return min(self.found.n)

    @property
    def errors(self) -> Errors:
        return Errors(1 - self.found.level, self.found.miss)

    @property
    def base(self) -> float:
        return self.found.base.value if self.found.base is not None else 0.0

    @property
    def bounds(self) -> Bounds:
        return tolerance_bounds(self.tolerance, self.base, Scale.RATIO, self.sign)

    def at(self, units: int) -> Precision:
        """The error shrinks with the root of the units; each pair more is known better."""
        error = self.working.error * math.sqrt(self.units / units)
        sides = 1 if self.working.method == "paired" else 2
        return Precision(error, max(1.0, self.working.df + sides * (units - self.units)))

    def finds(self, units: int) -> float | None:
        """The worsening that is found with so many units, relative; of one unit nobody knows."""
        if units < 2:
            return None
        worse = as_worsening(self.bounds.fail + self.width(units), Scale.RATIO, self.sign)
        return abs(worse) if math.isfinite(worse) else None

    @property
    def sign(self) -> int:
        return sign(self.objective)

    def width(self, units: int) -> float:
        """What lies between the bound and what is found, on the log scale."""
        at, errors = self.at(units), self.errors
        return at.quantile(errors.alarm) + at.quantile(errors.miss)

    def holds(self, units: int) -> bool:
        """Whether both answers are in reach: equal code passes, what `detect` says fails.

        A goal has room between equal code and itself.
        """
        bounds = self.bounds
        room = -bounds.fail if bounds.fail < 0 else bounds.detect - bounds.fail
        return self.width(units) <= room

    def needs(self) -> int | None:
        """The units a side that would hold it, None where a thousand do not."""
        if not self.holds(_MOST):
            return None
        low, high = 1, _MOST
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self.holds(middle) else (middle, high)
        return high


def smallest_held(width: float) -> float | None:
    """The smallest relative tolerance whose default `detect` leaves so much room (log scale).

    0 where every one does, None where none does: twice the tolerance is never twice the time away.
    """
    excess = math.expm1(width)
    if excess <= _FREE:
        return 0.0
    return excess / (1 - excess) if excess < 1 else None


def holding(objective: Objective, verdict: Verdict, repeat: Repeat) -> Holding:
    """What head against itself says of one tolerance; `verdict` is the judge's on that."""
    found = verdict.comparison
    stated = tolerance_text(objective)
    said = Holding(objective.id, stated, UNKNOWN, verdict.reason.sentence, kind=objective.kind)
    if found is None or found.base is None:
        return said
    passes = found.status in {Status.PASS, Status.WARN}
    if objective.kind is Kind.EXACT or (found.absolute and found.mde is not None):
        do = "" if passes else verdict.reason.sentence
        return replace(said, verdict=HOLDS if passes else NOT, do=do, units=min(found.n))
    if found.working is None or found.mde is None or objective.tolerance is None:
        return said
    return _held(_Design(objective, objective.tolerance, found, found.working), said, repeat)


def _held(design: _Design, said: Holding, repeat: Repeat) -> Holding:
    units, holds = design.units, design.holds(design.units)
    least, most = repeat.minimum, repeat.maximum
    held = replace(
        said,
        verdict=HOLDS if holds else NOT,
        do="",
        units=units,
        detect=abs(as_worsening(design.bounds.detect, Scale.RATIO, design.sign)),
        spread=design.working.spread,
        finds=design.finds(units),
        smallest=smallest_held(design.width(units)),
        least=least,
        finds_least=design.finds(least),
        most=most,
        finds_most=design.finds(most),
        needs=design.needs(),
    )
    return held if holds else replace(held, do=_remedy(held))


def _remedy(held: Holding) -> str:
    """What to do about a tolerance that this machine does not hold."""
    ways = []
    if held.needs is not None and held.most is not None:
        often = f"{held.needs} repeats would hold it"
        more = (
            "give it more time" if held.needs <= held.most else f"raise `repeat:` to {held.needs}"
        )
        ways.append(f"{often}: {more}")
    if held.smallest is not None:
        ways.append(f"state a tolerance of {held.smallest * 100:.2g} % or more")
    ways.append("measure on a quieter machine")
    return "; or ".join(ways)

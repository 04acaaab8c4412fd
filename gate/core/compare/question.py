"""Questions as callers put them, parsed once into cases; what is wrong is a `ValueError`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from gate.core.compare.case import Case, Design, Session, Units
from gate.core.compare.units import thin_tail, units_of
from gate.core.histogram import Histogram
from gate.core.metric import Better, Kind
from gate.core.model import Amount, Tolerance
from gate.core.reasons import Reason
from gate.core.sample import Counts, Data, Reduced, Values
from gate.core.sli import STATISTICS, Sli, quantile_of

Unit = Sequence[float] | Counts | Histogram | float
"""One repetition: values in order, a histogram, events of trials, or one number."""

_MOST = 1e100
_DEFAULT = {Kind.LATENCY: "p95", Kind.PROPORTION: "rate"}


@dataclass(frozen=True, slots=True)
class Run:
    """An earlier run of the same thing: its units, when, which commit, where, and if accepted."""

    units: Sequence[Unit]
    at: str
    commit: str = ""
    environment: str = ""
    accepted: bool = True


@dataclass(frozen=True, slots=True)
class Question:
    """Whether head is worse than base by more than is tolerated; the fields are `compare`'s."""

    id: str
    base: Sequence[Unit]
    head: Sequence[Unit]
    kind: Kind | str = field(kw_only=True)
    statistic: str | None = field(default=None, kw_only=True)
    better: Better | str = field(default=Better.LOWER, kw_only=True)
    tolerance: float = field(default=0.0, kw_only=True)
    detect: float | None = field(default=None, kw_only=True)
    floor: float = field(default=0.0, kw_only=True)
    warn: float | None = field(default=None, kw_only=True)
    design: Design | str = field(default=Design.STORED, kw_only=True)
    history: Sequence[Run] = field(default=(), kw_only=True)
    prior: float | None = field(default=None, kw_only=True)
    budget: str = field(default="", kw_only=True)
    weight: float = field(default=1.0, kw_only=True)
    reference: bool = field(default=False, kw_only=True)
    blocking: bool = field(default=True, kw_only=True)

    def __post_init__(self) -> None:
        """Refuse a weight and a prior that are no such thing, with `ValueError`."""
        if not (math.isfinite(self.weight) and self.weight > 0):
            msg = f"a weight is a number above zero, not {self.weight}"
            raise ValueError(msg)
        if self.prior is not None and not (math.isfinite(self.prior) and self.prior >= 0):
            msg = f"a prior is an sd between sessions, zero or more, not {self.prior}"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class Unanswerable:
    """A question whose data are well-formed and still too little, with the case as it stands."""

    case: Case
    reason: Reason


def parse(question: Question) -> Case | Unanswerable:
    """The case of a question. Raises `ValueError` for mixed kinds, empty sides, what is not finite.

    A tail percentile of units with too few values is a question that cannot be answered.
    """
    kind, sli = Kind(question.kind), sli_of(Kind(question.kind), question.statistic)
    history = tuple(
        Session(side_of(run.units, sli, kind, "history").units, run.accepted)
        for run in _same_place(question.history)
    )
    base, head = (
        side_of(question.base, sli, kind, "base"),
        side_of(question.head, sli, kind, "head"),
    )
    case = Case(
        question.id,
        kind,
        1 if Better(question.better) is Better.LOWER else -1,
        tolerance_of(question),
        Design(question.design),
        base.units,
        head.units,
        history,
        question.prior,
        question.budget,
        question.weight,
        question.reference,
        question.blocking,
    )
    thin = base.thin or head.thin
    return Unanswerable(case, thin) if thin else case


@dataclass(frozen=True, slots=True)
class Measured:
    """One side parsed, and why its tail is too thin to be told, if it is."""

    units: Units
    thin: Reason | None = None


def side_of(units: Sequence[Unit], sli: Sli, kind: Kind, side: str) -> Measured:
    """Parse one side. Raises `ValueError` for no units, mixed kinds and what is not finite.

    A plain number is a unit that was reduced before; how many values it had is not known.
    """
    if kind is not Kind.PROPORTION and len(units) and set(map(type, units)) <= {float, int}:
        return Measured(_all_finite(Units(tuple(units)), side))  # type: ignore[arg-type]
    data = data_of(units, kind, side)
    tails = [each for each in data if not isinstance(each, Reduced)]
    thin = thin_tail(tails, sli) if tails else None
    return Measured(_all_finite(units_of(data, sli, kind), side), thin)


def sli_of(kind: Kind, statistic: str | None) -> Sli:
    """The statistic that is taken of every unit; each kind has its own default."""
    chosen = statistic or _DEFAULT.get(kind, "median")
    if chosen not in STATISTICS and quantile_of(chosen) is None:
        msg = f"unknown statistic {chosen!r}; there are {', '.join(STATISTICS)} and pNN"
        raise ValueError(msg)
    return Sli("value", chosen)


def tolerance_of(question: Question) -> Tolerance:
    """The relative bounds of a question. Raises `ValueError` where they contradict each other."""
    numbers = (question.tolerance, question.floor, question.warn or 0.0, question.detect or 0.0)
    if not all(map(math.isfinite, numbers)) or question.floor < 0:
        msg = "tolerance, detect and warn are finite parts of the base, and floor is not negative"
        raise ValueError(msg)
    return Tolerance(
        Amount(question.tolerance, relative=True),
        None if question.warn is None else Amount(question.warn, relative=True),
        question.floor,
        None if question.detect is None else Amount(question.detect, relative=True),
    )


def data_of(units: Sequence[Unit], kind: Kind, side: str) -> tuple[Data | Histogram, ...]:
    """Units as data of one kind."""
    if not len(units):  # an array has no truth value of its own
        msg = f"{side} is empty: nothing was measured, and nothing can be said"
        raise ValueError(msg)
    found = tuple(_datum(unit) for unit in units)
    counted = sum(isinstance(each, Counts) for each in found)
    if counted != (len(found) if kind is Kind.PROPORTION else 0):
        wanted = "Counts(events, trials)" if kind is Kind.PROPORTION else "numbers"
        msg = f"{side} mixes kinds: units of kind {kind.value!r} are {wanted}"
        raise ValueError(msg)
    return found


def _datum(unit: Unit) -> Data | Histogram:
    match unit:
        case Counts() | Histogram():
            return unit
        case int() | float():
            return Reduced(float(unit), 1)
        case _:
            return Values(tuple(map(float, unit)))


def _all_finite(units: Units, side: str) -> Units:
    if not all(abs(value) <= _MOST for value in units.values):
        msg = f"{side}: the statistic of a unit is not finite, or beyond {_MOST:g}"
        raise ValueError(msg)
    return units


def _same_place(history: Sequence[Run]) -> tuple[Run, ...]:
    """The runs of the newest run's environment: other machines say nothing about this one."""
    if not history:
        return ()
    here = history[-1].environment
    return tuple(run for run in history if run.environment == here)

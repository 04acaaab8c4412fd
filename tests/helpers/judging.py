"""Builders for judge tests: objectives, runs and past runs from plain numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gate.core.judge import judge
from gate.core.metric import Better, Kind
from gate.core.model import (
    Amount,
    Limit,
    Objective,
    Policy,
    Promises,
    Retired,
    Tolerance,
    Waiver,
)
from gate.core.past import Past
from gate.core.reasons import Code, because
from gate.core.run import Commit, Environment, Looks, Measurement, Missing, Run
from gate.core.sample import Counts, Data, Reduced, Unit
from gate.core.sli import parse_sli
from gate.core.units import Dimension
from gate.core.verdict import Outcome, Row

HERE = Environment((("cpu", "A"), ("cores", "2")), ("cpu", "cores"))
ELSEWHERE = Environment((("cpu", "B"), ("cores", "2")), ("cpu", "cores"))


def objective(
    sli: str = "median(time)",
    *,
    kind: Kind = Kind.TIMING,
    dimension: Dimension = Dimension.TIME,
    better: Better = Better.LOWER,
    limit: float | None = None,
    warn: float | None = None,
    tolerance: float | None = None,
    absolute: bool = False,
    floor: float = 0.0,
    each: str = "",
    was: str = "",
    blocking: bool = True,
    repeat_min: int = 1,
) -> Objective:
    """One objective of the budget `b`."""
    parsed = parse_sli(sli)
    amount = None if tolerance is None else Amount(tolerance, relative=not absolute)
    return Objective(
        id=f"b/{parsed}",
        budget="b",
        sli=parsed,
        dimension=dimension,
        better=better,
        kind=kind,
        limit=None if limit is None else Limit(limit, warn),
        tolerance=None if amount is None else Tolerance(amount, floor=floor),
        each=each,
        was=was,
        blocking=blocking,
        repeat_min=repeat_min,
    )


def measured(
    of: Objective, units: Sequence[float | tuple[int, int] | Data], **tags: str
) -> Measurement:
    """A measurement of an objective; pairs are events of trials, numbers are reduced units."""
    sli = of.sli
    for key, value in tags.items():
        sli = sli.with_tag(key, value)
    return Measurement(
        objective=of.id,
        sli=sli,
        dimension=of.dimension,
        better=of.better,
        kind=of.kind,
        units=tuple(Unit(_data(unit), index) for index, unit in enumerate(units)),
        shape=(("script", "1"),),
    )


def _data(unit: float | tuple[int, int] | Data) -> Data:
    if isinstance(unit, tuple):
        return Counts(*unit)
    return Reduced(float(unit), 1000) if isinstance(unit, int | float) else unit


def missing(of: Objective, code: Code = Code.TOOL_CRASHED, **facts: str) -> Missing:
    """A missing measurement."""
    return Missing(of.id, of.sli, because(code, **facts))


def run(
    *objectives: Objective,
    answers: Sequence[Measurement | Missing] = (),
    policy: Policy | None = None,
    waivers: Sequence[Waiver] = (),
    retired: Sequence[Retired] = (),
    run_id: str = "head",
    started: str = "2026-11-22T12:00:00Z",
    environment: Environment = HERE,
    looks: Sequence[Looks] = (),
    new: Sequence[str] = (),
) -> Run:
    """A run on commit `h` that answers some objectives."""
    return Run(
        id=run_id,
        started=started,
        seconds=1.0,
        commit=Commit(sha=run_id, branch="main", ancestors=("p0", "p1")),
        environment=environment,
        promises=Promises(objectives, policy or Policy(), tuple(waivers), retired=tuple(retired)),
        measurements=tuple(a for a in answers if isinstance(a, Measurement)),
        missing=tuple(a for a in answers if isinstance(a, Missing)),
        looks=tuple(looks),
        new_objectives=tuple(new),
    )


def past(head: Run, *answers: Measurement, number: int = 0, accepted: bool = False) -> Past:
    """An earlier run of the same promises, judged on its own without history."""
    earlier = replace(
        head,
        id=f"p{number}",
        started=f"2026-11-{20 - number:02d}T12:00:00Z",
        commit=replace(head.commit, sha=f"p{number}"),
        measurements=tuple(answers),
        missing=(),
        environment=HERE,
    )
    return Past(earlier, judge(earlier, (), earlier.started), number + 1, accepted=accepted)


def only_row(outcome: Outcome) -> Row:
    """The one row of an outcome."""
    (row,) = outcome.rows
    return row

"""Earlier runs as the judge sees them, and the choice of a baseline objective by objective."""

from __future__ import annotations

from dataclasses import dataclass

from gate.core.metric import Better, Kind
from gate.core.model import Accepted, Objective
from gate.core.reasons import Code, Reason, because
from gate.core.run import Environment, Measurement, Run
from gate.core.verdict import BaselineSource, Bound, Outcome, Status

WINDOW = 5
"""How many of the last accepted runs locate a baseline."""


@dataclass(frozen=True, slots=True)
class Past:
    """A stored run with its outcome. `distance` counts commits from head, 0 is the same commit.

    `accepted` says that somebody took this run as baseline by hand; `rung` says why it is here.
    """

    run: Run
    outcome: Outcome
    distance: int
    rung: str = "ancestor"
    accepted: bool = False


@dataclass(frozen=True, slots=True)
class Baseline:
    """What head is compared with: the newest session first, each a measurement of one run."""

    sessions: tuple[Measurement, ...]
    history: tuple[Measurement, ...]
    source: BaselineSource


def find(pasts: tuple[Past, ...], objective_id: str) -> tuple[tuple[Past, Measurement], ...]:
    """The pasts that measured the objective, nearest first, newest first at one distance."""
    ordered = sorted(pasts, key=lambda past: past.run.started, reverse=True)
    ordered.sort(key=lambda past: past.distance)
    return tuple(
        (past, measurement)
        for past in ordered
        for measurement in past.run.measurements
        if member_id(measurement) == objective_id
    )


def member_id(measurement: Measurement) -> str:
    """The id of the concrete objective that a measurement answers."""
    budget, _, _ = measurement.objective.partition("/")
    own = measurement.objective == f"{budget}/{measurement.sli}"
    script = measurement.objective.startswith(f"{budget}/script: ")
    return measurement.objective if own or script else f"{budget}/{measurement.sli}"


def choose(
    objective: Objective, head: Measurement, run: Run, pasts: tuple[Past, ...]
) -> Baseline | Reason:
    """The nearest comparable accepted runs of the objective, or why there is none."""
    known = find(pasts, objective.was or objective.id)
    if not known:
        detail = "no earlier run is stored for this branch" if not pasts else "no run measured it"
        return because(Code.NO_BASELINE, detail=detail)
    same_series = [(p, m) for p, m in known if _series(m, objective) == _series(head, objective)]
    if not same_series:
        return because(Code.OTHER_SERIES, detail=_shape_difference(known[0][1], head))
    comparable = [(p, m) for p, m in same_series if _same_place(objective, p.run, run)]
    if not comparable:
        detail = environment_difference(same_series[0][0].run.environment, run.environment)
        return because(Code.OTHER_ENVIRONMENT, detail=detail)
    good = [(p, m) for p, m in comparable if _accepted(objective, p, run)]
    if not good:
        return because(Code.NO_BASELINE, detail="every stored run failed it; none was accepted")
    nearest = good[0][0]
    source = BaselineSource(
        nearest.rung,
        nearest.run.commit.sha,
        nearest.distance,
        len(good[:WINDOW]),
        nearest.run.started,
        nearest.run.environment.key,
    )
    sessions = tuple(m for _, m in good[: 1 if objective.kind is Kind.EXACT else WINDOW])
    return Baseline(sessions, tuple(m for _, m in comparable), source)


def _series(measurement: Measurement, objective: Objective) -> str:
    key = measurement.series_key
    return key.partition("@")[2] if objective.was else key


def _same_place(objective: Objective, past: Run, run: Run) -> bool:
    return objective.kind is Kind.EXACT or past.environment.key == run.environment.key


def _accepted(objective: Objective, past: Past, run: Run) -> bool:
    """Whether a run may be compared with: it did not fail, or what it came to is wanted."""
    if past.accepted:
        return True
    looked_up = objective.was or objective.id
    rows = [row for row in past.outcome.rows if row.objective.id == looked_up]
    failed = any(
        verdict.bound is Bound.TOLERANCE and verdict.status is Status.FAIL
        for row in rows
        for verdict in row.verdicts
    )
    return not failed or any(
        _wanted(entry, objective, past, row.value)
        for entry in run.promises.accepted
        for row in rows
        if entry.objective == objective.id and row.value is not None
    )


def _wanted(entry: Accepted, objective: Objective, past: Past, value: float) -> bool:
    """Whether an entry of accepted.yml covers a value: no worse than it by the tolerance."""
    slack = 0.0
    if objective.tolerance is not None and objective.tolerance.fail.value > 0:
        amount = objective.tolerance.fail
        slack = amount.value * abs(entry.value) if amount.relative else amount.value
    worse = value - entry.value if objective.better is Better.LOWER else entry.value - value
    return worse <= slack and past.run.started[:10] <= entry.until


def _shape_difference(past: Measurement, head: Measurement) -> str:
    before, now = dict(past.shape), dict(head.shape)
    changed = sorted(k for k in before.keys() | now.keys() if before.get(k) != now.get(k))
    return ", ".join(f"{name} differs" for name in changed) or "the SLI differs"


def environment_difference(past: Environment, now: Environment) -> str:
    """What differs between two environments, in words."""
    before, after = dict(past.facts), dict(now.facts)
    names = dict.fromkeys((*past.compared, *now.compared))
    parts = [
        f"{name}: {before.get(name, 'unknown')} there, {after.get(name, 'unknown')} here"
        for name in names
        if before.get(name) != after.get(name)
    ]
    return "; ".join(parts) or "other facts are compared"

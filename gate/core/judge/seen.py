"""The numbers behind a picture of one objective: each unit of both sides, and the runs before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from gate.core.judge.sides import side, units
from gate.core.model import Objective
from gate.core.past import WINDOW, Past, comparable, in_session
from gate.core.run import Measurement, Run
from gate.core.verdict import Seen, Then

POINTS = 40
"""How many units of a side a picture shows; of more, every so-manieth in order of size."""
TREND = 30
"""How many earlier runs a trend shows."""


def seen(objective: Objective, head: Measurement, run: Run, pasts: tuple[Past, ...]) -> Seen:
    """What a report draws of head, of its base, and of the comparable runs before."""
    before = comparable(objective, head, run, pasts)
    trend = sorted(
        (Then(p.run.started, p.run.commit.sha[:12], side(m).value) for p, m in before),
        key=lambda then: (then.at, then.commit, then.value),
    )
    beside = _beside(objective, run)
    stored = [side(measurement).value for past, measurement in before if past.ordinary][:WINDOW]
    base = units(beside).values if beside is not None else stored
    return Seen(_thinned(units(head).values), _thinned(base), tuple(trend[-TREND:]))


def _beside(objective: Objective, run: Run) -> Measurement | None:
    """The base that was measured in turn with head, in the confirmation or in the first session."""
    fresh = run.confirmation
    if fresh is not None and objective.id in fresh.suspects and fresh.base is not None:
        return in_session(replace(run, base=fresh.base), objective)
    return in_session(run, objective)


def _thinned(values: Iterable[float]) -> tuple[float, ...]:
    """Of many values as many as a picture shows, smallest and largest among them."""
    ordered = sorted(values)
    if len(ordered) <= POINTS:
        return tuple(ordered)
    last = len(ordered) - 1
    return tuple(ordered[round(i * last / (POINTS - 1))] for i in range(POINTS))

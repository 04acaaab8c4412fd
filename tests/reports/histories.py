"""Small histories that hold every case once; the same numbers every time."""

from __future__ import annotations

import hashlib
import math
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from gate.core.model import Amount, Drift
from gate.core.trend import Point, trace
from gate.reports.history.model import History, Mover
from gate.testing import samples

_FIRST = datetime(2026, 7, 20, 9, 30, tzinfo=UTC)
_RUNS = 120
_STEP, _DRIFT, _MOVED = 30, 62, 90
"""The run from which it is 8 % slower, drifts by 0.3 % a run, is measured on another machine."""

OBJECTIVE = replace(samples.READ, drift=Drift(Amount(0.05, relative=True), 90.0))
HOSTILE = "api/<script>alert(1)</script>\x1b[31m{{ 7 * 7 }}"


def points(runs: int = _RUNS, *, seed: int = 7) -> tuple[Point, ...]:
    """A step, a slow drift and another machine; one run a day."""
    rng = random.Random(seed)
    return tuple(_point(at, rng.gauss(0, 0.006), runs) for at in range(runs))


def _point(at: int, noise: float, runs: int) -> Point:
    part = at * _RUNS // runs
    level = 0.2 * (1.08 if part >= _STEP else 1.0) * 1.003 ** min(28, max(0, part - _DRIFT))
    elsewhere = part >= _MOVED
    value = level * (0.88 if elsewhere else 1.0) * math.exp(noise)
    when = _FIRST + timedelta(days=at * _RUNS / runs)
    return Point(
        entry=f"run-{at:05}",
        at=f"{when:%Y-%m-%dT%H:%M:%SZ}",
        commit=hashlib.sha1(str(at).encode(), usedforsecurity=False).hexdigest(),
        branch="main",
        environment="e2" * 8 if elsewhere else "e1" * 8,
        series="p95(http_req_duration{op:read})@0123456789abcdef",
        value=float(f"{value:.6g}"),
        n=5,
        unit="time",
        status="fail" if value > 0.232 else "pass",
    )


def history(runs: int = _RUNS, *, name: str = OBJECTIVE.id) -> History:
    """The history of the samples' objective, with who moved it."""
    told = trace(points(runs))
    movers = tuple(
        Mover(
            change.before.commit,
            change.at.commit,
            2,
            ("Ann Example", "Bob"),
            (
                (change.at.commit, "Ann Example", "Search asks the database for every word"),
                (change.before.commit, "Bob", "A newer pool of connections"),
            ),
        )
        for change in told.changes
    )
    environments = (
        ("e1" * 8, "AMD EPYC 7763, 4, Linux 6.8 x86_64"),
        ("e2" * 8, "AMD EPYC 9V74, 4, Linux 6.8 x86_64"),
    )
    return History(name, "main", told, OBJECTIVE, movers, environments)


def hostile_history() -> History:
    """The same under names that would steer a page or a terminal."""
    plain = history(name=HOSTILE)
    movers = tuple(
        replace(
            mover,
            authors=("<img src=x onerror=alert(1)>", "Eve\x1b]0;gone\x07"),
            commits=((mover.last, "</ul><h1>gone</h1>", "::error::x\u202e"),),
        )
        for mover in plain.movers
    )
    objective = replace(OBJECTIVE, id=HOSTILE, owner="</dd>", why="<b>why</b>")
    environments = tuple((key, f"{words} <i>&amp;") for key, words in plain.environments)
    branch = "main\r\n::set-output::"
    return replace(
        plain, branch=branch, movers=movers, objective=objective, environments=environments
    )

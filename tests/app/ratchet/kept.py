"""A workspace of budgets whose store holds as many runs as a test asks for."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from gate.app.base_budgets import read
from gate.app.workspace import Workspace
from gate.core.judge import judge
from gate.core.model import Objective
from gate.core.run import Commit, Environment, Measurement, Run
from gate.core.sample import Reduced, Unit
from gate.seams.store import Entry
from tests.app.support import MemoryStore, workspace

HERE = Environment((("cpu", "A"),), ("cpu",))
FIRST = datetime(2026, 10, 1, 9, tzinfo=UTC)
YAML = """\
# What the team promises.
runner: command
command: [python, -c, pass]   # start-up
owner: team-cli
objectives:
  - sli: time        # the whole of it
    why: people wait
    limit: 300 ms    # agreed in May
  - {sli: cpu_time, limit: {warn: "0.18 s", fail: "at most 0.25 s"}}
  - sli: rss
    tolerance: 5%
"""
TIME, CPU = "cli/median(time)", "cli/median(cpu_time)"


def noisy(level: float, count: int = 24, spread: float = 0.03, seed: int = 7) -> list[float]:
    """Values of as many runs around a level, the same ones always."""
    draw = random.Random(seed)
    return [level * (1 + draw.gauss(0, spread)) for _ in range(count)]


def budgets(root: Path, **files: str) -> Path:
    """Write budget files."""
    for name, text in (files or {"cli": YAML}).items():
        file = root / "budgets" / f"{name}.yml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
    return root


def opened(root: Path, *entries: Entry, profile: str = "") -> Workspace:
    """The workspace of what is written below the root."""
    spec = read((root / "budgets",), root, profile, {})
    return workspace(root, spec, profile=profile, store=MemoryStore(*entries))


def entries(
    of: Workspace,
    values: Mapping[str, Sequence[float]],
    *,
    environment: Environment = HERE,
    branch: str = "main",
    hours: float = 24,
) -> tuple[Entry, ...]:
    """One stored run for each value, so many hours apart, judged by itself; five units each.

    What no values are given for is there and keeps its level.
    """
    runs = []
    for at in range(max(map(len, values.values()))):
        when = FIRST + timedelta(hours=hours * at)
        now = {o.id: values.get(o.id, _STEADY)[at] for o in of.spec.promises.objectives}
        runs.append(
            Run(
                id=f"run-{when:%m%d%H}-{at}",
                started=f"{when:%Y-%m-%dT%H:%M:%SZ}",
                seconds=1.0,
                commit=Commit(sha=f"{at:040x}", branch=branch),
                environment=environment,
                promises=of.spec.promises,
                measurements=tuple(_measured(o, now[o.id]) for o in of.spec.promises.objectives),
            )
        )
    return tuple(Entry(run, judge(run, (), run.started)) for run in runs)


def _measured(of: Objective, value: float) -> Measurement:
    units = tuple(Unit(Reduced(value * f, 10), i) for i, f in enumerate(_UNITS))
    kind = (of.id, of.sli, of.dimension, of.better, of.kind)
    return Measurement(*kind, units, shape=(("command", "1"),))


_STEADY = [0.1] * 100
_UNITS = (0.995, 0.998, 1.0, 1.002, 1.005)

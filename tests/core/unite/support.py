"""Runs of one check, measured in parts, from plain numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gate.core.model import Objective
from gate.core.run import Environment, Measurement, Missing, Part, Run, Shards
from gate.core.unite import Given, Refusal, unite
from tests.helpers.judging import HERE, objective
from tests.helpers.judging import run as whole_run

SPLIT = (("api", "db"), ("bundle",))


def of(budget: str, sli: str = "median(time)", **more: float) -> Objective:
    """An objective of a budget."""
    made = objective(sli, **more) if more else objective(sli, limit=10.0)  # type: ignore[arg-type]
    return replace(made, id=f"{budget}/{made.sli}", budget=budget)


API, DB, BUNDLE = of("api", tolerance=0.1), of("db"), of("bundle")
ALL = (API, BUNDLE, DB)


def run(
    *answers: Measurement | Missing,
    run_id: str = "20261122T120000-abcdef01-000001",
    objectives: Sequence[Objective] = ALL,
    environment: Environment = HERE,
    started: str = "2026-11-22T12:00:00Z",
) -> Run:
    """A whole run of one commit."""
    made = whole_run(
        *objectives, answers=answers, run_id=run_id, started=started, environment=environment
    )
    return replace(made, commit=replace(made.commit, sha="abcdef0123456789", tree="t", base="p0"))


def shard(
    number: int,
    *answers: Measurement | Missing,
    split: tuple[tuple[str, ...], ...] = SPLIT,
    generator: tuple[int, int] = (1, 1),
    **more: object,
) -> Run:
    """The run of one shard, or of one load generator of it."""
    name = f"20261122T120000-abcdef01-0000{number}{generator[0]}"
    made = run(*answers, **{"run_id": name, **more})  # type: ignore[arg-type]
    part = Part(made.id, made.started, split[number - 1], made.environment, number, generator[0])
    marks = [f"{i}/{n}" if n > 1 else "" for i, n in ((number, len(split)), generator)]
    marked = tuple(
        replace(
            m,
            units=tuple(replace(u, shard=marks[0], generator=marks[1]) for u in m.units),
        )
        for m in made.measurements
    )
    return replace(made, measurements=marked, shards=Shards(split, generator[1], (part,)))


def given(*runs: Run) -> tuple[Given, ...]:
    """Runs as they are handed in, from files named by letters."""
    return tuple(Given(f"{chr(97 + at)}.json", each) for at, each in enumerate(runs))


def united(*runs: Run) -> Run:
    """The run that they make."""
    found = unite(given(*runs))
    assert isinstance(found, Run), found
    return found


def refused(*runs: Run) -> Refusal:
    """Why they make none."""
    found = unite(given(*runs))
    assert isinstance(found, Refusal)
    return found

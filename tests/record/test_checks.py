"""A record of shards that we could not have written is refused."""

from __future__ import annotations

import pytest

from gate.core.run import Environment, Measurement, Part, Shards
from gate.core.sample import Reduced, Unit
from gate.record.checks import problem_of
from gate.testing import samples

SPLIT = (("api", "db"), ("web",))


def part(shard: int, generator: int = 1, budgets: tuple[str, ...] = ("web",)) -> Part:
    return Part("r", samples.STARTED, budgets, Environment(), shard, generator)


@pytest.mark.parametrize(
    ("shards", "said"),
    [
        pytest.param(Shards(SPLIT, 1, (part(2),)), "", id="the second shard"),
        pytest.param(Shards(SPLIT, 2, (part(2), part(2, 2))), "", id="two load generators"),
        pytest.param(Shards((), 1, (part(0), part(0))), "", id="a check that was not split"),
        pytest.param(Shards(SPLIT), "at least one part", id="no part"),
        pytest.param(Shards(SPLIT, 0, (part(2),)), "one load generator", id="no load generator"),
        pytest.param(Shards((), 1, (part(1),)), "of an unsplit check", id="a shard of no split"),
        pytest.param(Shards((), 2, (part(0),)), "of an unsplit check", id="generators, no split"),
        pytest.param(Shards(SPLIT, 1, (part(1),)), "of their shards", id="other budgets"),
        pytest.param(Shards(SPLIT, 1, (part(3),)), "of their shards", id="a shard too many"),
        pytest.param(Shards(SPLIT, 1, (part(2, 2),)), "from 1 to 1", id="a generator too many"),
        pytest.param(Shards(SPLIT, 1, (part(2), part(2))), "there twice", id="a part twice"),
    ],
)
def test_shards_that_there_cannot_be(shards: Shards, said: str) -> None:
    found = problem_of(shards)
    assert said in found
    assert bool(found) is bool(said)


def test_units_that_cannot_be_pooled() -> None:
    read = samples.READ
    units = tuple(Unit(Reduced(1.0, 9), 0, generator=f"{n}/2") for n in (1, 2))
    made = Measurement(read.id, read.sli, read.dimension, read.better, read.kind, units)
    assert "cannot be put together" in problem_of(made)

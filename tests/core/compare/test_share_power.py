"""A limit on a share before the run: headroom, and the chance of an undecided block."""

from __future__ import annotations

import random

import pytest

from gate.core.compare.case import Units
from gate.core.compare.level import Level, against, level
from gate.core.compare.rule import Errors
from gate.core.compare.share_power import share_prospect
from gate.core.metric import Kind
from gate.core.model import Limit
from gate.core.verdict import Status

BY = Errors(0.01, 0.05)


def stored(share: float, trials: int, runs: int = 10) -> list[list[tuple[int, int]]]:
    return [[(round(share * trials), trials)]] * runs


def test_headroom_is_the_part_that_is_left() -> None:
    found = share_prospect(stored(0.01, 10_000), 0.02, 1, BY)
    assert found.headroom == pytest.approx(1.0, rel=0.01)
    assert found.undecided < 0.001
    assert found.decidable


def test_no_headroom_is_not_decided() -> None:
    found = share_prospect(stored(0.0195, 10_000), 0.02, 1, BY)
    assert not found.decidable
    assert found.undecided > 0.2


def test_far_beyond_a_limit_is_decided_too() -> None:
    found = share_prospect(stored(0.05, 10_000), 0.02, 1, BY)
    assert found.decidable
    assert found.undecided < 0.001


def test_a_share_that_should_be_high_is_its_mirror() -> None:
    low = share_prospect(stored(0.01, 10_000), 0.02, 1, BY)
    high = share_prospect([[(9900, 10_000)]] * 10, 0.98, -1, BY)
    assert high.undecided == pytest.approx(low.undecided, abs=1e-9)
    assert high.decidable == low.decidable


def test_the_chance_is_what_a_simulation_gives() -> None:
    chance, limit, trials, share = random.Random(4), 0.02, 4000, 0.019
    blocked = 0
    for _ in range(400):
        events = sum(chance.random() < share for _ in range(trials))
        units = Units((events / trials,), counts=((events, trials),))
        found = level(units, Kind.PROPORTION, Limit(limit), sign=1, name="share")
        assert isinstance(found, Level)
        status = against(found, BY).status
        blocked += status is Status.UNDECIDED and events / trials > limit
    said = share_prospect(stored(share, trials), limit, 1, BY).undecided
    assert blocked / 400 == pytest.approx(said, abs=0.08)

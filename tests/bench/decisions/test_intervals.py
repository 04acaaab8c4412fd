"""Intervals of shares over blocks: exact where trials are independent, wide where blocks are."""

from __future__ import annotations

import math
import random

import pytest

from bench.decisions import intervals
from bench.decisions.intervals import Tally, clopper_pearson, mean, resampled, share


@pytest.mark.parametrize(
    ("hits", "trials", "low", "high"),
    [
        pytest.param(0, 10, 0.0, 0.3085, id="nothing of ten: the rule of three, exact"),
        pytest.param(10, 10, 0.6915, 1.0, id="all of ten"),
        pytest.param(5, 10, 0.1871, 0.8129, id="half of ten"),
        pytest.param(1, 1, 0.025, 1.0, id="one of one"),
        pytest.param(0, 3840, 0.0, 0.00096, id="nothing of 3,840"),
        pytest.param(15, 50, 0.1786, 0.4461, id="15 of 50"),
    ],
)
def test_the_binomial_interval_is_the_published_one(
    hits: int, trials: int, low: float, high: float
) -> None:
    found = clopper_pearson(hits, trials)
    assert found == pytest.approx((low, high), abs=6e-5)


@pytest.mark.parametrize(("hits", "trials"), [(-1, 3), (4, 3), (0, 0)])
def test_impossible_counts_are_refused(hits: int, trials: int) -> None:
    with pytest.raises(ValueError, match="trials"):
        clopper_pearson(hits, trials)


def test_where_no_block_differs_every_block_counts_once() -> None:
    none = share({str(n): (0.0, 90) for n in range(9)})
    assert none is not None
    assert (none.low, none.high) == (0.0, clopper_pearson(0, 9)[1])
    every = share({str(n): (90.0, 90) for n in range(9)})
    assert every is not None
    assert (every.low, every.high) == (clopper_pearson(9, 9)[0], 1.0)


def test_blocks_that_agree_narrow_the_interval_and_blocks_that_differ_widen_it() -> None:
    alike = share({str(n): (50.0 + n % 2, 100) for n in range(10)})
    apart = share({str(n): (100.0 * (n % 2), 100) for n in range(10)})
    assert alike is not None
    assert apart is not None
    assert alike.high - alike.low < 0.08
    assert (apart.low, apart.high) == pytest.approx(clopper_pearson(5, 10))


def test_one_block_alone_says_next_to_nothing() -> None:
    found = share({"only": (30.0, 100)})
    assert found is not None
    assert found.low < 0.02
    assert found.high > 0.98


def test_nothing_counted_is_no_figure() -> None:
    assert share({}) is None
    assert share({"empty": (0.0, 0)}) is None
    assert mean({}) is None
    assert resampled([]) is None


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    chance = random.Random(5)
    held = 0
    for _ in range(300):
        blocks = {}
        for block in range(12):
            rate = chance.betavariate(4, 6)
            blocks[str(block)] = (float(sum(chance.random() < rate for _ in range(30))), 30)
        found = share(blocks)
        assert found is not None
        held += found.low <= 0.4 <= found.high
    assert held / 300 > 0.92


def test_draws_that_share_blocks_are_worth_no_more_than_the_blocks() -> None:
    chance = random.Random(6)
    bad = {"1", "2", "3", "4"}
    draws = []
    for _ in range(4000):
        chosen = chance.sample([str(n) for n in range(10)], 2)
        draws.append((float(bool(bad & set(chosen))), chosen))
    found = resampled(draws)
    assert found is not None
    assert found.value == pytest.approx(1 - (6 * 5) / (10 * 9), abs=0.03)
    assert found.high - found.low > 0.3
    assert found.blocks == 10


def test_draws_without_a_hit_count_each_block_once() -> None:
    found = resampled([(0.0, (str(n), str(n + 1))) for n in range(7)])
    assert found is not None
    assert found.high == pytest.approx(clopper_pearson(0, 8)[1])


def test_a_mean_has_students_interval_over_the_blocks() -> None:
    found = mean({"a": (4.0, 1), "b": (12.0, 2), "c": (15.0, 3)})
    assert found is not None
    assert found.value == pytest.approx(31 / 6)
    assert found.high - found.value == pytest.approx(4.3027 * 1 / math.sqrt(3), abs=1e-3)
    alone = mean({"a": (4.0, 1)})
    assert alone is not None
    assert math.isinf(alone.high)


def test_a_tally_counts_block_by_block() -> None:
    tally = Tally()
    tally.add("a", hit=True)
    tally.add("a", hit=False)
    tally.add("b", 3, 4)
    found = tally.figure()
    assert found is not None
    assert (found.hits, found.trials, found.blocks) == (4, 6, 2)
    assert intervals.LEVEL == 0.95

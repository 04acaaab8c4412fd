"""A tighter limit leaves room for the spread between days, and says how often it would cry wolf."""

from __future__ import annotations

import math
import random

import pytest

from gate.core.metric import Better
from gate.core.ratchet import Kept, Rules, chance_beyond, neat, tightest

RULES = Rules()


def kept(*values: float, width: float = 0.0) -> tuple[Kept, ...]:
    return tuple(Kept(f"2026-11-{n + 1:02d}", v, v * (1 + width)) for n, v in enumerate(values))


def drawn(level: float, count: int, spread: float, seed: int) -> tuple[Kept, ...]:
    draw = random.Random(seed)
    return kept(*(level * math.exp(draw.gauss(0, spread)) for _ in range(count)))


def test_what_is_exact_keeps_only_the_headroom() -> None:
    runs = kept(*[170_000.0] * 20)
    assert tightest(runs, Better.LOWER, RULES, exact=True) == pytest.approx(187_000)
    assert chance_beyond(runs, Better.LOWER, 187_000, exact=True) == 0.0


@pytest.mark.parametrize("better", [Better.LOWER, Better.HIGHER])
def test_no_run_s_own_interval_reaches_the_limit(better: Better) -> None:
    """Each of the runs would have passed, by the headroom."""
    width = 0.2 if better is Better.LOWER else -0.2
    runs = kept(*[100.0] * 19, 104.0 if better is Better.LOWER else 96.0, width=width)
    found = tightest(runs, better, RULES, exact=False)
    worst = runs[-1].worst
    assert found == pytest.approx(worst * 1.1 if better is Better.LOWER else worst / 1.1)


def test_the_spread_between_days_counts_for_more_than_the_headroom() -> None:
    quiet, noisy = drawn(0.2, 30, 0.01, 3), drawn(0.2, 30, 0.08, 3)
    narrow = Rules(headroom=0.0)
    assert tightest(quiet, Better.LOWER, narrow, exact=False) < 0.215
    assert tightest(noisy, Better.LOWER, narrow, exact=False) > 0.24


def test_the_chance_is_that_of_a_next_run_of_the_same_code() -> None:
    """Counted over fresh runs: no more of them are beyond than was said, with room for luck."""
    beyond = trials = 0
    said = []
    for seed in range(60):
        runs = drawn(0.2, 20, 0.05, seed)
        limit = tightest(runs, Better.LOWER, Rules(headroom=0.0, alarm=0.05), exact=False)
        said.append(chance_beyond(runs, Better.LOWER, limit, exact=False))
        fresh = drawn(0.2, 50, 0.05, 1000 + seed)
        beyond += sum(each.value > limit for each in fresh)
        trials += len(fresh)
    assert all(each <= 0.05 + 1e-9 for each in said)
    assert beyond / trials < 0.05


def test_what_moves_from_day_to_day_needs_more_room() -> None:
    """A step in the runs is spread too: the limit has to hold on both sides of it."""
    steady = kept(*([0.2, 0.202] * 10))
    moved = kept(*([0.2, 0.202] * 5), *([0.16, 0.162] * 5))
    narrow = Rules(headroom=0.0)
    assert tightest(moved, Better.LOWER, narrow, exact=False) >= 0.202
    assert tightest(steady, Better.LOWER, narrow, exact=False) < 0.21


def test_values_of_zero_are_compared_as_they_are() -> None:
    runs = kept(*[0.0] * 20)
    assert tightest(runs, Better.LOWER, RULES, exact=False) == 0.0
    some = tuple(Kept("2026-11-01", 0.0, 0.002) for _ in range(20))
    assert tightest(some, Better.LOWER, RULES, exact=False) == pytest.approx(0.0022)


@pytest.mark.parametrize(
    ("limit", "better", "factor", "text"),
    [
        (0.2471, Better.LOWER, 0.001, "250"),
        (0.2471, Better.HIGHER, 0.001, "240"),
        (0.0101, Better.LOWER, 0.001, "10.1"),
        (101.0, Better.LOWER, 1.0, "101"),
        (1234567.0, Better.LOWER, 1.0, "1240000"),
        (0.0031, Better.LOWER, 0.01, "0.31"),
        (0.3, Better.LOWER, 1.0, "0.3"),
        (0.0, Better.LOWER, 1.0, "0"),
    ],
)
def test_a_limit_is_rounded_to_a_neat_number_that_is_never_tighter(
    limit: float, better: Better, factor: float, text: str
) -> None:
    assert neat(limit, better, factor) == text

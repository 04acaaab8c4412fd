"""Bounds: nominal coverage in seeded simulation, and the signs that turn with the direction."""

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.core.stats.evidence import (
    Scale,
    exactly,
    locate,
    proportion,
    share_difference,
    student,
    wilson,
)

scipy_stats = pytest.importorskip("scipy.stats")


def test_a_students_bound_is_missed_as_often_as_it_says() -> None:
    chance, missed, trials = random.Random(1), 0, 4000
    for _ in range(trials):
        at = locate([chance.gauss(0, 1) for _ in range(5)])
        missed += student(at.mean, at.variance, at.df, Scale.RATIO).low(0.05) > 0
    assert missed / trials == pytest.approx(0.05, abs=0.012)


def test_clopper_pearson_is_scipys() -> None:
    ours = proportion(7, 1000, sign=1)
    theirs = scipy_stats.binomtest(7, 1000).proportion_ci(0.98, method="exact")
    assert (ours.low(0.01), ours.high(0.01)) == pytest.approx((theirs.low, theirs.high))


def test_wilson_is_scipys() -> None:
    theirs = scipy_stats.binomtest(7, 1000).proportion_ci(0.98, method="wilson")
    assert wilson(7, 1000, 0.01) == pytest.approx((theirs.low, theirs.high))


@pytest.mark.parametrize("events", [0, 1, 50, 99, 100])
def test_turning_the_direction_mirrors_a_share(events: int) -> None:
    up, down = proportion(events, 100, sign=1), proportion(events, 100, sign=-1)
    assert (down.low(0.01), down.high(0.01)) == (-up.high(0.01), -up.low(0.01))


def test_newcombes_interval_is_his_own_example() -> None:
    """Newcombe 1998, table II, case (a): 56/70 - 48/80, 95 %, method 10: 0.0524 to 0.3339."""
    evidence = share_difference((48, 80), (56, 70), sign=1)
    assert evidence.low(0.025) == pytest.approx(0.0524, abs=5e-5)
    assert evidence.high(0.025) == pytest.approx(0.3339, abs=5e-5)


@given(st.integers(0, 200), st.integers(0, 200), st.floats(-0.5, 0.5))
def test_the_p_value_agrees_with_the_bound(base: Any, head: Any, bound: float) -> None:
    evidence = share_difference((base, 200), (head, 200), sign=1)
    p = evidence.p_beyond(bound)
    if p < 0.49:
        assert evidence.low(min(0.49, p * 1.01)) >= bound - 1e-6
        assert evidence.low(max(2e-12, p * 0.99)) <= bound + 1e-6 or p < 2e-12


def test_exact_evidence_has_no_width() -> None:
    evidence = exactly(3.0, Scale.DIFFERENCE)
    assert (evidence.low(1e-9), evidence.high(1e-9)) == (3.0, 3.0)
    assert (evidence.p_beyond(2.9), evidence.p_beyond(3.0)) == (0.0, 1.0)


def test_no_spread_is_exact_on_its_own_scale() -> None:
    evidence = student(1.0, 0.0, 4, Scale.RATIO)
    assert (evidence.exact, evidence.scale) == (True, Scale.RATIO)

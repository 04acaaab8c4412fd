"""Bounds: nominal coverage in seeded simulation, and the signs that turn with the direction."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.core.stats.centre import centre
from gate.core.stats.evidence import (
    Scale,
    exactly,
    proportion,
    searched,
    student,
    unvaried,
    wilson,
)

scipy_stats = pytest.importorskip("scipy.stats")


def test_a_students_bound_is_missed_as_often_as_it_says() -> None:
    chance, missed, trials = random.Random(1), 0, 4000
    for _ in range(trials):
        at = centre([chance.gauss(0, 1) for _ in range(5)])
        found = student(at.mean, at.spread.variance / at.n, at.spread.df, Scale.RATIO)
        missed += found.low(0.05) > 0
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


@given(st.integers(0, 200), st.floats(-0.2, 1.2), st.sampled_from([1, -1]))
def test_the_p_value_of_a_share_agrees_with_its_bound(events: int, bound: float, sign: int) -> None:
    evidence = proportion(events, 200, sign=sign)
    p = evidence.p_beyond(bound)
    if 1e-9 < p < 0.49:
        assert evidence.low(p * 1.001) >= bound - 1e-6
        assert evidence.low(p * 0.999) <= bound + 1e-6


@given(st.floats(-5, 5), st.floats(1e-6, 10), st.floats(1, 100), st.floats(-5, 5))
def test_the_p_value_of_a_mean_agrees_with_its_bound(
    estimate: float, variance: float, df: float, bound: float
) -> None:
    evidence = student(estimate, variance, df, Scale.RATIO)
    p = evidence.p_beyond(bound)
    if 1e-9 < p < 1 - 1e-9:
        assert evidence.low(p) == pytest.approx(bound, abs=1e-4)


def test_a_searched_p_value_goes_past_the_middle() -> None:
    """Below the middle it is told by the other end, so that it goes up to one."""
    evidence = student(0.0, 1.0, 10, Scale.DIFFERENCE)
    found = searched(0.0, evidence.low, evidence.high)
    for bound in (-2.0, -0.5, 0.5, 2.0):
        assert found.p_beyond(bound) == pytest.approx(evidence.p_beyond(bound), rel=1e-6)


def test_units_that_do_not_vary_are_no_surer_than_their_orders() -> None:
    evidence = unvaried(0.1, Scale.RATIO, 20)
    assert (evidence.low(0.05), evidence.high(0.05)) == (0.1, 0.1)
    assert (evidence.low(0.049), evidence.high(0.049)) == (-math.inf, math.inf)
    assert (evidence.p_beyond(0.05), evidence.p_beyond(0.1)) == (0.05, 1.0)
    assert not evidence.exact


def test_exact_evidence_has_no_width() -> None:
    evidence = exactly(3.0, Scale.DIFFERENCE)
    assert (evidence.low(1e-9), evidence.high(1e-9)) == (3.0, 3.0)
    assert (evidence.p_beyond(2.9), evidence.p_beyond(3.0)) == (0.0, 1.0)


def test_no_spread_is_exact_on_its_own_scale() -> None:
    evidence = student(1.0, 0.0, 4, Scale.RATIO)
    assert (evidence.exact, evidence.scale) == (True, Scale.RATIO)

"""Distributions against SciPy, over the range that the judge uses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.core.stats.special import (
    beta_cdf,
    beta_quantile,
    digamma,
    normal_quantile,
    t_cdf,
    t_quantile,
    trigamma,
    trigamma_inverse,
)

scipy_special = pytest.importorskip("scipy.special")
scipy_stats = pytest.importorskip("scipy.stats")

CHANCES = st.floats(1e-6, 1 - 1e-6)
SIZES = st.floats(0.5, 1e5)


@given(CHANCES, st.floats(1, 1e6))
def test_the_t_quantile_is_scipys(p: float, df: float) -> None:
    assert t_quantile(p, df) == pytest.approx(scipy_stats.t.ppf(p, df), rel=1e-6, abs=1e-9)


@given(st.floats(-50, 50), st.floats(1, 1e6))
def test_the_t_cdf_is_scipys(t: float, df: float) -> None:
    assert t_cdf(t, df) == pytest.approx(scipy_stats.t.cdf(t, df), rel=1e-7, abs=1e-12)


@given(st.floats(0, 1), SIZES, SIZES)
def test_the_beta_cdf_is_scipys(x: float, a: float, b: float) -> None:
    assert beta_cdf(x, a, b) == pytest.approx(scipy_stats.beta.cdf(x, a, b), rel=1e-6, abs=1e-12)


@given(CHANCES, SIZES, SIZES)
def test_the_beta_quantile_turns_the_cdf_round(p: float, a: float, b: float) -> None:
    assert beta_cdf(beta_quantile(p, a, b), a, b) == pytest.approx(p, rel=1e-3, abs=1e-9)


@given(st.floats(-60, -0.4), st.floats(0.5, 1e6))
def test_the_t_quantile_of_a_tail_is_told_by_the_tail(exponent: float, df: float) -> None:
    """Early looks spend 1e-19 and less: 1 - p would be 1 there."""
    p = 10**exponent
    assert t_cdf(t_quantile(p, df), df) == pytest.approx(p, rel=1e-6)


@pytest.mark.parametrize("p", [1e-6, 0.01, 0.3, 0.5])
def test_the_t_quantile_is_symmetric_and_the_normals_for_many_degrees(p: float) -> None:
    assert t_quantile(p, 4) == pytest.approx(-t_quantile(1 - p, 4))
    assert t_quantile(p, 2e7) == normal_quantile(p) == pytest.approx(t_quantile(p, 9e6), rel=1e-5)


def test_the_middle_of_t_is_zero() -> None:
    assert (t_quantile(0.5, 3), t_cdf(0.0, 3)) == (0.0, 0.5)


@given(st.floats(0.01, 0.99))
def test_below_one_degree_of_freedom_the_t_quantile_is_searched(df: float) -> None:
    assert t_quantile(0.9, df) == pytest.approx(scipy_stats.t.ppf(0.9, df), rel=1e-6)


@pytest.mark.parametrize(("x", "expected"), [(-0.1, 0.0), (0.0, 0.0), (1.0, 1.0), (1.1, 1.0)])
def test_the_beta_cdf_at_its_ends(x: float, expected: float) -> None:
    assert beta_cdf(x, 2, 3) == expected


@given(st.floats(1e-3, 1e5))
def test_the_digamma_and_the_trigamma_are_scipys(x: float) -> None:
    assert digamma(x) == pytest.approx(scipy_special.digamma(x), rel=1e-10, abs=1e-10)
    assert trigamma(x) == pytest.approx(scipy_special.polygamma(1, x), rel=1e-10)


@given(st.floats(1e-4, 1e5))
def test_the_inverse_of_the_trigamma_turns_it_round(y: float) -> None:
    assert trigamma(trigamma_inverse(y)) == pytest.approx(y, rel=1e-9)

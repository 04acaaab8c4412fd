"""Distributions against SciPy, over the range that the judge uses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.core.stats.special import beta_cdf, beta_quantile, t_cdf, t_quantile

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

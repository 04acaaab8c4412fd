"""Samples refuse what is no sample; reductions are the statistics they say."""

import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.core.sample import Counts, Reduced, Values, quantile_linear, reduce_unit
from gate.core.sli import parse_sli

numpy = pytest.importorskip("numpy")


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: Values(()), id="no-values"),
        pytest.param(lambda: Values((1.0, math.nan)), id="a-value-that-is-no-number"),
        pytest.param(lambda: Values((math.inf,)), id="an-infinite-value"),
        pytest.param(lambda: Counts(0, 0), id="nothing-of-nothing"),
        pytest.param(lambda: Counts(2, 1), id="more-events-than-trials"),
        pytest.param(lambda: Counts(-1, 1), id="negative-events"),
        pytest.param(lambda: Reduced(math.nan, 1), id="a-statistic-that-is-no-number"),
        pytest.param(lambda: Reduced(1.0, 0), id="a-statistic-of-nothing"),
    ],
)
def test_what_is_no_sample_cannot_be_built(make: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=r"expected|holds"):
        make()


@pytest.mark.parametrize(
    ("sli", "expected"),
    [
        ("mean(t)", 2.5),
        ("median(t)", 2.5),
        ("min(t)", 1.0),
        ("max(t)", 4.0),
        ("sum(t)", 10.0),
        ("count(t)", 4.0),
        ("p75(t)", 3.25),
        ("share(t > 3 s)", 0.25),
        ("share(t >= 3 s)", 0.5),
        ("share(t < 2 s)", 0.25),
        ("share(t <= 2 s)", 0.5),
    ],
)
def test_statistics_of_single_values(sli: str, expected: Any) -> None:
    assert reduce_unit(Values((3.0, 1.0, 4.0, 2.0)), parse_sli(sli)) == pytest.approx(expected)


def test_a_statistic_that_values_cannot_give_is_refused() -> None:
    with pytest.raises(ValueError, match="no statistic 'rate'"):
        reduce_unit(Values((1.0,)), parse_sli("rate(t)"))


def test_counts_and_reduced_values_are_what_they_say() -> None:
    assert reduce_unit(Counts(1, 4), parse_sli("rate(failed)")) == 0.25
    assert reduce_unit(Reduced(7.0, 3), parse_sli("p99(t)")) == 7.0


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=50), st.floats(0, 1))
def test_quantiles_are_numpys(values: list[float], q: float) -> None:
    ours = quantile_linear(tuple(values), q)
    assert ours == pytest.approx(float(numpy.quantile(values, q)), rel=1e-9, abs=1e-6)

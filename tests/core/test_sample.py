"""Samples refuse what is no sample; reductions are the statistics they say."""

import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.core.sample import (
    Counts,
    Data,
    Reduced,
    Unit,
    Values,
    can_pool,
    pool,
    quantile_linear,
    reduce_unit,
)
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


@pytest.mark.parametrize(
    ("sli", "parts", "whole"),
    [
        pytest.param(
            "p95(t)",
            [Values((1.0,)), Values((2.0, 3.0))],
            Values((1.0, 2.0, 3.0)),
            id="samples are put together",
        ),
        pytest.param("rate(t)", [Counts(1, 10), Counts(2, 5)], Counts(3, 15), id="counts add up"),
        pytest.param(
            "rate(t)",
            [Reduced(10.0, 100), Reduced(5.0, 50)],
            Reduced(15.0, 150),
            id="rates of one load add up",
        ),
        pytest.param(
            "count(t)",
            [Reduced(10.0, 10), Reduced(5.0, 5)],
            Reduced(15.0, 15),
            id="counts of one load add up",
        ),
        pytest.param(
            "max(t)",
            [Reduced(1.0, 2), Reduced(3.0, 2)],
            Reduced(3.0, 4),
            id="the largest is the largest of all",
        ),
        pytest.param(
            "min(t)",
            [Reduced(1.0, 2), Reduced(3.0, 2)],
            Reduced(1.0, 4),
            id="the smallest is the smallest of all",
        ),
        pytest.param(
            "mean(t)",
            [Reduced(1.0, 30), Reduced(2.0, 10)],
            Reduced(1.25, 40),
            id="means count by their numbers",
        ),
        pytest.param(
            "p95(t)",
            [Reduced(1.0, 2), Reduced(3.0, 2)],
            None,
            id="percentiles are of one generator each",
        ),
        pytest.param(
            "p95(t)", [Reduced(1.0, 2), Values((3.0,))], None, id="samples and a percentile"
        ),
        pytest.param("rate(t)", [Counts(1, 2), Reduced(3.0, 2)], None, id="counts and a rate"),
    ],
)
def test_generators_of_one_unit_are_pooled(sli: str, parts: list[Data], whole: Data | None) -> None:
    units = [Unit(data, 0, generator=f"{at}/2") for at, data in enumerate(parts, start=1)]
    asked = parse_sli(sli)
    assert can_pool(units, asked) is (whole is not None)
    if whole is not None:
        assert pool(units[::-1], asked) == pool(units, asked) == (whole,)
        return
    with pytest.raises(ValueError, match="of each load generator is no"):
        pool(units, asked)


def test_units_of_one_generator_stay_apart() -> None:
    units = [Unit(Values((float(at),)), at) for at in (2, 0, 1)]
    assert pool(units, parse_sli("p95(t)")) == (Values((0.0,)), Values((1.0,)), Values((2.0,)))

"""Histograms: what is refused, merging, and statistics inside buckets."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.core.histogram import Histogram
from gate.core.sli import Sli

TWO = Histogram((0.0, 1.0, 3.0), (2, 2))


@pytest.mark.parametrize(
    ("edges", "counts"),
    [
        pytest.param((0.0, 1.0), (1, 1), id="an-edge-too-few"),
        pytest.param((0.0, 1.0, 2.0), (1,), id="an-edge-too-many"),
        pytest.param((1.0, 1.0), (1,), id="edges-that-do-not-rise"),
        pytest.param((0.0, math.inf), (1,), id="an-infinite-edge"),
        pytest.param((0.0, 1.0, 2.0), (2, -1), id="a-negative-count"),
        pytest.param((0.0, 1.0), (0,), id="nothing-counted"),
        pytest.param((0.0,), (), id="no-bucket"),
    ],
)
def test_what_is_no_histogram(edges: Any, counts: Any) -> None:
    with pytest.raises(ValueError, match="histogram"):
        Histogram(edges, counts)


@pytest.mark.parametrize(
    ("statistic", "expected"),
    [
        ("p0", 0.0),
        ("p25", 0.5),
        ("median", 1.0),
        ("p75", 2.0),
        ("p99.9", 2.996),
        ("mean", 1.25),
        ("count", 4.0),
    ],
)
def test_a_statistic_lies_linearly_inside_its_bucket(statistic: str, expected: float) -> None:
    assert TWO.reduce(Sli("x", statistic)) == pytest.approx(expected)


def test_an_empty_bucket_is_stepped_over() -> None:
    assert Histogram((0.0, 1.0, 2.0, 3.0), (0, 0, 2)).reduce(Sli("x", "p0")) == 2.0
    assert Histogram((0.0, 1.0, 2.0, 3.0), (2, 0, 2)).reduce(Sli("x", "p75")) == 2.5


def test_a_histogram_has_no_maximum() -> None:
    with pytest.raises(ValueError, match="'max'"):
        TWO.reduce(Sli("x", "max"))


def test_merging_adds_the_counts() -> None:
    assert TWO.merged(TWO) == Histogram((0.0, 1.0, 3.0), (4, 4))
    assert TWO.n == 4


def test_other_edges_do_not_merge() -> None:
    with pytest.raises(ValueError, match="same edges"):
        TWO.merged(Histogram((0.0, 1.0, 4.0), (2, 2)))


@given(st.lists(st.integers(0, 50), min_size=2, max_size=10), st.floats(0.01, 0.99))
def test_a_quantile_lies_where_so_many_lie_below(counts: list[int], part: float) -> None:
    if not sum(counts):
        return
    found = Histogram(tuple(map(float, range(len(counts) + 1))), tuple(counts))
    at = found.reduce(Sli("x", f"p{part * 100:.2f}"))
    below = sum(count * min(1.0, max(0.0, at - low)) for low, count in enumerate(counts))
    assert below == pytest.approx(round(part * 100, 2) / 100 * found.n, abs=0.02)

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.core.sample import Reduced, Values, quantile_linear
from gate.runners.k6.facts import Failures, Slowest
from gate.runners.k6.histogram import Histogram
from gate.runners.k6.points import Point
from gate.runners.k6.tally import ValuesTally
from tests.runners.k6.support import asked

TAGS = {"scenario": "default", "name": "GET /"}


KEPT = 1000


def filled(sli: str, values: list[float]) -> ValuesTally:
    tally = ValuesTally(asked(sli), KEPT)
    for at, value in enumerate(values):
        tally.add(Point("http_req_duration", at, value, TAGS))
    return tally


def test_as_many_values_as_are_kept_are_all_given() -> None:
    data = filled("p95(http_req_duration)", [1.0] * KEPT).data()
    assert isinstance(data, Values)
    assert data.n == KEPT


@pytest.mark.parametrize("sli", ["p50", "p95", "p99.9", "median", "mean", "min", "max"])
def test_beyond_that_the_statistic_is_given(sli: str) -> None:
    chance = random.Random(7)  # a fixed sequence
    values = [chance.lognormvariate(3, 1) for _ in range(KEPT + 50)]
    data = filled(f"{sli}(http_req_duration)", values).data()
    exact = {"mean": sum(values) / len(values), "min": min(values), "max": max(values)}
    quantile = 0.5 if sli == "median" else float(sli[1:]) / 100 if sli[0] == "p" else 0
    expected = exact.get(sli) or quantile_linear(tuple(values), quantile)
    assert isinstance(data, Reduced)
    assert data.n == KEPT + 50
    assert data.value == pytest.approx(expected / 1000, rel=1e-3)


def test_no_value_is_no_data() -> None:
    assert ValuesTally(asked("http_req_duration")).data() is None


@given(
    st.lists(st.floats(-1e9, 1e9).filter(lambda v: v == 0 or abs(v) > 1e-9), min_size=1),
    st.floats(0, 1),
)
def test_a_histograms_quantile_is_near_a_value_at_its_rank(values: list[float], q: float) -> None:
    histogram = Histogram()
    for value in values:
        histogram.add(value)
    expected = quantile_linear(tuple(values), q)
    width = max(map(abs, values)) * 1e-3
    assert histogram.quantile(q) == pytest.approx(expected, abs=width)
    assert histogram.low <= histogram.quantile(q) <= histogram.high
    assert histogram.n == len(values)


def test_a_fact_for_each_url_is_bounded() -> None:
    slowest, failures = Slowest(), Failures()
    for i in range(1000):
        tags = {"name": f"GET /{i}", "status": "500"}
        slowest.add(Point("http_req_duration", i, i, tags), i / 1000)
        failures.add(Point("http_req_failed", i, 1, tags))
    assert "(other names) p95" in slowest.facts()[0][1]
    assert failures.text().startswith("800 x status 500 at (other names); 1 x")


def test_one_name_is_no_fact() -> None:
    slowest = Slowest()
    slowest.add(Point("http_req_duration", 1, 1, TAGS), 0.001)
    assert slowest.facts() == Failures().facts() == ()

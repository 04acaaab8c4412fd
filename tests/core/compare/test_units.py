"""From data to units: reduced once, tails long enough, blocks that carry autocorrelation."""

import math
from itertools import pairwise
from typing import Any

import pytest

from gate.core.compare import units as module
from gate.core.compare.units import block_variance, thin_tail, units_of, values_needed
from gate.core.histogram import Histogram
from gate.core.metric import Kind
from gate.core.sample import Counts, Data, Reduced, Values
from gate.core.sli import Sli, parse_sli

np = pytest.importorskip("numpy")

MEDIAN, P95, RATE = Sli("x", "median"), Sli("x", "p95"), Sli("x", "rate")


@pytest.mark.parametrize(
    ("statistic", "needed"),
    [
        ("median", 1),
        ("mean", 1),
        ("max", 1),
        ("p50", 20),
        ("p90", 100),
        ("p95", 200),
        ("p99", 1000),
        ("p99.9", 10000),
        ("p5", 200),
        ("p0", 1),
    ],
)
def test_a_quantile_needs_ten_values_beyond_it(statistic: str, needed: int) -> None:
    assert values_needed(Sli("x", statistic)) == needed


@pytest.mark.parametrize(("have", "thin"), [(199, True), (200, False)])
def test_the_shortest_unit_decides_whether_a_tail_is_too_thin(have: int, thin: Any) -> None:
    data: list[Data | Histogram] = [
        Reduced(1.0, 1000),
        Reduced(1.0, have),
        Histogram((0.0, 1.0), (500,)),
    ]
    assert (thin_tail(data, P95) is not None) is thin


def test_counts_keep_what_was_counted_in_each_layout() -> None:
    layouts = (Values((5.0, 5.0, 6.0)), Values((5.0, 7.0, 5.0)))
    assert units_of(layouts, MEDIAN, Kind.COUNTED).rounds == ((5.0, 5.0, 6.0), (5.0, 7.0, 5.0))


def test_timings_keep_their_rounds_where_every_unit_has_them() -> None:
    data: tuple[Data, ...] = (Values((1.0, 3.0, 2.0)), Values((4.0,)))
    assert units_of(data, MEDIAN, Kind.TIMING).rounds == ((1.0, 3.0, 2.0), (4.0,))
    assert units_of((*data, Reduced(1.0, 1)), MEDIAN, Kind.TIMING).rounds == ()
    assert units_of(data, MEDIAN, Kind.LAB).rounds == ()


def test_a_share_of_values_beyond_a_bound_counts_them() -> None:
    sli = parse_sli("share(query_duration > 200 ms)")
    found = units_of((Values((0.1, 0.2, 0.3)), Counts(2, 4)), sli, Kind.PROPORTION)
    assert found.counts == ((1, 3), (2, 4))
    assert found.values == pytest.approx((1 / 3, 0.5))


def test_a_share_that_the_tool_reduced_has_no_counts() -> None:
    assert units_of((Reduced(0.5, 4), Counts(1, 2)), RATE, Kind.PROPORTION).counts == ()


def test_other_kinds_have_no_counts() -> None:
    assert units_of((Reduced(0.5, 4),), MEDIAN, Kind.LAB).counts == ()


def test_load_tests_show_their_inside() -> None:
    rng = np.random.default_rng(1)
    run = Values(tuple(rng.lognormal(0, 0.1, 2400)))
    found = units_of((run, Reduced(1.0, 2400)), P95, Kind.LATENCY)
    assert found.blocks == (block_variance(run.values, P95),)
    assert found.saturated == (False,)


@pytest.mark.parametrize(
    ("statistic", "n", "known"),
    [
        pytest.param("p95", 399, False, id="three-blocks-of-a-p95"),
        pytest.param("p95", 400, True, id="four-blocks-of-a-p95"),
        pytest.param("median", 79, False, id="three-blocks-of-a-median"),
        pytest.param("median", 80, True, id="four-blocks-of-a-median"),
        pytest.param("mean", 5000, False, id="no-quantile"),
    ],
)
def test_where_blocks_begin_to_tell(statistic: str, n: int, known: Any) -> None:
    run = tuple(1.0 + at % 7 + at / n for at in range(n))
    assert (block_variance(run, Sli("x", statistic)) > 0) is known


@pytest.mark.parametrize(("least", "known"), [(0.0, False), (1e-9, True)])
def test_blocks_are_told_on_the_log_scale(least: float, known: Any) -> None:
    run = (least, *(1.0 + at % 7 + at / 500 for at in range(999)))
    assert (block_variance(run, P95) > 0) is known


def test_there_are_at_most_twelve_blocks() -> None:
    """A run of 13 levels, each as long as a thirteenth: twelve blocks cut across them."""
    run = tuple(float(1 + at // 1000) for at in range(13_000))
    edges = [13_000 * at // module._BLOCKS for at in range(module._BLOCKS + 1)]
    logs = [math.log(np.quantile(run[a:b], 0.95)) for a, b in pairwise(edges)]
    assert block_variance(run, P95) == pytest.approx(np.var(logs, ddof=1) / module._BLOCKS)


def ar1(rng: Any, n: int, rho: float) -> Any:
    noise = rng.normal(0, math.sqrt(1 - rho * rho), n)
    out = np.empty(n)
    out[0] = rng.normal()
    for at in range(1, n):
        out[at] = rho * out[at - 1] + noise[at]
    return out


@pytest.mark.parametrize("rho", [0.0, 0.6])
def test_blocks_see_what_autocorrelation_does_to_a_quantile(rho: float) -> None:
    """The variance between whole runs, simulated, against what the inside of each run says."""
    rng = np.random.default_rng(int(rho * 10))
    runs = [tuple(np.exp(0.1 * ar1(rng, 1200, rho))) for _ in range(120)]
    between = np.var([math.log(np.quantile(run, 0.95)) for run in runs], ddof=1)
    inside = np.mean([block_variance(run, P95) for run in runs])
    assert 0.6 * between < inside < 1.6 * between

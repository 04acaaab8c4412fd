"""The peers' rules against numbers worked out by hand or by counting every case."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import pytest

from bench.decisions import peers
from bench.decisions.data import Units

FLAT = [100.0, 101.0, 99.0, 100.5, 99.5, 100.2, 99.8, 100.1, 99.9, 100.3]


def sides(base: Sequence[float], head: Sequence[float]) -> tuple[Units, Units]:
    return (tuple(base),), (tuple(head),)


def counted(base: Sequence[float], head: Sequence[float]) -> float:
    """The U test by looking at every way to split the values, ties counting one half."""

    def above(chosen: Sequence[float], others: Sequence[float]) -> float:
        return sum((x > y) + 0.5 * (x == y) for x in chosen for y in others)

    values = [*base, *head]
    seen, every = above(base, head), []
    for chosen in combinations(range(len(values)), len(base)):
        others = [values[n] for n in range(len(values)) if n not in chosen]
        every.append(above([values[n] for n in chosen], others))
    less = sum(each <= seen for each in every) / len(every)
    more = sum(each >= seen for each in every) / len(every)
    return min(1.0, 2 * min(less, more))


@pytest.mark.parametrize(
    ("base", "head", "p"),
    [
        pytest.param([1, 2, 3], [4, 5, 6], 2 / 20, id="three apart"),
        pytest.param([1, 2, 3, 4], [5, 6, 7, 8], 2 / 70, id="four apart"),
        pytest.param([1, 2, 3, 4, 5], [6, 7, 8, 9, 10], 2 / 252, id="five apart"),
        pytest.param([1, 3, 5, 7], [2, 4, 6, 8], 0.6857, id="in turn"),
        pytest.param([5, 5, 5], [5, 5, 5], 1.0, id="all the same"),
    ],
)
def test_the_u_test_gives_the_known_p(base: list[float], head: list[float], p: float) -> None:
    assert peers.u_test(base, head) == pytest.approx(p, abs=1e-4)


@pytest.mark.parametrize(
    ("base", "head"),
    [
        pytest.param([1, 1, 2, 3, 5], [2, 3, 3, 4, 4], id="ties between the sides"),
        pytest.param([1, 1, 1, 9], [1, 2, 2, 2, 3], id="unequal sizes"),
        pytest.param([1.5, 2.5, 3.5, 0.5], [1.0, 2.0, 3.0, 4.0, 5.0], id="no ties"),
    ],
)
def test_the_u_test_is_exact_with_and_without_ties(base: list[float], head: list[float]) -> None:
    assert peers.u_test(base, head) == pytest.approx(counted(base, head), abs=1e-9)


@pytest.mark.parametrize(
    ("rule", "factor", "red"),
    [
        pytest.param(peers.field_gate("mean", 5), 1.051, True, id="mean:5% beyond"),
        pytest.param(peers.field_gate("mean", 5), 1.049, False, id="mean:5% within"),
        pytest.param(peers.field_gate("min", 5), 1.051, True, id="min:5%"),
        pytest.param(peers.field_gate("median", 10), 1.09, False, id="median +10 % within"),
        pytest.param(peers.action_ratio(2.0), 1.99, False, id="200% sees no 199 %"),
        pytest.param(peers.action_ratio(2.0), 2.01, True, id="200%"),
        pytest.param(peers.quantile_gate(0.95, 10), 1.11, True, id="p95 +10 %"),
        pytest.param(peers.pyperf_t, 1.02, True, id="Student's t sees 2 %"),
        pytest.param(peers.pyperf_t, 0.98, False, id="faster is not red"),
        pytest.param(peers.pyperf_t, 1.0, False, id="identical"),
        pytest.param(peers.benchstat(), 1.02, True, id="the U test sees 2 %"),
        pytest.param(peers.benchstat(percent=5), 1.02, False, id="not beyond 5 %"),
        pytest.param(peers.benchstat(percent=5), 1.06, True, id="beyond 5 %"),
        pytest.param(peers.asv(), 1.09, False, id="asv within its factor"),
        pytest.param(peers.asv(), 1.11, True, id="asv beyond its factor"),
        pytest.param(peers.criterion(), 1.005, False, id="Criterion within its noise"),
        pytest.param(peers.criterion(), 1.05, True, id="Criterion beyond its noise"),
    ],
)
def test_a_rule_says_red_where_its_tool_does(rule: peers.Rule, factor: float, red: bool) -> None:
    base, head = sides(FLAT, [value * factor for value in FLAT])
    assert rule(base, head) is red


def test_asv_wants_intervals_apart_where_few_values_cannot_be_sure() -> None:
    base, head = sides([1.0, 1.1, 1.2], [2.0, 2.1, 2.2])
    assert not peers.asv()(base, head)


def test_benchers_bound_is_students_prediction_bound() -> None:
    past = [10.0, 11.0, 9.0, 10.5, 9.5]
    # mean 10, sd 0.7906, t(.99, 4) 3.7469, sqrt(1 + 1/5) 1.0954: 13.245
    rule = peers.bencher()
    assert not rule(past, 13.24)
    assert rule(past, 13.25)
    assert not rule([10.0], 20.0)
    assert not rule([10.0, 10.0], 20.0)


def test_conbench_asks_for_five_standard_deviations() -> None:
    past = [10.0, 11.0, 9.0, 10.5, 9.5]
    rule = peers.conbench()
    assert not rule(past, 13.95)
    assert rule(past, 13.96)
    assert not rule(past[:2], 99.0)


def test_the_last_value_alone_is_what_the_ratio_sees() -> None:
    rule = peers.last_ratio(1.5)
    assert rule([1.0, 10.0, 1.0], 1.6)
    assert not rule([1.0, 1.0, 10.0], 1.6)
    assert not rule([], 1.6)

"""Change points: their rate without a change, what is found and where; seeded, at 1 % noise."""

import random
from collections.abc import Callable

import pytest

from gate.core.trend.bend import bend
from gate.core.trend.fit import Sums
from gate.core.trend.noise import held, variance
from gate.core.trend.partition import SHORTEST, partition

SD = 0.01


def quiet(n: int, rng: random.Random, *, like_before: float = 0.0) -> list[float]:
    """Runs about one level; `like_before` is their autocorrelation."""
    found, at = [], 0.0
    for _ in range(n):
        at = like_before * at + rng.gauss(0, SD * (1 - like_before**2) ** 0.5)
        found.append(at)
    return found


def cuts(values: list[float]) -> list[int]:
    return [line.first for line in partition(values)[1:]]


def share(trials: int, hit: Callable[[random.Random], bool]) -> float:
    rng = random.Random(20261123)
    return sum(hit(rng) for _ in range(trials)) / trials


@pytest.mark.parametrize(
    ("runs", "like_before", "most"),
    [
        pytest.param(20, 0.0, 0.02, id="a short history"),
        pytest.param(60, 0.0, 0.01, id="a usual history"),
        pytest.param(150, 0.0, 0.01, id="a long history"),
        pytest.param(60, 0.3, 0.08, id="runs that resemble the one before"),
    ],
)
def test_nothing_changes_where_nothing_changed(runs: int, like_before: float, most: float) -> None:
    found = share(200, lambda rng: bool(cuts(quiet(runs, rng, like_before=like_before))))
    assert found <= most


@pytest.mark.parametrize(
    ("size", "after", "least"),
    [
        pytest.param(0.03, 10, 0.9, id="3 % after ten runs"),
        pytest.param(0.05, 5, 0.9, id="5 % after five runs"),
        pytest.param(0.05, SHORTEST, 0.75, id="5 % after three runs"),
        pytest.param(-0.05, 10, 0.9, id="an improvement"),
    ],
)
def test_a_step_is_found_within_two_runs(size: float, after: int, least: float) -> None:
    def hit(rng: random.Random) -> bool:
        values = quiet(30 + after, rng)
        found = cuts([v + size * (i >= 30) for i, v in enumerate(values)])
        return len(found) == 1 and abs(found[0] - 30) <= 2

    assert share(100, hit) >= least


@pytest.mark.parametrize(
    ("sd", "least"),
    [
        pytest.param(0.3, 0.97, id="of runs that vary by 0.3 %"),
        pytest.param(0.5, 0.9, id="of runs that vary by 0.5 %"),
        pytest.param(1.0, 0.7, id="of runs that vary by 1 %"),
    ],
)
def test_a_slow_drift_is_found_with_its_begin(sd: float, least: float) -> None:
    """0.3 % a build for thirty builds, after forty builds without."""

    def hit(rng: random.Random) -> bool:
        values = [sd * v + 0.003 * max(0, i - 40) for i, v in enumerate(quiet(70, rng))]
        found = partition(values)
        return len(found) == 2 and found[1].slope != 0 and abs(found[1].first - 40) <= 2

    assert share(60, hit) >= least


def test_a_drift_ends_where_it_ends() -> None:
    rng = random.Random(5)
    values = [0.5 * v + 0.003 * min(30, max(0, i - 30)) for i, v in enumerate(quiet(100, rng))]
    found = partition(values)
    assert [line.slope != 0 for line in found] == [False, True, False]
    assert [abs(line.first - at) <= 3 for line, at in zip(found, (0, 30, 60), strict=True)]
    assert found[1].slope == pytest.approx(0.003, rel=0.15)


def test_one_odd_run_is_no_change() -> None:
    rng = random.Random(9)
    values = quiet(40, rng)
    values[25] += 0.5
    assert cuts(values) == []


def test_a_step_far_back_in_a_long_history_is_found_to_the_run() -> None:
    rng = random.Random(11)
    values = [v + 0.05 * (i >= 333) for i, v in enumerate(quiet(1500, rng))]
    (found,) = cuts(values)
    assert abs(found - 333) <= 1


@pytest.mark.parametrize("values", [[], [1.0], [1.0] * 5, [2.0] * 50], ids=len)
def test_too_little_and_nothing_that_varies_is_one_level(values: list[float]) -> None:
    assert cuts(values) == []
    assert len(partition(values)) == bool(values)


def test_stretches_cover_every_run_once() -> None:
    rng = random.Random(3)
    values = [v + 0.1 * (i >= 20) + 0.1 * (i >= 50) for i, v in enumerate(quiet(90, rng))]
    found = partition(values)
    assert [line.first for line in found] == [0, *(line.end for line in found[:-1])]
    assert found[-1].end == 90


def test_a_line_is_the_least_squares_line() -> None:
    values = [1.0, 2.0, 2.5, 4.0]
    line = Sums([9.0, *values, 7.0]).line(1, 5)
    assert [line.slope, line.middle] == [pytest.approx(0.95), pytest.approx(2.375)]
    assert [line.at(1), line.at(4)] == [pytest.approx(0.95), pytest.approx(3.8)]
    assert line.rss == pytest.approx(sum((v - line.at(i + 1)) ** 2 for i, v in enumerate(values)))


def test_a_step_into_a_drift_is_not_moved_to_a_bend() -> None:
    values = [0.0, 0.001] * 10 + [0.2 + 0.003 * i for i in range(20)]
    assert bend(values, (0, 20, 40), 1e-6, falls=False) == 20


def test_the_noise_is_that_of_the_runs_whatever_their_levels() -> None:
    rng = random.Random(1)
    steps = [v + 0.1 * (i // 50) + 0.001 * i for i, v in enumerate(quiet(400, rng))]
    assert variance(steps) == pytest.approx(SD**2, rel=0.25)
    assert variance(quiet(400, rng, like_before=0.5)) > 2 * SD**2


def test_an_odd_run_is_held_and_a_step_is_not() -> None:
    rng = random.Random(2)
    values = quiet(40, rng)
    values[10] = 1.0
    values[30:] = [v + 1.0 for v in values[30:]]
    near = held(values)
    assert near[10] < 0.1
    assert near[30:] == pytest.approx(values[30:], abs=2 * SD)

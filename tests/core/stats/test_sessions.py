"""Sessions: prediction errors, odd runs held, and where the newest level begins."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.core.stats import sessions
from gate.core.stats.centre import Spread
from gate.core.stats.sessions import LEVEL, WINDOW, between_sessions, newest_level

np = pytest.importorskip("numpy")

MEANS = st.lists(st.floats(-1, 1), min_size=1, max_size=80)


@pytest.mark.parametrize("means", [(), (1.0,)], ids=["none", "one"])
def test_one_run_says_nothing_of_how_runs_vary(means: tuple[float, ...]) -> None:
    assert between_sessions(means) == Spread(0.0, 0.0)


def test_two_runs_vary_by_half_the_square_of_their_difference() -> None:
    """The error of the second against the first is sqrt(2) sds of one session."""
    found = between_sessions([1.0, 1.2])
    assert found.variance == pytest.approx(0.02)
    assert found.df == 1


def test_each_run_is_predicted_by_the_mean_of_those_before() -> None:
    means = [0.0, 0.03, 0.01, -0.02]
    errors = [
        (means[at] - math.fsum(means[:at]) / at) / math.sqrt(1 + 1 / at) for at in range(1, 4)
    ]
    assert sessions._prediction_errors(means, means) == pytest.approx(errors)


def test_a_prediction_looks_back_over_so_many_runs_and_starts_late_where_it_can() -> None:
    means = [float(n) for n in range(20)]
    errors = sessions._prediction_errors(means, means)
    assert len(errors) == 20 - 3
    last = (19 - math.fsum(means[19 - LEVEL : 19]) / LEVEL) / math.sqrt(1 + 1 / LEVEL)
    assert errors[-1] == pytest.approx(last)


@pytest.mark.parametrize(("runs", "degrees"), [(8, 7), (9, 6), (33, 30), (60, 30)])
def test_the_degrees_are_the_predictions_and_bounded(runs: int, degrees: int) -> None:
    rng = np.random.default_rng(runs)
    assert between_sessions(list(rng.normal(0, 0.02, runs))).df == degrees


def test_independent_sessions_have_their_own_variance() -> None:
    rng = np.random.default_rng(1)
    got = [between_sessions(list(rng.normal(0, 0.02, 30))).variance for _ in range(300)]
    assert np.mean(got) == pytest.approx(0.02**2, rel=0.08)


def test_what_the_units_explain_is_taken_off_and_never_below_zero() -> None:
    means = [0.0, 0.1, 0.05, -0.02, 0.03]
    whole = between_sessions(means).variance
    assert between_sessions(means, 0.0005).variance == pytest.approx(whole - 0.0005)
    assert between_sessions(means, 10.0).variance == 0.0


def test_only_the_window_counts() -> None:
    rng = np.random.default_rng(2)
    last = list(rng.normal(0, 0.02, WINDOW))
    assert between_sessions([5.0, -7.0, 3.0, *last]) == between_sessions(last)
    assert between_sessions([5.0, *last[1:]]) != between_sessions(last)


def test_one_odd_run_does_not_blind() -> None:
    rng = np.random.default_rng(3)
    quiet = list(rng.normal(0, 0.01, 40))
    odd = [*quiet[:20], 3.0, *quiet[20:]]
    assert between_sessions(odd).variance < 2.5 * between_sessions(quiet).variance


def test_a_step_in_the_history_does_not_blind() -> None:
    rng = np.random.default_rng(4)
    quiet = list(rng.normal(0, 0.01, 40))
    step = [value + (0.5 if at >= 20 else 0.0) for at, value in enumerate(quiet)]
    assert between_sessions(step).variance < np.var(step) / 20


def test_drift_counts() -> None:
    """A plain variance around the mean would be as large; one of neighbours would lose it."""
    drifting = [0.01 * n for n in range(30)]
    apart = sum((b - a) ** 2 for a, b in pairwise(drifting)) / 29 / 2
    assert between_sessions(drifting).variance > 10 * apart


@given(MEANS, st.floats(-10, 10))
def test_where_the_history_lies_does_not_matter(means: list[float], shift: float) -> None:
    moved = between_sessions([value + shift for value in means])
    assert moved.variance == pytest.approx(between_sessions(means).variance, abs=1e-9)


@pytest.mark.parametrize(
    ("before", "after", "jump", "expected"),
    [
        pytest.param(8, 3, 1.0, 3, id="after-a-change-only-the-new-level-counts"),
        pytest.param(8, 8, 1.0, LEVEL, id="eight-at-most"),
        pytest.param(2, 1, 1.0, 1, id="the-newest-alone"),
        pytest.param(8, 7, 1.0, 7, id="the-newest-is-still-beside-its-like"),
        pytest.param(4, 3, 0.0, 7, id="no-change-all-count"),
        pytest.param(20, 20, 0.0, LEVEL, id="no-change-eight-at-most"),
        pytest.param(0, 1, 0.0, 1, id="a-single-run"),
    ],
)
def test_where_the_newest_level_begins(before: int, after: int, jump: float, expected: int) -> None:
    assert newest_level([0.0] * before + [jump] * after, sd=0.05) == expected


def test_of_two_changes_the_last_one_counts() -> None:
    assert newest_level([0.0] * 8 + [3.0] * 3 + [4.0] * 2, sd=0.05) == 2


@pytest.mark.parametrize(("factor", "expected"), [(0.99, 4), (1.01, 2)])
def test_the_edge_of_a_break(factor: float, expected: int) -> None:
    """Two runs against two: six standard errors of a difference of means of two."""
    sd = 0.1
    jump = factor * sessions._BREAK * sd * math.sqrt(1 / 2 + 1 / 2)
    assert newest_level([0.0, 0.0, jump, jump], sd) == expected


@pytest.mark.parametrize("sd", [0.0, -1.0])
def test_with_no_known_spread_only_the_newest_counts(sd: float) -> None:
    assert newest_level([1.0, 1.0, 1.0], sd) == 1


@given(MEANS, st.floats(0.001, 1))
def test_a_level_has_at_least_the_newest_run_and_at_most_eight(
    means: list[float], sd: float
) -> None:
    assert 1 <= newest_level(means, sd) <= min(LEVEL, len(means))

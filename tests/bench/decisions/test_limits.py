"""The limit of the data: the power of a test that knows the spread."""

from __future__ import annotations

import pytest

from bench.decisions import limits
from bench.decisions.data import Earlier, Series
from bench.decisions.judge import Pair


@pytest.mark.parametrize(
    ("shift", "tolerance", "level", "error", "power"),
    [
        pytest.param(0.02, 0.02, 0.95, 0.01, 0.05, id="at the bound it is the level"),
        pytest.param(0.05, 0.0, 0.975, 0.0249, 0.5, id="two errors away: one half"),
        pytest.param(0.10, 0.0, 0.99, 0.0, 1.0, id="no spread"),
        pytest.param(0.01, 0.02, 0.99, 0.0, 0.0, id="no spread, tolerated"),
    ],
)
def test_the_power_is_that_of_a_z_test(
    shift: float, tolerance: float, level: float, error: float, power: float
) -> None:
    assert limits.power(shift, tolerance, level, error) == pytest.approx(power, abs=0.002)


def test_a_stored_baseline_knows_how_far_sessions_lie_apart() -> None:
    units = tuple((100.0 + n % 2,) for n in range(10))
    apart = tuple((value * 1.1,) for (value,) in units)
    near, far = Pair("s", "b", "m", units, units), Pair("s", "b", "m", units, apart)
    assert limits.stored([near])(near) == limits.together(near)
    assert limits.stored([far])(far) > 0.1


def test_an_outlier_does_not_hide_the_limit() -> None:
    units = tuple((100.0 + n % 2,) for n in range(9))
    wild = Pair("s", "b", "m", (*units, (1000.0,)), (*units, (100.0,)))
    assert limits.together(wild) < 0.01


def test_hindsight_finds_what_no_unchanged_build_comes_near() -> None:
    values = [100.0, 101, 100, 99, 120, 100, 101, 100, 99, 100]
    builds = tuple(Earlier(str(n), str(n), value) for n, value in enumerate(values))
    series = Series("b", "n", builds)
    assert limits.hindsight(series, 3, [6, 7], 0.1) == [False, False]
    assert limits.hindsight(series, 3, [6, 7], 0.3) == [True, True]

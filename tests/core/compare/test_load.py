"""Load signals: a queue shows in the order of latencies, whatever their size."""

import math
from typing import Any

import pytest

from gate.core.compare.load import QUEUEING, autocorrelation, saturated

np = pytest.importorskip("numpy")


def ar1(rho: float, n: int, seed: int = 1) -> list[float]:
    """Log-normal latencies whose logs follow an AR(1) with this lag-1 autocorrelation."""
    rng = np.random.default_rng(seed)
    at, run = rng.normal(), []
    for noise in rng.normal(0, math.sqrt(1 - rho * rho), n):
        at = rho * at + noise
        run.append(math.exp(0.5 * at))
    return run


@pytest.mark.parametrize("rho", [0.0, 0.3, 0.8])
def test_a_planted_autocorrelation_is_found(rho: float) -> None:
    assert autocorrelation(ar1(rho, 4000)) == pytest.approx(rho, abs=0.06)


@pytest.mark.parametrize(("rho", "expected"), [(0.0, False), (0.07, False), (0.24, True)])
def test_what_was_measured_of_both_is_told_apart(rho: float, expected: Any) -> None:
    assert saturated(ar1(rho, 4000)) is expected


@pytest.mark.parametrize(("n", "expected"), [(99, False), (100, True)])
def test_few_requests_show_no_queue(n: int, expected: Any) -> None:
    assert saturated([1.0 + at for at in range(n)]) is expected


@pytest.mark.parametrize(("dropped", "expected"), [(5, False), (6, True)])
def test_half_a_per_cent_dropped_is_too_many(dropped: int, expected: Any) -> None:
    assert saturated([1.0] * 1000, dropped=dropped) is expected


@pytest.mark.parametrize("run", [(), (1.0, 2.0), (1.0,) * 9, (0.0, -1.0, 0.0, 1.0)])
def test_what_does_not_vary_has_none(run: tuple[float, ...]) -> None:
    assert autocorrelation(run) == 0.0


def test_three_values_are_the_fewest() -> None:
    assert autocorrelation([1.0, math.e, math.e**2]) == pytest.approx(0.0, abs=1e-12)
    assert autocorrelation([1.0, math.e, 1.0]) == pytest.approx(-2 / 3)


def test_the_size_of_latencies_does_not_matter() -> None:
    run = ar1(0.4, 300)
    assert autocorrelation([1000 * each for each in run]) == pytest.approx(autocorrelation(run))


def test_the_threshold_lies_between_what_was_measured() -> None:
    assert 0.07 < QUEUEING < 0.24

"""Looks: what may be spent, and that all looks together err as often as they say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.core.stats.looks import nominal_levels, spent

np = pytest.importorskip("numpy")
scipy_stats = pytest.importorskip("scipy.stats")

ERRORS = st.floats(1e-5, 0.2)


@given(ERRORS, st.lists(st.floats(0.01, 1.0), min_size=2, max_size=6))
def test_more_is_spent_the_more_units_are_there(error: float, parts: list[float]) -> None:
    got = [spent(error, part) for part in sorted(parts)]
    assert got == sorted(got)


@given(ERRORS)
def test_in_the_end_all_is_spent(error: float) -> None:
    assert spent(error, 1.0) == pytest.approx(error)


@given(ERRORS, st.floats(0.01, 1.0))
def test_the_spending_is_lan_and_demets(error: float, part: float) -> None:
    expected = 2 * scipy_stats.norm.sf(scipy_stats.norm.isf(error / 2) / part**0.5)
    assert spent(error, part) == pytest.approx(expected, rel=1e-6)


def test_one_look_has_the_whole_error() -> None:
    assert nominal_levels((7,), 0.01) == pytest.approx((0.01,))


@pytest.mark.parametrize(
    ("looks", "error"),
    [
        pytest.param((4, 6, 8, 10), 0.01, id="the-adaptive-loop"),
        pytest.param((4, 6, 8, 10), 0.05, id="its-misses"),
        pytest.param((2, 3, 20), 0.05, id="an-early-one"),
        pytest.param((5, 10), 0.05, id="two"),
    ],
)
def test_all_looks_together_err_as_often_as_they_say(looks: tuple[int, ...], error: float) -> None:
    """A random walk over its bounds: 200,000 paths, four binomial standard errors."""
    paths = 200_000
    rng = np.random.default_rng(20261122)
    at, score, crossed = 0, np.zeros(paths), np.zeros(paths, dtype=bool)
    for look, level in zip(looks, nominal_levels(looks, error), strict=True):
        score += rng.normal(0.0, (look - at) ** 0.5, paths)
        at = look
        crossed |= score / look**0.5 > scipy_stats.norm.isf(level)
    assert crossed.mean() == pytest.approx(error, abs=4 * (error / paths) ** 0.5)


@pytest.mark.parametrize("looks", [(4, 6, 8, 10), (2, 40), (2, 4, 8, 16, 32)])
@pytest.mark.parametrize("error", [0.05, 0.01, 1e-4])
def test_levels_rise_and_none_has_more_than_all(looks: tuple[int, ...], error: float) -> None:
    levels = nominal_levels(looks, error)
    assert list(levels) == sorted(levels)
    assert levels[0] > 0
    assert levels[-1] <= error * (1 + 1e-9)


def test_two_equal_looks_are_the_published_bounds() -> None:
    """One-sided 2.5 %, two looks: 2.963 and 1.969 (Lan and DeMets 1983, O'Brien-Fleming type)."""
    got = [scipy_stats.norm.isf(level) for level in nominal_levels((1, 2), 0.025)]
    assert got == pytest.approx([2.963, 1.969], abs=2e-3)

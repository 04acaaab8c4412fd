"""Where units lie: trimmed means against SciPy and hand numbers, pooling and its degrees."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.core.stats.centre import TRIM, WELCH, Centre, Spread, centre, pooled, satterthwaite

np = pytest.importorskip("numpy")
scipy_stats = pytest.importorskip("scipy.stats")

VALUES = st.lists(st.floats(-100, 100), min_size=2, max_size=40)


@given(VALUES)
def test_an_untrimmed_mean_has_the_samples_variance(values: list[float]) -> None:
    found = centre(values)
    assert found.mean == pytest.approx(np.mean(values), abs=1e-9)
    assert found.spread.variance == pytest.approx(np.var(values, ddof=1), abs=1e-6)
    assert (found.spread.df, found.n) == (len(values) - 1, len(values))


@given(VALUES)
def test_a_trimmed_mean_is_scipys_with_yuens_error(values: list[float]) -> None:
    """SciPy's trimmed mean, and Yuen's squared standard error from the winsorised sample."""
    n, cut = len(values), len(values) // TRIM
    found = centre(values, trimmed=True)
    winsorised = scipy_stats.mstats.winsorize(np.array(values), limits=(cut / n, cut / n))
    h = n - 2 * cut
    squared_error = np.var(np.asarray(winsorised), ddof=1) * (n - 1) / (h * (h - 1))
    assert found.mean == pytest.approx(scipy_stats.trim_mean(values, cut / n + 1e-12), abs=1e-9)
    assert found.spread.variance / n == pytest.approx(squared_error, rel=1e-9, abs=1e-9)
    assert found.spread.df == h - 1


@pytest.mark.parametrize(
    ("n", "mean", "df"),
    [
        pytest.param(TRIM - 1, 1006 / 7, 6, id="nothing-is-cut-below-an-eighth"),
        pytest.param(TRIM, 1.0, 5, id="one-is-cut-from-each-end"),
        pytest.param(2 * TRIM - 1, 1.0, 12, id="still-one"),
        pytest.param(2 * TRIM, 1.0, 11, id="two-from-each-end"),
    ],
)
def test_where_the_trimming_begins(n: int, mean: float, df: int) -> None:
    found = centre([1000.0, *([1.0] * (n - 1))], trimmed=True)
    assert found.mean == pytest.approx(mean)
    assert found.spread.df == df


def test_one_value_has_no_spread() -> None:
    assert centre([3.0], trimmed=True) == Centre(3.0, Spread(0.0, 0.0), 1)


@pytest.mark.parametrize("trimmed", [False, True])
@given(value=st.floats(-700, 700), n=st.integers(2, 40))
def test_values_that_are_all_the_same_do_not_vary(trimmed: bool, value: float, n: int) -> None:
    """A third of three times log(6) is another number, so that equal units seemed to vary."""
    found = centre([value] * n, trimmed=trimmed)
    assert (found.mean, found.spread.variance) == (value, 0.0)


def test_a_wild_value_moves_a_trimmed_mean_and_its_error_no_further_than_its_neighbour() -> None:
    tame, wild = [float(n) for n in range(16)], [float(n) for n in range(15)] + [1e9]
    assert centre(tame, trimmed=True) == centre(wild, trimmed=True)


def side(n: int, variance: float) -> Centre:
    return Centre(0.0, Spread(variance, n - 1), n)


@pytest.mark.parametrize(
    ("a", "b", "welch"),
    [
        pytest.param(10, 10, False, id="as-many"),
        pytest.param(10, 15, False, id="half-as-many-again"),
        pytest.param(10, 16, True, id="more-than-half-as-many-again"),
        pytest.param(WELCH - 1, 30, False, id="too-few-for-a-spread-of-their-own"),
        pytest.param(WELCH, 30, True, id="just-enough"),
        pytest.param(30, WELCH, True, id="whichever-side"),
        pytest.param(1, 30, False, id="one-unit-has-no-spread"),
    ],
)
def test_sides_are_pooled_where_they_are_alike(a: int, b: int, welch: Any) -> None:
    found, per = pooled(side(a, 4.0), side(b, 1.0))
    parts = [(4.0 / a, a - 1), (1.0 / b, b - 1)]
    assert per == pytest.approx(1 / a + 1 / b)
    if welch:
        assert found.variance * per == pytest.approx(4 / a + 1 / b)
        assert found.df == pytest.approx(satterthwaite(parts))
    else:
        assert found.variance == pytest.approx((4.0 * (a - 1) + b - 1) / (a + b - 2))
        assert found.df == a + b - 2


def test_welchs_degrees_are_scipys() -> None:
    rng = np.random.default_rng(5)
    a, b = list(rng.normal(0, 3, 6)), list(rng.normal(0, 1, 20))
    found, per = pooled(centre(a), centre(b))
    theirs = scipy_stats.ttest_ind(a, b, equal_var=False)
    assert found.df == pytest.approx(theirs.df)
    at = (centre(a).mean - centre(b).mean) / math.sqrt(found.variance * per)
    assert at == pytest.approx(theirs.statistic)


def test_two_units_know_nothing_of_their_spread() -> None:
    assert pooled(side(1, 0.0), side(1, 0.0)) == (Spread(0.0, 0.0), 2.0)


@pytest.mark.parametrize(("few", "many"), [(1, 8), (2, 20), (4, 20), (5, 20)])
def test_unequal_sides_err_as_often_as_they_say(few: int, many: int) -> None:
    """A side with one unit once counted as if it had no error: 26 % red at a nominal 5 %."""
    rng = np.random.default_rng(few * 100 + many)
    missed, trials, error = 0, 2000, 0.05
    for _ in range(trials):
        a, b = centre(list(rng.normal(size=few))), centre(list(rng.normal(size=many)))
        spread, per = pooled(a, b)
        bound = scipy_stats.t.ppf(1 - error, spread.df) * math.sqrt(spread.variance * per)
        missed += a.mean - b.mean > bound
    assert 0.5 * error <= missed / trials <= 1.5 * error


def test_a_sum_of_one_part_has_that_parts_degrees() -> None:
    assert satterthwaite([(2.0, 7.0), (0.0, 3.0)]) == pytest.approx(7.0)


def test_parts_of_equal_weight_add_their_degrees() -> None:
    assert satterthwaite([(1.0, 5.0), (1.0, 5.0)]) == pytest.approx(10.0)


def test_what_does_not_vary_is_known_as_well_as_can_be() -> None:
    assert satterthwaite([(0.0, 3.0)]) >= 1e9


def test_sides_that_do_not_vary_know_no_more_than_their_units() -> None:
    """A coarse clock: a borrowed spread has to outweigh what few equal units say."""
    assert pooled(side(20, 0.0), side(6, 0.0))[0] == Spread(0.0, 24)

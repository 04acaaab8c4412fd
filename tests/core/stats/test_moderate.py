"""Borrowed spreads against limma's own formula, recomputed with SciPy, and by simulation."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.core.stats import moderate
from gate.core.stats.centre import Spread
from gate.core.stats.moderate import FELLOWS, fellow_spread, moderated

np = pytest.importorskip("numpy")
scipy_special = pytest.importorskip("scipy.special")
scipy_optimize = pytest.importorskip("scipy.optimize")


def limma(variances: list[float], df: float) -> tuple[float, float]:
    """`fitFDist` of limma (Smyth 2004) without covariates: s0^2 and d0."""
    z = np.log(variances)
    e = z - scipy_special.digamma(df / 2) + math.log(df / 2)
    scatter = np.var(e, ddof=1) - scipy_special.polygamma(1, df / 2)
    if scatter <= 0:
        return math.exp(np.mean(e)), math.inf
    half = scipy_optimize.brentq(lambda x: scipy_special.polygamma(1, x) - scatter, 1e-6, 1e8)
    return math.exp(np.mean(e) + scipy_special.digamma(half) - math.log(half)), 2 * half


@given(st.lists(st.floats(1e-6, 1e3), min_size=FELLOWS, max_size=30), st.integers(1, 20))
def test_what_fellows_say_is_limmas(variances: list[float], df: int) -> None:
    found = fellow_spread([Spread(v, df) for v in variances])
    variance, degrees = limma(variances, df)
    assert found is not None
    assert found.variance == pytest.approx(variance, rel=1e-6)
    assert found.df == pytest.approx(min(moderate._MOST_DF, degrees), rel=1e-6)


@pytest.mark.parametrize(("known", "said"), [(FELLOWS - 1, False), (FELLOWS, True)])
def test_too_few_fellows_say_nothing(known: int, said: object) -> None:
    spreads = [Spread(1.0 + n, 4) for n in range(known)]
    nothing = [Spread(0.0, 4), Spread(1.0, 0.0)]
    assert (fellow_spread([*spreads, *nothing]) is not None) is said


def test_fellows_that_are_alike_are_as_sure_as_they_may_be() -> None:
    found = fellow_spread([Spread(2.0, 4)] * 20)
    assert found is not None
    assert found.df == moderate._MOST_DF


def test_a_planted_prior_is_found_again() -> None:
    rng = np.random.default_rng(11)
    true = 8 * 0.04 / rng.chisquare(8, 4000)
    spreads = [Spread(v * rng.chisquare(4) / 4, 4) for v in true]
    found = fellow_spread(spreads)
    assert found is not None
    assert found.variance == pytest.approx(0.04, rel=0.1)
    assert found.df == pytest.approx(8, rel=0.2)


def test_the_posterior_weighs_by_degrees_of_freedom() -> None:
    assert moderated(Spread(1.0, 2), Spread(4.0, 4)) == Spread(3.0, 6)


@pytest.mark.parametrize("prior", [None, Spread(4.0, 0.0)], ids=["none", "knows-nothing"])
def test_without_a_prior_a_spread_stays_itself(prior: Spread | None) -> None:
    assert moderated(Spread(1.0, 2), prior) == Spread(1.0, 2)


def test_without_a_spread_of_its_own_the_prior_holds() -> None:
    assert moderated(Spread(0.0, 0.0), Spread(4.0, 5.0)) == Spread(4.0, 5.0)

"""Proportions: dispersion by hand, Newcombe's own example, calibration by seeded simulation."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import gate
from gate.core.compare.shares import Dispersion, day_dispersion, dispersion, share_evidence
from gate.core.verdict import Status

np = pytest.importorskip("numpy")

CHANCE_ALONE = Dispersion(1.0, math.inf)


def evidence(base: tuple[int, int], head: tuple[int, int], **words: Any) -> Any:
    return share_evidence([base], [head], CHANCE_ALONE, **{"sign": 1, "part": 0.0, **words})


def test_newcombes_interval_is_his_own_example() -> None:
    """Newcombe 1998, table II, case (a): 56/70 - 48/80, 95 %, method 10: 0.0524 to 0.3339."""
    got = evidence((48, 80), (56, 70))
    assert got.low(0.025) == pytest.approx(0.0524, abs=5e-5)
    assert got.high(0.025) == pytest.approx(0.3339, abs=5e-5)


@pytest.mark.parametrize(
    ("groups", "factor", "df"),
    [
        pytest.param([[(5, 100)]], 1.0, math.inf, id="one-unit-says-nothing"),
        pytest.param([[(5, 100), (5, 100)]], 1.0, math.inf, id="less-than-chance-is-chance"),
        pytest.param([[(0, 100), (20, 100)]], 200 / 9, 1, id="two-units-by-hand"),
        pytest.param([[(0, 100), (20, 100)], [(10, 50)]], 200 / 9, 1, id="a-lone-one-beside"),
        pytest.param(
            [[(0, 100), (20, 100)], [(0, 100), (20, 100)]], 200 / 9, 2, id="groups-are-pooled"
        ),
        pytest.param([[(0, 9), (0, 9)]], 1.0, math.inf, id="no-events"),
        pytest.param([[(9, 9), (9, 9)]], 1.0, math.inf, id="all-events"),
    ],
)
def test_dispersion_is_pearsons(groups: Any, factor: float, df: float) -> None:
    got = dispersion(*groups)
    assert got.factor == pytest.approx(factor)
    assert got.df == df


def test_groups_with_shares_of_their_own_are_not_dispersed() -> None:
    assert dispersion([(1, 100), (1, 100)], [(50, 100), (50, 100)]) == CHANCE_ALONE


@given(st.integers(0, 200), st.integers(0, 200), st.floats(-0.5, 0.5))
def test_the_p_value_agrees_with_the_bound(base: int, head: int, bound: float) -> None:
    got = evidence((base, 200), (head, 200))
    p = got.p_beyond(bound)
    if 1e-9 < p < 0.49:
        assert got.low(p * 1.01) >= bound - 1e-6
        assert got.low(p * 0.99) <= bound + 1e-6


@given(st.integers(0, 50), st.integers(0, 60), st.floats(0.001, 0.4))
def test_swapping_what_is_better_swaps_events_and_their_absence(
    base: int, head: int, chance: float
) -> None:
    up = evidence((base, 50), (head, 60))
    down = evidence((50 - base, 50), (60 - head, 60), sign=-1)
    assert (up.estimate, up.low(chance), up.high(chance)) == pytest.approx(
        (down.estimate, down.low(chance), down.high(chance)), abs=1e-9
    )


@given(st.integers(0, 99), st.integers(0, 100), st.floats(0.001, 0.4))
def test_more_events_are_worse(head: int, base: int, chance: float) -> None:
    fewer, more = evidence((base, 100), (head, 100)), evidence((base, 100), (head + 1, 100))
    assert more.low(chance) >= fewer.low(chance) - 1e-12
    assert more.high(chance) >= fewer.high(chance) - 1e-12


def miss_rate(p: float, n: int, *, units: int, scatter: float, seed: int) -> float:
    """How often a difference of nothing lies below the 95 % bound, units varying beta-wise."""
    rng = np.random.default_rng(seed)
    trials, missed = 1200, 0
    for _ in range(trials):
        level = np.full(2 * units, p)
        if scatter:
            level = rng.beta(p * scatter, (1 - p) * scatter, 2 * units)
        counts = [(int(e), n) for e in rng.binomial(n, level)]
        base, head = counts[:units], counts[units:]
        got = share_evidence(base, head, dispersion(base, head), sign=1, part=0.0)
        missed += got.low(0.05) > 0
    return missed / trials


@pytest.mark.parametrize("p", [0.02, 0.2, 0.5])
@pytest.mark.parametrize("n", [100, 1000])
@pytest.mark.parametrize("scatter", [0, 50], ids=["chance-alone", "overdispersed"])
def test_the_bound_is_missed_as_often_as_it_says(p: float, n: int, scatter: float) -> None:
    got = miss_rate(p, n, units=5, scatter=scatter, seed=n + int(100 * p))
    assert got <= 1.5 * 0.05 + 0.012


@pytest.mark.parametrize("part", [0.1, 0.5])
def test_a_relative_tolerance_counts_the_bases_own_error(part: float) -> None:
    """The truth lies at the bound: head is worse by exactly what is tolerated."""
    rng = np.random.default_rng(int(part * 10))
    p, n, trials, missed = 0.1, 2000, 1500, 0
    for _ in range(trials):
        base, head = rng.binomial(n, p), rng.binomial(n, p * (1 + part))
        got = evidence((int(base), n), (int(head), n), part=part)
        missed += got.low(0.05) > part * base / n
    assert missed / trials == pytest.approx(0.05, abs=0.017)


def test_zero_events_leave_something_possible() -> None:
    units = [gate.Counts(0, 500)] * 4
    got = gate.compare(units, units, kind="proportion", floor=0.02)
    assert (got.status, got.head.value) == (Status.PASS, 0.0)
    assert got.head.high == pytest.approx(1 - 0.05 ** (1 / 2000))
    assert got.ratio is None


def test_three_errors_after_none_are_no_regression() -> None:
    base, head = [gate.Counts(0, 1000)], [gate.Counts(3, 1000)]
    assert gate.compare(base, head, kind="proportion").status is Status.UNDECIDED


@pytest.mark.parametrize(
    ("events", "status"), [(0, Status.PASS), (15, Status.PASS), (200, Status.FAIL)]
)
def test_what_shares_decide(events: int, status: Status) -> None:
    base, head = [gate.Counts(10, 5000)] * 3, [gate.Counts(events, 5000)] * 3
    assert gate.compare(base, head, kind="proportion", floor=0.005).status is status


def test_units_that_vary_more_than_chance_make_it_less_sure() -> None:
    even, wild = [gate.Counts(20, 1000)] * 4, [gate.Counts(n, 1000) for n in (2, 60, 5, 13)]
    head = [gate.Counts(40, 1000)] * 4
    assert gate.compare(even, head, kind="proportion", tolerance=0.2).status is Status.FAIL
    assert gate.compare(wild, head, kind="proportion", tolerance=0.2).status is Status.UNDECIDED


@pytest.mark.parametrize(
    ("sessions", "trials", "factor"),
    [
        pytest.param([(10, 1000), (30, 1000)], 1000, 1.0, id="two days say nothing"),
        pytest.param([(0, 1000)] * 5, 1000, 1.0, id="no events on any day"),
        pytest.param([(20, 1000)] * 5, 1000, 1.0, id="days that are the same"),
        pytest.param([(10, 1000), (20, 1000), (30, 1000)], 1000, 100 / 19.6, id="by hand"),
        pytest.param(
            [(10, 1000), (20, 1000), (30, 1000)],
            2000,
            1 + 2 * (100 / 19.6 - 1),
            id="twice the trials show days twice as clearly",
        ),
    ],
)
def test_how_days_differ_beyond_chance(sessions: Any, trials: int, factor: float) -> None:
    found = day_dispersion([[totals] for totals in sessions], trials)
    assert found.factor == pytest.approx(factor)


def test_an_incident_does_not_blind() -> None:
    quiet = [[(20 + at % 5, 1000)] for at in range(20)]
    assert day_dispersion([*quiet, [(500, 1000)]], 1000).factor < 3


@pytest.mark.parametrize(
    ("days", "slower", "at_least", "at_most"),
    [
        pytest.param(0.0, 1.0, 0, 4, id="days that are alike"),
        pytest.param(0.2, 1.0, 0, 4, id="days that differ by a fifth"),
        pytest.param(0.4, 1.0, 0, 4, id="days that differ by two fifths"),
        pytest.param(0.05, 2.0, 190, 200, id="twice as many errors are found"),
    ],
)
def test_a_share_of_another_day_is_red_as_seldom_as_is_said(
    days: float, slower: float, at_least: int, at_most: int
) -> None:
    """Seeded, 200 checks at 1 %: what only days differed by was red in 16 and 31 of a hundred."""
    rng = np.random.default_rng(7)

    def day(times: float = 1.0) -> list[gate.Counts]:
        share = 0.01 * math.exp(rng.normal(0, days)) * times
        return [gate.Counts(int(rng.binomial(10_000, share)), 10_000) for _ in range(3)]

    red = 0
    for _ in range(200):
        history = [gate.Run(day(), f"{at:02}") for at in range(12)]
        asked: Any = {"kind": "proportion", "tolerance": 0.1, "history": history}
        red += gate.compare(day(), day(slower), **asked).status is Status.FAIL
    assert at_least <= red <= at_most

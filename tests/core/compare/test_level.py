"""One side against a fixed bound: status, its error, and what each kind rests on."""

import math
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import gate
from gate.core.reasons import Code
from gate.core.verdict import Status
from tests.helpers.cases import noisy

TEN = [9.8, 10.1, 10.0, 9.9, 10.2]


def asked(head: Any, limit: float, kind: str = "timing", **words: Any) -> Any:
    return gate.check(head, **{"kind": kind, "limit": limit, **words})


@pytest.mark.parametrize(
    ("limit", "warn", "better", "status"),
    [
        pytest.param(11.0, None, "lower", Status.PASS, id="well-within"),
        pytest.param(9.0, None, "lower", Status.FAIL, id="well-beyond"),
        pytest.param(10.05, None, "lower", Status.UNDECIDED, id="too-near"),
        pytest.param(11.0, 9.0, "lower", Status.WARN, id="beyond-warn"),
        pytest.param(11.0, 10.5, "lower", Status.PASS, id="within-warn"),
        pytest.param(9.0, 8.0, "lower", Status.FAIL, id="beyond-both"),
        pytest.param(9.0, None, "higher", Status.PASS, id="more-than-at-least"),
        pytest.param(11.0, None, "higher", Status.FAIL, id="less-than-at-least"),
        pytest.param(9.0, 11.0, "higher", Status.WARN, id="less-than-warn"),
    ],
)
def test_what_a_limit_decides(limit: float, warn: Any, better: str, status: Status) -> None:
    assert asked(TEN, limit, warn=warn, better=better).status is status


@pytest.mark.parametrize("kind", ["timing", "latency", "lab", "counted", "exact"])
@pytest.mark.parametrize(
    ("head", "status"), [(10, Status.PASS), (10.5, Status.FAIL), (-1.0, Status.PASS)]
)
def test_values_that_do_not_vary_are_what_they_are(kind: str, head: float, status: Any) -> None:
    assert asked([head] * 3, 10, kind).status is status


@pytest.mark.parametrize("better", ["lower", "higher"])
@pytest.mark.parametrize("kind", ["timing", "lab", "counted"])
@given(value=st.integers(1, 10**6), n=st.integers(2, 12))
def test_what_lies_exactly_at_its_limit_keeps_it(
    kind: str, better: str, value: int, n: int
) -> None:
    """Three page loads of six requests each were undecided at a limit of six."""
    assert asked([value] * n, value, kind, better=better).status is Status.PASS


@pytest.mark.parametrize("values", [[5.0, 5.0, 6.0], [5.0, 5.0 + 1e-9]])
def test_exact_values_that_differ_are_refused_by_name(values: list[float]) -> None:
    got = asked(values, 10, "exact")
    assert (got.status, got.reasons[0].code) == (Status.UNDECIDED, Code.NOT_EXACT)


@pytest.mark.parametrize(
    ("kind", "status"), [("timing", Status.UNDECIDED), ("counted", Status.PASS)]
)
def test_one_unit_says_nothing_of_its_spread_unless_it_is_counted(kind: str, status: Any) -> None:
    got = asked([5.0], 10, kind)
    assert got.status is status
    codes = [reason.code for reason in got.reasons]
    assert codes == ([Code.TOO_FEW_UNITS] if status is Status.UNDECIDED else [])


def test_one_load_test_speaks_by_its_inside() -> None:
    chance = random.Random(1)
    run = noisy(chance, 4000, 0.1, at=0.1)
    assert asked([run], 0.2, "latency").status is Status.PASS
    assert asked([run], 0.05, "latency").status is Status.FAIL


def test_a_thin_tail_is_undecided() -> None:
    assert asked([[0.1] * 199], 1.0, "latency").reasons[0].code is Code.TAIL_TOO_THIN
    assert asked([[0.1] * 199] * 2, 1.0, "latency", statistic="p90").status is Status.PASS


@pytest.mark.parametrize(
    ("events", "trials", "limit", "status"),
    [
        pytest.param(0, 20, 0.01, Status.UNDECIDED, id="none-of-few"),
        pytest.param(0, 1000, 0.01, Status.PASS, id="none-of-many"),
        pytest.param(50, 1000, 0.01, Status.FAIL, id="many"),
        pytest.param(8, 1000, 0.01, Status.UNDECIDED, id="near"),
    ],
)
def test_shares_against_a_limit(events: int, trials: int, limit: float, status: Status) -> None:
    got = asked([gate.Counts(events, trials)], limit, "proportion")
    assert (got.status, got.head.value) == (status, events / trials)


def test_shares_that_vary_between_units_are_less_sure() -> None:
    even = [gate.Counts(5, 1000)] * 4
    wild = [gate.Counts(n, 1000) for n in (0, 18, 1, 1)]
    assert asked(even, 0.012, "proportion").status is Status.PASS
    assert asked(wild, 0.012, "proportion").status is Status.UNDECIDED


def test_the_sd_between_sessions_is_not_shrunk_by_units() -> None:
    many = noisy(random.Random(2), 400, at=10.0)
    assert asked(many, 10.5).status is Status.PASS
    assert asked(many, 10.5, tau=0.05).status is Status.UNDECIDED
    assert asked(many, 10.5, tau=0.05).needs is None


def test_an_undecided_limit_names_the_units_that_would_decide() -> None:
    got = asked(TEN, 10.05)
    assert got.needs > len(TEN)
    assert asked(TEN, 10.02).needs > got.needs
    assert asked(TEN, 11.0).needs is None


def test_the_interval_is_of_the_head_in_its_own_unit() -> None:
    got = asked(TEN, 11.0)
    assert got.head.low < 10 < got.head.high
    assert got.head.value == pytest.approx(math.exp(sum(map(math.log, TEN)) / 5))
    assert (got.base, got.ratio, got.level, got.miss) == (None, None, pytest.approx(0.99), 0.05)
    assert (got.absolute, got.n) == (False, (0, 5))


@pytest.mark.parametrize("limit", [11.0, 10.05, 9.0])
def test_the_direction_mirrors_a_limit(limit: float) -> None:
    """At least 1/limit of 1/x is at most limit of x."""
    up = asked(TEN, limit)
    down = asked([1 / value for value in TEN], 1 / limit, better="higher")
    assert (up.status, up.needs) == (down.status, down.needs)
    assert up.p == pytest.approx(down.p)


@pytest.mark.parametrize(
    "words",
    [
        {"limit": math.nan},
        {"limit": math.inf},
        {"warn": math.nan},
        {"tau": math.nan},
        {"tau": -0.1},
        {"confidence": 1.0},
        {"confidence": 0.0},
        {"miss_rate": 0.0},
        {"miss_rate": 1.0},
        {"kind": "speed"},
        {"better": "up"},
        {"head": []},
        {"head": [math.nan]},
    ],
)
def test_what_is_refused(words: Any) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # each has its own message
        gate.check(**{"head": TEN, "kind": "timing", "limit": 11.0, **words})


@pytest.mark.parametrize("kind", ["timing", "lab"])
@pytest.mark.parametrize("n", [2, 5, 9])
def test_code_within_its_limit_fails_as_seldom_as_it_says(kind: str, n: int) -> None:
    """The truth lies at the limit, at a nominal 5 %."""
    chance, trials = random.Random(n), 1500
    red = sum(
        asked(noisy(chance, n), 1.0, kind, confidence=0.95).status is Status.FAIL
        for _ in range(trials)
    )
    assert 0.5 * 0.05 - 0.011 <= red / trials <= 1.5 * 0.05


@pytest.mark.parametrize("limit", [10.05, 9.95])
def test_a_coin_as_confidence_needs_nothing(limit: float) -> None:
    assert asked(TEN, limit, confidence=0.5, miss_rate=0.5).needs is None

"""Holm's sharing of the alarm rate."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.core.compare.alarm import BLAMED_WRONGLY, Claim, blamed, shares

np = pytest.importorskip("numpy")
special = pytest.importorskip("scipy.special")


@pytest.mark.parametrize(
    ("ps", "expected"),
    [
        pytest.param([], [], id="none"),
        pytest.param([0.5], [0.01], id="alone-it-has-all"),
        pytest.param([0.5, 0.5], [0.005, 0.005], id="nobody-rejected-halves"),
        pytest.param([0.001, 0.5], [0.005, 0.01], id="a-rejected-one-frees-its-share"),
        pytest.param([0.005, 0.01], [0.005, 0.01], id="on-the-edge-is-rejected"),
        pytest.param([0.0051, 0.0052], [0.005, 0.005], id="beyond-the-edge-stops"),
    ],
)
def test_shares(ps: list[float], expected: Any) -> None:
    claims = [Claim(f"o{n}", p) for n, p in enumerate(ps)]
    assert list(shares(claims, 0.01).values()) == pytest.approx(expected)


def test_weight_buys_a_larger_share() -> None:
    got = shares([Claim("a", 0.5, weight=3.0), Claim("b", 0.5)], 0.01)
    assert got == pytest.approx({"a": 0.0075, "b": 0.0025})


@given(st.lists(st.floats(0, 1), max_size=20))
def test_the_order_of_objectives_does_not_matter(ps: list[float]) -> None:
    claims = [Claim(f"o{n:02}", p) for n, p in enumerate(ps)]
    assert shares(claims, 0.01) == shares(claims[::-1], 0.01)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_nobody_gets_less_than_an_equal_part_or_more_than_all(ps: list[float]) -> None:
    claims = [Claim(f"o{n:02}", p) for n, p in enumerate(ps)]
    got = shares(claims, 0.01).values()
    assert all(0.01 / len(ps) * (1 - 1e-12) <= share <= 0.01 * (1 + 1e-12) for share in got)


@pytest.mark.parametrize(
    ("ps", "expected"),
    [
        pytest.param({"a": [0.5, 0.5], "b": [0.5]}, [0.0025, 0.0025, 0.005], id="over-budgets"),
        pytest.param({"a": [0.5, 0.5], "b": [1e-9]}, [0.005, 0.005, 0.005], id="a-freed-budget"),
        pytest.param({"a": [0.004, 0.5], "b": [1e-9]}, [0.005, 0.01, 0.005], id="freed-twice"),
        pytest.param({"a": [0.003, 0.004], "b": [0.009]}, [0.0025, 0.0025, 0.005], id="none"),
    ],
)
def test_a_budget_that_is_rejected_whole_hands_its_part_on(
    ps: dict[str, list[float]], expected: Any
) -> None:
    claims = [Claim(f"{b}{n}", p, b) for b, group in ps.items() for n, p in enumerate(group)]
    got = shares(claims, 0.01)
    assert [got[claim.id] for claim in claims] == pytest.approx(expected)


def test_budgets_have_weights_and_heirs_inherit_by_them() -> None:
    claims = [Claim("a", 0.5, "a"), Claim("b", 0.5, "b"), Claim("c", 1e-9, "c")]
    weights = {"a": 3.0, "c": 4.0}
    got = shares(claims, 0.08, weights)
    assert got == pytest.approx({"a": 0.06, "b": 0.02, "c": 0.04})


@pytest.mark.parametrize("weight", [0.0, -1.0, math.inf, math.nan])
def test_a_weight_is_above_zero(weight: float) -> None:
    with pytest.raises(ValueError, match="above zero"):
        shares([Claim("a", 0.5)], 0.01, {"a": weight})


@given(st.lists(st.tuples(st.floats(0, 1), st.sampled_from("abc")), min_size=1, max_size=12))
def test_a_smaller_p_value_never_takes_a_rejection_away(drawn: list[tuple[float, str]]) -> None:
    def rejected(claims: list[Claim]) -> set[str]:
        got = shares(claims, 0.05)
        return {claim.id for claim in claims if claim.p <= got[claim.id]}

    claims = [Claim(f"{n}", p, b) for n, (p, b) in enumerate(drawn)]
    smaller = [Claim(c.id, c.p / 2, c.budget) for c in claims]
    assert rejected(claims) <= rejected(smaller)


@pytest.mark.parametrize("shared", [0.0, 0.5, 0.99], ids=["independent", "dependent", "as-one"])
def test_no_false_rejection_in_more_than_the_alarm_rate(shared: float) -> None:
    """Ten true hypotheses in three budgets and two false ones, normals with a common part."""
    rng = np.random.default_rng(int(100 * shared))
    trials, wrong, rate = 4000, 0, 0.05
    for _ in range(trials):
        noise = shared**0.5 * rng.normal() + (1 - shared) ** 0.5 * rng.normal(size=12)
        ps = special.ndtr(-(noise + np.array([0.0] * 10 + [6.0] * 2)))
        claims = [Claim(f"{n}", p, "abc"[n % 3], 1.0 + n % 2) for n, p in enumerate(ps)]
        got = shares(claims, rate)
        wrong += any(claim.p <= got[claim.id] for claim in claims[:10])
    assert wrong / trials <= rate + 3 * math.sqrt(rate / trials)


@pytest.mark.parametrize(
    ("ps", "expected"),
    [
        pytest.param([], set(), id="nobody"),
        pytest.param([0.05], {0}, id="alone-at-the-edge"),
        pytest.param([0.051], set(), id="alone-beyond"),
        pytest.param([0.02, 0.03, 0.9, 0.04], set(), id="too-many-for-so-little"),
        pytest.param([0.01, 0.02, 0.9, 0.0375], {0, 1, 3}, id="the-last-that-fits-takes-all"),
        pytest.param([0.024, 0.025, 0.9, 0.9], {0, 1}, id="the-first-alone-would-not-fit"),
    ],
)
def test_who_is_blamed(ps: list[float], expected: set[int]) -> None:
    claims = [Claim(f"{n}", p) for n, p in enumerate(ps)]
    assert blamed(claims) == {f"{n}" for n in expected}


def test_of_the_blamed_few_are_wrong() -> None:
    rng = np.random.default_rng(8)
    parts = []
    for _ in range(500):
        ps = special.ndtr(-(rng.normal(size=40) + np.array([0.0] * 30 + [3.5] * 10)))
        names = blamed([Claim(f"{n}", p) for n, p in enumerate(ps)])
        parts.append(sum(int(name) < 30 for name in names) / max(1, len(names)))
    assert np.mean(parts) <= BLAMED_WRONGLY

"""Holm's sharing of the alarm rate."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.core.compare.alarm import Claim, shares


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

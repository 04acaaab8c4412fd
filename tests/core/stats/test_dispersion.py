"""Spread between sessions and between units."""

import random
from typing import Any

import pytest

from gate.core.metric import Kind
from gate.core.stats.dispersion import between_sessions, overdispersion


def test_without_history_the_prior_holds() -> None:
    assert between_sessions(Kind.TIMING, []).variance == pytest.approx(0.03**2)


def test_a_long_history_outweighs_the_prior() -> None:
    chance = random.Random(3)
    sessions = []
    for _ in range(200):
        day = chance.gauss(0, 0.1)
        sessions.append([day + chance.gauss(0, 0.01) for _ in range(5)])
    assert between_sessions(Kind.TIMING, sessions).variance == pytest.approx(0.1**2, rel=0.15)


def test_the_scatter_that_units_explain_is_not_counted_twice() -> None:
    chance = random.Random(4)
    sessions = [[chance.gauss(0, 0.2) for _ in range(5)] for _ in range(200)]
    assert between_sessions(Kind.TIMING, sessions).variance < 0.05**2


@pytest.mark.parametrize("kind", [Kind.EXACT, Kind.COUNTED, Kind.PROPORTION])
def test_some_kinds_do_not_vary_between_days(kind: Kind) -> None:
    assert between_sessions(kind, [[1.0], [2.0]]).variance == 0


@pytest.mark.parametrize(
    ("units", "expected"),
    [
        pytest.param([(1, 10)], 1.0, id="one-unit-tells-nothing"),
        pytest.param([(0, 10), (0, 10)], 1.0, id="no-events"),
        pytest.param([(10, 10), (10, 10)], 1.0, id="only-events"),
        pytest.param([(5, 10), (5, 10)], 1.0, id="never-below-one"),
        pytest.param([(10, 10), (0, 10)], 20.0, id="all-in-one-unit"),
    ],
)
def test_overdispersion(units: Any, expected: Any) -> None:
    assert overdispersion(units) == pytest.approx(expected)

from __future__ import annotations

from typing import Any

import pytest

from gate.runners.k6.durations import seconds
from gate.runners.k6.plan import Scenario, scenarios


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("3s", 3),
        ("1m30s", 90),
        ("1h0m0.5s", 3600.5),
        ("300ms", 0.3),
        ("1d", 86400),
        ("5µs", 5e-6),
        (1500, 1.5),
        ("0s", 0),
        ("3", None),
        ("3s later", None),
        ("", None),
        (None, None),
        (True, None),
    ],
)
def test_durations_are_read_as_go_writes_them(written: object, expected: float | None) -> None:
    assert seconds(written) == (None if expected is None else pytest.approx(expected))


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        pytest.param({}, Scenario("default", 0, None, 600, 30, 1), id="nothing: one iteration"),
        pytest.param(
            {"vus": 2, "duration": "10s"}, Scenario("default", 0, 10, 10, 30), id="vus for a time"
        ),
        pytest.param(
            {"vus": 2, "iterations": 9, "duration": "5s"},
            Scenario("default", 0, None, 5, 30, 9),
            id="iterations",
        ),
        pytest.param(
            {"stages": [{"duration": "10s", "target": 5}, {"duration": "1m", "target": 0}]},
            Scenario("default", 0, 70, 70, 30),
            id="stages",
        ),
    ],
)
def test_shortcuts_are_the_scenario_that_k6_makes_of_them(
    options: dict[str, Any], expected: Scenario
) -> None:
    assert scenarios(options) == (expected,)


def test_scenarios_say_when_and_how_long() -> None:
    written = {
        "open": {"executor": "constant-arrival-rate", "rate": 5, "duration": "20s"},
        "late": {
            "executor": "constant-vus",
            "duration": "5s",
            "startTime": "10s",
            "gracefulStop": "0s",
        },
        "ramp": {
            "executor": "ramping-vus",
            "stages": [{"duration": "4s", "target": 1}],
            "gracefulStop": "3s",
            "gracefulRampDown": "7s",
        },
        "steep": {
            "executor": "ramping-vus",
            "stages": [{"duration": "4s", "target": 1}],
            "gracefulRampDown": "0s",
        },
        "brief": {"executor": "shared-iterations", "iterations": 4, "gracefulStop": "0s"},
        "outside": {"executor": "externally-controlled", "vus": 1, "duration": "4s"},
        "each": {"executor": "per-vu-iterations", "vus": 3, "iterations": 4, "maxDuration": "9s"},
        "shared": {"executor": "shared-iterations", "vus": 3, "iterations": 4},
    }
    assert scenarios({"scenarios": written}) == (
        Scenario("brief", 0, None, 600, 0, 4, waits=False),
        Scenario("each", 0, None, 9, 30, 12),
        Scenario("late", 10, 5, 5, 0, waits=False),
        Scenario("open", 0, 20, 20, 30),
        Scenario("outside", 0, 4, 4, 30, waits=False),
        Scenario("ramp", 0, 4, 4, 7),
        Scenario("shared", 0, None, 600, 30, 4),
        Scenario("steep", 0, 4, 4, 30, waits=False),
    )

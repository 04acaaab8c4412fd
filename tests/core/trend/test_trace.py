"""A history told: tracks by environment, change points with their runs, bands."""

import math
import random
from collections.abc import Sequence
from dataclasses import replace

import pytest

from gate.core.trend import Move, Point, trace


def points(values: Sequence[float], *, environment: str = "e1", first: int = 0) -> list[Point]:
    return [
        Point(
            entry=f"run-{at:04}",
            at=f"2026-{1 + at // 28:02}-{1 + at % 28:02}T10:00:00Z",
            commit=f"{at:040x}",
            branch="main",
            environment=environment,
            series="p95(x)@1",
            value=value,
            n=5,
            unit="time",
            status="pass",
        )
        for at, value in enumerate(values, first)
    ]


def around(level: float, n: int, seed: int = 1) -> list[float]:
    rng = random.Random(seed)
    return [level * (1 + rng.gauss(0, 0.01)) for _ in range(n)]


def test_a_step_names_the_runs_at_both_sides_and_how_much() -> None:
    found = trace(points([*around(0.2, 20), *around(0.22, 20)]))
    (change,) = found.changes
    assert (change.move, change.before.entry, change.at.entry) == (
        Move.STEP,
        "run-0019",
        "run-0020",
    )
    assert change.was == pytest.approx(0.2, rel=0.01)
    assert change.amount == pytest.approx(0.1, abs=0.02)
    assert change.low < change.amount < change.high
    assert not change.absolute


def test_a_drift_tells_what_a_run_adds_and_what_it_came_to() -> None:
    drifting = [value * 1.003 ** max(0, i - 20) for i, value in enumerate(around(0.2, 60))]
    found = trace(points(drifting))
    (change,) = found.changes
    assert change.move is Move.DRIFT_BEGINS
    assert change.slope == pytest.approx(0.003, rel=0.2)
    assert change.amount == pytest.approx(1.003**39 - 1, rel=0.2)
    assert found.tracks[0].stretches[-1].total == pytest.approx(change.amount, rel=0.1)


def test_another_environment_is_a_band_and_no_change() -> None:
    found = trace(
        [
            *points(around(0.2, 20)),
            *points(around(0.3, 20), environment="e2", first=20),
        ]
    )
    assert found.changes == ()
    assert [(b.environment, b.first, b.end) for b in found.bands] == [("e1", 0, 20), ("e2", 20, 40)]


def test_machines_that_take_turns_have_a_track_each() -> None:
    slow, fast = around(0.3, 30), around(0.2, 30, seed=2)
    slow[15:] = [value * 1.1 for value in slow[15:]]
    every = [point for pair in zip(points(slow), points(fast), strict=True) for point in pair]
    turns = [replace(p, entry=f"{i}", environment=f"e{i % 2}") for i, p in enumerate(every)]
    found = trace(turns)
    assert [(track.environment, len(track.changes)) for track in found.tracks] == [
        ("e0", 1),
        ("e1", 0),
    ]


def test_of_exact_values_every_step_counts() -> None:
    found = trace(points([100.0, 100.0, 101.0, 101.0, 99.0]), exact=True)
    assert [c.run for c in found.changes] == [2, 4]
    assert [round(c.now - c.was, 6) for c in found.changes] == [1, -2]
    assert found.tracks[0].interval(100.0) == (100.0, 100.0)


def test_zeros_are_compared_by_their_difference() -> None:
    rng = random.Random(4)
    values = [max(0.0, rng.gauss(0, 0.01)) for _ in range(20)] + [0.2] * 5 + [0.21] * 5
    (change,) = trace(points(values)).changes
    assert change.absolute
    assert change.amount == pytest.approx(0.2, abs=0.02)


def test_an_interval_holds_the_scatter_of_runs() -> None:
    values = around(0.2, 200)
    low, high = trace(points(values)).tracks[0].interval(0.2)
    assert 0.9 <= sum(low <= v <= high for v in values) / 200 <= 0.99


def test_no_runs_are_no_history() -> None:
    found = trace([])
    assert (found.tracks, found.bands, found.changes) == ((), (), ())


@pytest.mark.parametrize(
    "values",
    [
        [1e-300, 1e300] * 20,
        [0.0, 1e300] * 20,
        [-1e300, 1e300] * 20,
        [5e-324] * 20 + [1e308] * 20,
        [0.0] * 40,
        [0.0] * 20 + [1e-320] * 20,
    ],
    ids=["both ends", "zero and huge", "both signs", "a step of everything", "zeros", "nothing"],
)
def test_numbers_at_the_ends_of_what_there_is_are_told(values: list[float]) -> None:
    found = trace(points(values)).tracks[0]
    told = [found.spread, *found.interval(values[0]), *found.interval(values[-1])]
    told += [each for c in found.changes for each in (c.was, c.now, c.amount, c.low, c.high)]
    told += [each for s in found.stretches for each in (s.start, s.finish, s.total, s.slope)]
    assert all(map(math.isfinite, told))

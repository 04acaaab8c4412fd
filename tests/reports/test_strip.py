"""The pictures of units and of runs before: where each dot stands, and what is left out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.core.verdict import Row, Seen, Side, Status, Then
from gate.reports.strip import strip_of, trend_of
from tests.reports.rows import LATENCY, limit, ratio, row, tolerance

PLAIN = row(
    LATENCY,
    tolerance(LATENCY, ratio(Status.FAIL, 0.2, 0.28, 1.3, 1.5)),
    limit(LATENCY, Status.PASS, Side(0.28, 3)),
)
NUMBERS = st.lists(st.floats(-1e300, 1e300), max_size=60).map(tuple)


def drawn(seen: Seen | None, of: Row = PLAIN) -> Row:
    return replace(of, seen=seen)


def trend(*values: float) -> tuple[Then, ...]:
    return tuple(Then(f"2026-11-{i + 1:02}T00:00:00Z", "abc", v) for i, v in enumerate(values))


def test_both_sides_and_both_bounds_stand_on_one_axis() -> None:
    strip = strip_of(drawn(Seen((0.27, 0.28, 0.29), (0.19, 0.2, 0.21))))
    assert strip is not None
    base, head = strip.lanes
    assert (base.name, head.name) == ("base", "head")
    assert [tick.label for tick in strip.bounds] == ["accepted 220 ms", "limit 300 ms"]
    assert max(at for at, _ in base.dots) < strip.bounds[0].at < min(at for at, _ in head.dots)
    assert strip.sentence == (
        "base: 3 units, 190 ms to 210 ms; head: 3 units, 270 ms to 290 ms; "
        "accepted 220 ms; limit 300 ms"
    )


def test_dots_that_would_hide_each_other_are_stacked() -> None:
    strip = strip_of(drawn(Seen((0.2, 0.2, 0.2, 0.5))))
    assert strip is not None
    assert [step for _, step in strip.lanes[0].dots] == [0, 1, 2, 0]


@pytest.mark.parametrize(
    "seen",
    [
        pytest.param(None, id="an outcome that holds no units"),
        pytest.param(Seen((0.2,)), id="one unit is no distribution"),
        pytest.param(Seen((), (0.2, 0.3)), id="nothing of head"),
    ],
)
def test_there_is_no_strip_of(seen: Seen | None) -> None:
    assert strip_of(drawn(seen)) is None


def test_a_trend_ends_in_this_run_and_shows_a_limit_that_is_near() -> None:
    found = trend_of(drawn(Seen((0.28,), trend=trend(0.2, 0.22))))
    assert found is not None
    assert [x for x, _ in found.at] == [0, 0.5, 1]
    assert found.limit is not None
    assert found.limit > found.at[-1][1] > found.at[0][1]
    assert found.sentence == "3 runs since 2026-11-01: 200 ms to 280 ms, now 280 ms"


def test_a_limit_far_away_does_not_flatten_the_trend() -> None:
    found = trend_of(drawn(Seen((0.02,), trend=trend(0.021, 0.022)), replace(PLAIN, value=0.02)))
    assert found is not None
    assert found.limit is None


def test_one_run_before_is_no_trend() -> None:
    assert trend_of(drawn(Seen((0.28,), trend=trend(0.2)))) is None


@given(NUMBERS, NUMBERS, NUMBERS)
def test_every_position_lies_in_the_picture(
    head: tuple[float, ...], base: tuple[float, ...], before: tuple[float, ...]
) -> None:
    of = drawn(Seen(head, base, trend(*before[:9])))
    strip, line = strip_of(of), trend_of(of)
    at = [at for lane in strip.lanes for at, _ in lane.dots] if strip else []
    at += [part for point in line.at for part in point] if line else []
    assert all(0 <= each <= 1 for each in at)

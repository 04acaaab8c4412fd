"""A unit is disturbed by what others do, at fixed thresholds, and by nothing that we do."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.core.quiet import (
    ONE_IN,
    Cause,
    Disturbance,
    Disturbed,
    Reading,
    Watched,
    disturbances,
    may_drop,
    summary,
)

QUIET = Reading(seconds=2.0, cores=2, others=0.0, busy=2.0, stolen=0.0, ceiling=1.0, hot=0)


def causes(reading: Reading) -> list[Cause]:
    return [each.cause for each in disturbances(reading)]


@pytest.mark.parametrize(
    ("reading", "found"),
    [
        pytest.param(QUIET, [], id="a quiet machine"),
        pytest.param(Reading(2.0), [], id="a machine that tells nothing"),
        pytest.param(replace(QUIET, others=0.49), [], id="others just below an eighth of 2 cores"),
        pytest.param(replace(QUIET, others=0.5), [Cause.OTHERS], id="others at an eighth"),
        pytest.param(replace(QUIET, cores=1, others=0.25), [Cause.OTHERS], id="of one core"),
        pytest.param(replace(QUIET, cores=16, others=3.9), [], id="a busy program of 16 cores"),
        pytest.param(replace(QUIET, cores=16, others=4.0), [Cause.OTHERS], id="two busy programs"),
        pytest.param(replace(QUIET, others=9.0), [Cause.OTHERS], id="others on many cores"),
        pytest.param(
            replace(QUIET, seconds=0.1, others=0.04), [], id="a short unit, fewer ticks than five"
        ),
        pytest.param(
            replace(QUIET, seconds=0.1, others=0.05), [Cause.OTHERS], id="a short unit, five ticks"
        ),
        pytest.param(replace(QUIET, seconds=0.0, others=9.0), [], id="no time at all"),
        pytest.param(replace(QUIET, busy=1.91, stolen=0.1), [], id="steal just below 5 %"),
        pytest.param(replace(QUIET, busy=1.9, stolen=0.1), [Cause.STEAL], id="steal at 5 %"),
        pytest.param(replace(QUIET, busy=0.2, stolen=0.04), [], id="steal of few ticks"),
        pytest.param(replace(QUIET, busy=0.2, stolen=0.05), [Cause.STEAL], id="steal of five"),
        pytest.param(replace(QUIET, busy=None, stolen=0.05), [Cause.STEAL], id="nothing but steal"),
        pytest.param(replace(QUIET, ceiling=0.95), [], id="the frequency's bound at 95 %"),
        pytest.param(replace(QUIET, ceiling=0.949), [Cause.FREQUENCY], id="just below"),
        pytest.param(replace(QUIET, hot=1), [Cause.HEAT], id="throttled once for heat"),
        pytest.param(
            replace(QUIET, unsure=8.0, busy=99.0, clock=0.1, throttled=2.0, waited=2.0),
            [],
            id="all that our own load moves",
        ),
        pytest.param(
            replace(QUIET, others=2.0, stolen=2.0, ceiling=0.5, hot=3), list(Cause), id="everything"
        ),
    ],
)
def test_the_rule_at_each_threshold(reading: Reading, found: list[Cause]) -> None:
    assert causes(reading) == found


def test_whoever_wants_more_does_not_look_more_disturbed() -> None:
    slow = replace(QUIET, seconds=20.0, busy=40.0, stolen=1.0)
    fast = replace(QUIET, seconds=2.0, busy=4.0, stolen=0.1)
    assert causes(slow) == causes(fast) == []


@pytest.mark.parametrize(
    ("disturbance", "sentence"),
    [
        (Disturbance(Cause.OTHERS, 0.61), "another process took 61 % of a core"),
        (Disturbance(Cause.OTHERS, 1.5, "cc1"), "another process (cc1) took 150 % of a core"),
        (Disturbance(Cause.STEAL, 0.12), "the host withheld 12 % of the processor time"),
        (Disturbance(Cause.FREQUENCY, 0.8), "the cores were held to 80 % of their frequency"),
        (Disturbance(Cause.HEAT, 3.0), "a core was throttled for heat (3 times)"),
    ],
)
def test_what_disturbed_in_words(disturbance: Disturbance, sentence: str) -> None:
    assert disturbance.sentence == sentence


@pytest.mark.parametrize(
    ("dropped", "minimum", "begun", "may"),
    [
        pytest.param(0, 5, 1, True, id="the first of a minimum of five"),
        pytest.param(1, 5, 5, False, id="the second of five"),
        pytest.param(0, 4, 4, False, id="one of four is more than one in five"),
        pytest.param(1, 5, 10, True, id="the second of ten"),
        pytest.param(2, 5, 14, False, id="the third of fourteen"),
        pytest.param(0, 1, 1, False, id="the only one"),
    ],
)
def test_at_most_one_in_five_is_dropped(dropped: int, minimum: int, begun: int, may: bool) -> None:
    assert may_drop(dropped, minimum, begun) is may


@given(st.integers(0, 40), st.integers(1, 40), st.integers(0, 40))
def test_what_may_be_dropped_stays_one_in_five(dropped: int, minimum: int, begun: int) -> None:
    if may_drop(dropped, minimum, begun):
        assert (dropped + 1) * ONE_IN <= max(minimum, begun)


def test_readings_in_few_numbers() -> None:
    readings = (
        replace(QUIET, others=0.2, unsure=0.0, clock=0.9, throttled=0.0, waited=0.2),
        replace(QUIET, others=1.0, unsure=1.0, clock=0.8, hot=2, waited=1.0),
        replace(QUIET, others=0.4, busy=1.8, stolen=0.2, ceiling=0.97),
    )
    disturbed = (Disturbed(1, dropped=True, by=disturbances(readings[1])),)
    told = summary("api", Watched.HEAD, readings, disturbed)
    assert (told.units, told.others, told.others_most) == (3, 0.2, 0.5)
    assert (told.unsure, told.unsure_most) == (0.25, 0.5)
    assert (told.steal_most, told.ceiling, told.clock, told.hot) == (0.1, 0.97, 0.8, 2)
    assert (told.throttled_most, told.waited_most) == (0.0, 0.5)


def test_what_the_machine_does_not_tell_stays_untold() -> None:
    told = summary("api", Watched.BOTH, (Reading(1.0), Reading(2.0)), ())
    values = (told.others, told.unsure, told.steal_most, told.ceiling, told.clock, told.hot)
    assert (told.units, set(values)) == (2, {None})
    assert (told.throttled_most, told.waited_most) == (None, None)

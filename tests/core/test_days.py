"""Days and times are counted as the calendar does."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.core.days import ordinal, seconds_of


@given(st.dates(), st.dates())
def test_days_between_are_those_of_the_calendar(one: date, two: date) -> None:
    assert ordinal(str(two)) - ordinal(str(one)) == (two - one).days


@given(st.datetimes(datetime(1970, 1, 1), datetime(9999, 1, 1)))  # noqa: DTZ001  # hypothesis wants them naive
def test_seconds_between_are_those_of_the_clock(naive: datetime) -> None:
    time = naive.replace(tzinfo=UTC, microsecond=0)
    first = seconds_of("1970-01-01T00:00:00Z")
    now = seconds_of(f"{time:%Y-%m-%dT%H:%M:%S}Z".rjust(20, "0"))
    assert first is not None
    assert now is not None
    assert now - first == time.timestamp()


def test_milliseconds_count() -> None:
    assert seconds_of("2026-11-22T12:00:00.250Z") == (
        (seconds_of("2026-11-22T12:00:00Z") or 0) + 0.25
    )


@pytest.mark.parametrize("text", ["", "noon", "2026-11-22", "2026-11-22T12:00:00", "x" * 99])
def test_another_text_is_no_time(text: str) -> None:
    assert seconds_of(text) is None

"""Days and times from their ISO texts, without a clock or a calendar of the machine."""

from __future__ import annotations

import re

_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2}):(\d{2}(?:\.\d{1,9})?)Z", re.ASCII)


def ordinal(day: str) -> int:
    """The number of an ISO day in the proleptic Gregorian calendar."""
    year, month, date = (int(part) for part in day.split("-"))
    before = year - (month < 3)
    shifted = (month + 9) % 12
    days = 365 * before + before // 4 - before // 100 + before // 400
    return days + (153 * shifted + 2) // 5 + date - 1


def seconds_of(time: str) -> float | None:
    """An ISO time in UTC as seconds; only differences mean something. None for another text."""
    found = _TIME.fullmatch(time)
    if found is None:
        return None
    day, hours, minutes, seconds = found.groups()
    return ordinal(day) * 86400.0 + int(hours) * 3600 + int(minutes) * 60 + float(seconds)

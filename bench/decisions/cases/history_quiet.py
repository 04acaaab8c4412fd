"""One number a build on a quiet machine: each day's median of Go1.17."""

from __future__ import annotations

from pathlib import Path

from bench.decisions import history, peers
from bench.decisions.data import quiet
from bench.decisions.judge import Ask
from bench.decisions.sheet import NONE, Sheet
from bench.decisions.table import Goal, Row

LEVEL = 0.99
ASK = Ask("timing", 0.01, "stored")
SHIFT = 0.05
PRIOR = 0.01
"""The sd between builds that is stated for a quiet machine, before its history speaks."""
UNITS = f"1 build, prior {PRIOR:.0%}"


def rows(data: Path) -> list[Row]:
    """No alarm, and nearly every 5 % found at its first build."""
    given = [series for series in quiet(data) if len(series.builds) > history.WITHIN + 1]
    sheet = Sheet("history, quiet", ASK, LEVEL, UNITS, "benchmarks")
    alarms, steps = history.ours(given, ASK, LEVEL, (SHIFT,), PRIOR)
    red, once, late = history.theirs(given, peers.HISTORY, SHIFT)
    found, most, soon = steps[SHIFT], history.limit(given, SHIFT), Goal("≥", 0.97)
    sheet.add("alarms a build", "alone", alarms, NONE, peers=red, unit="per 100")
    sheet.add("+5% found at once", "alone", found.once, soon, peers=once, limit=most)
    sheet.add("+5% found within 5 builds", "alone", found.late, peers=late)
    return sheet.rows

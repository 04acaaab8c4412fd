"""One number a build on hosted runners: the code never changes, the fleet does."""

from __future__ import annotations

from pathlib import Path

from bench.decisions import history, peers
from bench.decisions.data import hosted
from bench.decisions.judge import Ask
from bench.decisions.sheet import Sheet
from bench.decisions.table import Goal, Row

LEVEL = 0.99
ASK = Ask("timing", 0.10, "stored")
SHIFT = 0.50


def rows(data: Path) -> list[Row]:
    """At most one alarm in a thousand builds; half as slow again is found, mostly at once."""
    given = [series for series in hosted(data) if len(series.builds) > 2 * history.WITHIN]
    sheet = Sheet("history, hosted", ASK, LEVEL, "1 build", "series")
    alarms, steps = history.ours(given, ASK, LEVEL, (SHIFT,))
    red, once, late = history.theirs(given, peers.HISTORY, SHIFT)
    found, most = steps[SHIFT], history.limit(given, SHIFT)
    soon, later = Goal("≥", 0.65), Goal("≥", 0.78)
    sheet.add("alarms a build", "alone", alarms, Goal("≤", 0.001), peers=red, unit="per 100")
    sheet.add("+50% found at once", "alone", found.once, soon, peers=once, limit=most)
    sheet.add("+50% found within 5 builds", "alone", found.late, later, peers=late)
    return sheet.rows

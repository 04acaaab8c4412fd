"""How long a large report takes: 500 objectives as HTML, in under a second and 1.5 MB.

`bench/report.py [--rows 500] [--times 9]` prints the median and the worst time of each format and
its size, and ends with 1 where the HTML report misses a goal. The outcome has every row failing,
each with 40 units a side and 30 runs before.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from gate.core.verdict import Outcome, Seen, Then
from gate.reports import find, names
from gate.testing.sample_outcomes import large_outcome

SECONDS, BYTES = 1.0, 1_500_000


def crowded(rows: int) -> Outcome:
    """Every row failing, with as many units and runs as a record keeps."""
    values = tuple(0.2 + 0.00137 * i for i in range(40))
    trend = tuple(Then(f"2026-10-{i:02}T09:30:00Z", "a" * 12, 0.2 + i / 500) for i in range(1, 31))
    whole, seen = large_outcome(rows), Seen(values, values, trend)
    return replace(whole, rows=tuple(replace(row, seen=seen) for row in whole.rows))


def timed(name: str, outcome: Outcome, times: int) -> tuple[list[float], int]:
    """Seconds of the processor for each rendering, the first one included, and the size."""
    report, found, size = find(name), [], 0
    for _ in range(times):
        begun = time.process_time()
        text = report.render(outcome)
        found.append(time.process_time() - begun)
        size = len(text.encode())
    return found, size


def main() -> int:
    """Print the table; 1 where a goal is missed."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    words.add_argument("--rows", type=int, default=500)
    words.add_argument("--times", type=int, default=9)
    asked = words.parse_args()
    outcome, missed = crowded(asked.rows), False
    print(f"{asked.rows} objectives, {asked.times} times each")
    print(f"{'format':<16}{'median':>10}{'worst':>10}{'size':>12}")
    for name in names():
        seconds, size = timed(name, outcome, asked.times)
        middle, worst = statistics.median(seconds), max(seconds)
        print(f"{name:<16}{middle:>8.3f} s{worst:>8.3f} s{size / 1000:>9.0f} kB")
        if name == "html":
            missed = worst >= SECONDS or size >= BYTES
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())

"""What others on the machine cost a unit: where the threshold in `gate/core/quiet.py` comes from.

    python bench/quiet.py [SECONDS] [--write]

The machine must be quiet otherwise. `--write` puts the table into docs/quiet.md.

Burners that rest part of the time run beside a program that always does the same work. Each unit is
read as in a check; the table groups units by the cores that others took (whoever they were) and
says how much longer than in the quietest tenth a unit took. The burners are no children of the
process that measures: they have to be found as others are found.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import readme

ROOT = Path(__file__).resolve().parent.parent
EDGES = (0.0, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 99.0)
DUTIES = (0.0, 0.05, 0.15, 0.3, 0.6, 1.0)

BURN = """
import sys, time
duty = float(sys.argv[1])
while True:
    end = time.monotonic() + 0.05 * duty
    while time.monotonic() < end:
        pass
    time.sleep(0.05 * (1 - duty) + 1e-4)
"""
WORK = "sum(i * i for i in range(4_000_000))"


def measured(units: int) -> list[tuple[float, float]]:
    """Cores that others took and seconds, of as many units as are asked for."""
    from gate import process
    from gate.tools.quiet import Watch

    watch, found = Watch(), []
    for _ in range(units):
        before = watch.look()
        done = process.run([sys.executable, "-I", "-S", "-c", WORK], timeout=60)
        reading = watch.reading(before, watch.look())
        if isinstance(done, process.Finished) and reading.others is not None:
            found.append((reading.others / reading.seconds, done.seconds))
    return found


def series(duty: float, burners: int, units: int) -> list[tuple[float, float]]:
    """The units of a process that measures, while so many burners run beside it."""
    argv = [sys.executable, "-I", "-S", "-c", BURN, str(duty)]
    beside = [subprocess.Popen(argv) for _ in range(burners if duty else 0)]
    try:
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [sys.executable, __file__, "--units", str(units)],
            env=env,
            check=True,
            capture_output=True,
        )
    finally:
        for each in beside:
            each.kill()
            each.wait()
    return [(others, seconds) for others, seconds in json.loads(done.stdout)]


def table(found: list[tuple[float, float]]) -> str:
    """Units by what others took, with how much longer they lasted."""
    seconds = sorted(each for _, each in found)
    quick = seconds[len(seconds) // 20]
    lines = ["| others, cores | units | median | nine in ten |", "| --- | --- | --- | --- |"]
    for low, high in pairwise(EDGES):
        inside = sorted(took / quick - 1 for others, took in found if low <= others < high)
        if inside:
            middle, most = inside[len(inside) // 2], inside[int(len(inside) * 0.9)]
            name = f"{low:g} to {high:g}" if high < EDGES[-1] else f"{low:g} and more"
            lines.append(f"| {name} | {len(inside)} | {middle:+.0%} | {most:+.0%} |")
    return "\n".join(lines)


def main() -> None:
    """Measure for about so many seconds and print the table."""
    if sys.argv[1:2] == ["--units"]:
        json.dump(measured(int(sys.argv[2])), sys.stdout)
        return
    words = [word for word in sys.argv[1:] if word != "--write"]
    deadline = time.monotonic() + float(words[0] if words else 120)
    found: list[tuple[float, float]] = []
    cores = os.cpu_count() or 1
    while time.monotonic() < deadline:
        for duty in DUTIES:
            found += series(duty, cores, 5)
    print(table(found))
    if "--write" in sys.argv:
        readme.write("quiet", table(found), ROOT / "docs" / "quiet.md")


if __name__ == "__main__":
    main()

"""What the gate itself costs, as ratios from one run.

    .venv/bin/python bench/overhead.py [--check] [--write]

`gate --version` against importing click, `gate judge` of a stored run against importing pydantic
and numpy; both pairs in turn, so that a drifting machine hits both alike. With `--check` (minutes):
all budgets are checked, and what the tools and the systems under test took is subtracted from the
wall time of the whole command, from before its Python starts until it has ended.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import readme

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
ROUNDS = 15


def main(options: Sequence[str]) -> int:
    """Print the table; exit 1 where a goal is missed."""
    sample = ROOT / "tests" / "record" / "golden" / "v1" / "run.json"
    out = Path(tempfile.mkdtemp()) / "outcome.json"
    python = str(BIN / "python")
    rows = [
        (
            "gate --version / import click",
            1.5,
            ratio([str(BIN / "gate"), "--version"], [python, "-c", "import click"]),
        ),
        (
            "gate judge / import pydantic, numpy",
            3.0,
            ratio(
                [str(BIN / "gate"), "judge", str(sample), "--out", str(out)],
                [python, "-c", "import pydantic, numpy"],
            ),
        ),
    ]
    lines = ["| what | goal | median of the ratio | range |", "| --- | --- | --- | --- |"]
    good = True
    for what, goal, (low, middle, high) in rows:
        good &= middle < goal
        lines.append(f"| {what} | < {goal:g} | {middle:.2f} | {low:.2f} to {high:.2f} |")
    if "--check" in options:
        line, right = overhead()
        good &= right
        lines.append(line)
    print("\n".join(lines))
    if "--write" in options:
        readme.write("overhead", "\n".join(lines))
    return 0 if good else 1


def overhead() -> tuple[str, bool]:
    """One row: what a check took beside its tools; the goal is two seconds."""
    from gate.record import decode_run, read_bounded

    with tempfile.TemporaryDirectory() as out:
        where = ["--out", out, "--store", f"folder:{out}/store"]
        whole = wall([str(BIN / "gate"), "check", "--profile", "short", "--quiet", *where])
        run = decode_run(read_bounded(Path(out) / "run.json"))
    assert run.measurements, "nothing was measured"
    rest = whole - run.tool_seconds
    line = (
        f"| a check of five budgets, beside its tools | < 2 s | {rest:.2f} s "
        f"| {rest / whole:.1%} of {whole:.0f} s |"
    )
    return line, rest < 2


def ratio(ours: Sequence[str], theirs: Sequence[str]) -> tuple[float, float, float]:
    """Smallest, median and largest ratio of wall times over rounds in turn, after one warm-up."""
    wall(ours), wall(theirs)
    found = sorted(wall(ours) / wall(theirs) for _ in range(ROUNDS))
    return found[0], statistics.median(found), found[-1]


def wall(argv: Sequence[str]) -> float:
    """Seconds of one run."""
    began = time.perf_counter()
    subprocess.run(argv, cwd=ROOT, capture_output=True, check=False)
    return time.perf_counter() - began


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main(sys.argv[1:]))

"""What the gate itself costs, as ratios from one run.

    .venv/bin/python bench/overhead.py [.gate/run.json …]

`gate --version` against importing click, `gate judge` of a stored run against importing pydantic
and numpy; both pairs in turn, so that a drifting machine hits both alike. For every run record
that is named: the wall time of the check minus what the tools and the systems under test took.
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


def main(records: Sequence[str]) -> int:
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
    for record in (each for each in records if each != "--write"):
        line, right = overhead(Path(record))
        good &= right
        lines.append(line)
    print("\n".join(lines))
    if "--write" in records:
        readme.write("overhead", "\n".join(lines))
    return 0 if good else 1


def overhead(record: Path) -> tuple[str, bool]:
    """One row: what a check took beside its tools; the goal is two seconds."""
    from gate.record import decode_run, read_bounded

    run = decode_run(read_bounded(record))
    rest = run.seconds - run.tool_seconds
    share = rest / run.seconds
    line = (
        f"| a check of five budgets, beside its tools | < 2 s | {rest:.2f} s | {share:.1%} of it |"
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

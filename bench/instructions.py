"""One per cent more work, found by counting instructions while the machine is busy.

    make bench-instructions     (some ten minutes on two cores; ARGS="--times 10" for half of it;
                                 ARGS=--write puts the table into the README)

A small project with ten kinds of Python code, each as a benchmark that a change touches and as one
that it does not. In every check `gate check --against HEAD` compares the committed project with the
changed one, in which ten of the twenty do one per cent more work. Something burns on every core
from the beginning to the end. Right is where each planted change failed and nothing else did.
The trees lie at paths of different lengths, as anybody's do. After `--minutes` no check is begun.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import math
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import readme

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
WORK = '''"""Ten kinds of work, each in proportion to n."""

import json
import re

EXTRA = 0  # per cent more work


class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def moved(self, dx):
        return Point(self.x + dx, self.y)


def _called(k):
    return k if k < 2 else _called(k - 1) + 1


def numbers(n):
    return sum(i * i % 7 for _ in range(n) for i in range(10))


def floats(n):
    return [i ** 0.5 / (i + 1.5) for _ in range(n) for i in range(10)]


def texts(n):
    return ["-".join(f"{i:04d}" for i in range(8)).upper() for _ in range(n)]


def mappings(n):
    return [{str(i): i for i in range(8)} for _ in range(n)]


def sorting(n):
    return [sorted(range(20), key=lambda x: -x) for _ in range(n)]


def patterns(n):
    return [re.sub(r"(o+)a", r"<\\\\1>", "an oak lamp of ooak") for _ in range(n)]


def documents(n):
    return [json.dumps({"id": 7, "tags": ["a", "b"], "price": 3.5}) for _ in range(n)]


def calls(n):
    return [_called(12) for _ in range(n)]


def objects(n):
    return [Point(k, k).moved(2).moved(3).x for k in range(n)]


def sets(n):
    return [len({i % 5 for i in range(12)} | {k}) for k in range(n)]
'''
KINDS = tuple(
    "numbers floats texts mappings sorting patterns documents calls objects sets".split()  # noqa: SIM905  # reads better
)
TESTS = """
import pytest
from work import work

@pytest.mark.parametrize("kind", {planted})
def test_planted(benchmark, kind):
    benchmark(getattr(work, kind), {size} + {size} * work.EXTRA // 100)

@pytest.mark.parametrize("kind", {same})
def test_same(benchmark, kind):
    benchmark(getattr(work, kind), {size})
"""
BUDGET = """
runner: pytest-benchmark
paths: [bench]
python: {python}
repeat: 1
timeout: 15 min
objectives:
  - sli: instructions
    each: test
    tolerance: 0.5%
"""
BURNER = "while True: sum(range(100_000))"


@dataclass(frozen=True)
class Seen:
    """What one check said of one benchmark: whether it failed, and the change in per cent."""

    kind: str
    planted: bool
    status: str
    change: float


def main() -> int:
    """Run the checks; exit 1 where one is not right."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=20, help="planted changes, ten in a check")
    parser.add_argument("--minutes", type=float, default=15.0, help="then no check is begun")
    parser.add_argument("--write", action="store_true", help="put the table into the README")
    asked = parser.parse_args()
    checks = math.ceil(asked.times / len(KINDS))
    began = time.monotonic()
    seen: list[Seen] = []
    with burning(), tempfile.TemporaryDirectory(prefix="perfgate-bench-") as folder:
        for number in range(checks):
            if time.monotonic() - began > 60 * asked.minutes:
                break
            found = check(Path(folder) / f"{number}", number)
            print(f"check {number + 1} of {checks}: {summary(found)}", flush=True)
            seen += found
    lines = table(seen, time.monotonic() - began)
    print("\n".join(lines))
    if asked.write:
        readme.write("instructions", "\n".join(lines))
    return 0 if all((each.status == "fail") is each.planted for each in seen) else 1


@contextlib.contextmanager
def burning() -> Iterator[None]:
    """Keep every core busy with something else."""
    with contextlib.ExitStack() as stack:
        for _ in range(os.cpu_count() or 1):
            burner = subprocess.Popen([sys.executable, "-c", BURNER])
            stack.callback(burner.wait)
            stack.callback(burner.kill)
        yield


def check(place: Path, number: int) -> list[Seen]:
    """One check: commit a project, change it, compare the two."""
    size = 100 + 20 * number
    cache = place / "cache"
    project = place / "project"
    put(project / "work" / "work.py", WORK)
    tests = TESTS.format(planted=list(KINDS), same=list(KINDS), size=size)
    put(project / "bench" / "test_work.py", tests)
    put(project / "pytest.ini", "[pytest]\npythonpath = .\n")
    put(project / "budgets" / "bench.yml", BUDGET.format(python=BIN / "python"))
    put(project / "budgets" / "policy.yml", "time: 1 h\n")
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "base"]):
        argv = [shutil.which("git") or "git", *words]
        subprocess.run(argv, cwd=project, env=environment(place), check=True)
    put(project / "work" / "work.py", WORK.replace("EXTRA = 0", "EXTRA = 1"))
    done = subprocess.run(
        [BIN / "gate", "check", "--quiet", "--against", "HEAD", "--out", place / "out"],
        cwd=project,
        env=environment(place),
        capture_output=True,
        check=False,
    )
    shutil.rmtree(cache, ignore_errors=True)
    if done.returncode not in {0, 1, 4}:
        sys.exit(done.stderr.decode() + done.stdout.decode())
    rows = json.loads((place / "out" / "outcome.json").read_bytes())["rows"]
    return [read(row) for row in rows]


def read(row: Mapping[str, Any]) -> Seen:
    """What a row of an outcome says."""
    (test,) = (value for key, value in row["objective"]["sli"]["tags"] if key == "test")
    name, _, kind = test.rpartition("::")[2].rstrip("]").partition("[")
    told = row["verdicts"][0]["comparison"]
    change = (told["head"]["value"] / told["base"]["value"] - 1) * 100
    return Seen(kind, name == "test_planted", row["status"], change)


def table(seen: list[Seen], seconds: float) -> list[str]:
    """The table of the README."""
    lines = ["| benchmarks | failed | change seen |", "| --- | --- | --- |"]
    for what, planted in (("1 % more work", True), ("unchanged", False)):
        rows = [each for each in seen if each.planted is planted]
        failed = sum(each.status == "fail" for each in rows)
        changes = sorted(each.change for each in rows)
        span = f"{changes[0]:+.3f} % to {changes[-1]:+.3f} %" if rows else "none"
        lines.append(f"| {what} | {failed} of {len(rows)} | {span} |")
    cores = os.cpu_count()
    lines.append("")
    lines.append(
        f"{len(seen) // 20} checks of twenty benchmarks each, one repeat on either tree, tolerance "
        f"0.5 %, on {cores} cores ({platform.machine()}) with {cores} programs at full load beside "
        f"(`bench/instructions.py`, {seconds / 60:.0f} minutes, {datetime.now(UTC):%Y-%m-%d})."
    )
    return lines


def summary(seen: list[Seen]) -> str:
    """One line while it runs."""
    told = (
        f"{each.kind}{' (planted)' if each.planted else ''} {each.status} {each.change:+.3f} %"
        for each in seen
    )
    return ", ".join(told)


def put(path: Path, text: str) -> None:
    """Write a file of the project."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def environment(place: Path) -> dict[str, str]:
    """Ours, with a name for git's commit and a cache of the bench's own."""
    who = {
        f"GIT_{role}_{what}": f"{role.lower()}@bench.invalid"
        for role in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    return {**os.environ, **who, "PERFGATE_CACHE": str(place / "cache")}


if __name__ == "__main__":
    sys.exit(main())

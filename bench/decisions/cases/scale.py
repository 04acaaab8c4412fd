"""What the judge costs: a thousand objectives, ten thousand, and its import.

Seconds are the process's own CPU time: the judge is single-threaded, and a busy machine is not its
fault; imports are ratios of wall times taken in turn.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from pathlib import Path

from bench.decisions.data import ROOT
from bench.decisions.intervals import Figure
from bench.decisions.table import Goal, Row

ROUNDS = 7
_JUDGE = """
import json, random, resource, sys, time
import gate
chance = random.Random(3)
def side(n): return [tuple(chance.gauss(100, 1) for _ in range(1)) for _ in range(n)]
count = int(sys.argv[1])
questions = [
    gate.Question(
        f"b{i % 20}/o{i}", side(30), side(30), kind="timing", tolerance=0.02, design="stored",
        budget=f"b{i % 20}",
        history=tuple(gate.Run(units=(chance.gauss(100, 1),), at=str(n)) for n in range(50)),
    )
    for i in range(count)
]
before = time.process_time()
gate.compare_all(questions)
took = time.process_time() - before
kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps([took, kilobytes / 1024]))
"""
_IMPORT = "import time; t = time.perf_counter(); {}; print(time.perf_counter() - t)"


def rows(_: Path | None = None) -> list[Row]:
    """Under 2 s and 300 MB for a thousand; ten thousand in linear time; a light import."""
    small = [_run(1_000) for _ in range(3)]
    large = _run(10_000)[0]
    seconds = [took for took, _ in small]
    megabytes = [memory for _, memory in small]
    linear = [large / (10 * took) for took in seconds]
    imports = [_time("from gate import compare") / _time("import numpy") for _ in range(ROUNDS)]
    return [
        Row("scale", "1,000 objectives x 30 units, 50 runs: CPU time", None, _range(seconds),
            Goal("≤", 2.0), "s", blocks="processes"),
        Row("scale", "memory of it", None, _range(megabytes), Goal("≤", 300.0), "MB",
            blocks="processes"),
        Row("scale", "10,000 objectives / 10 x 1,000", None, _range(linear), Goal("≤", 1.3),
            "ratio", blocks="processes"),
        Row("scale", "import of the judge / import of numpy", None, _range(imports),
            Goal("≤", 2.0), "ratio", blocks="processes"),
    ]  # fmt: skip


def _run(count: int) -> tuple[float, float]:
    took, memory = json.loads(_python(_JUDGE, str(count)))
    return float(took), float(memory)


def _time(what: str) -> float:
    return float(_python(_IMPORT.format(what)))


def _python(program: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    return done.stdout


def _range(values: list[float]) -> Figure:
    """The median with the smallest and the largest."""
    ordered = sorted(values)
    count = len(ordered)
    return Figure(statistics.median(ordered), ordered[0], ordered[-1], sum(ordered), count, count)

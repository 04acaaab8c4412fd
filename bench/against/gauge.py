"""Which functions of a project each benchmark calls, and how long a call takes in loops.

The project's own Python runs its suite once, with a plugin in the place of the benchmarks' timer.
It calls the function a few times as the timer would, notes the calls of one of them, and then times
it in turn with empty loops of two lengths. What takes as long as so many loops does so on a slow
machine as well as on a fast one: a planted loop needs no clock of its own.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_PATIENCE = 600.0
_LOOPS = (100, 1100)

PLUGIN = '''
import json, os, sys, time
import pytest

SEEN = {}
ROUNDS, LOOPS = 60, (100, 1100)
ROOT = os.environ["GAUGE_ROOT"] + os.sep


def empty(n):
    for _ in b"\\0" * n:  # as what is planted: numbers above 256 of a range would be made anew
        pass


class Gauge:
    """Stands for pytest-benchmark's fixture; only `benchmark(function, ...)` is known."""

    def __init__(self, test):
        self.test = test

    def __call__(self, function, *args, **kwargs):
        for _ in range(3):
            result = function(*args, **kwargs)
        calls = {}

        def note(frame, event, arg):
            code = frame.f_code
            if event == "call" and code.co_filename.startswith(ROOT):
                where = f"{code.co_filename[len(ROOT):]}:{code.co_firstlineno}:{code.co_name}"
                calls[where] = calls.get(where, 0) + 1

        sys.setprofile(note)
        try:
            function(*args, **kwargs)
        finally:
            sys.setprofile(None)
        SEEN[self.test] = {"calls": calls, "rounds": [
            [spent(function, *args, **kwargs), *(spent(empty, n) for n in LOOPS)]
            for _ in range(ROUNDS)
        ]}
        return result


def spent(function, *args, **kwargs):
    """Seconds of one call: the least of a few, taken while nothing was collected."""
    least = 1e9
    for _ in range(5):
        began = time.perf_counter()
        function(*args, **kwargs)
        least = min(least, time.perf_counter() - began)
        if least > 0.02:
            break
    return least


@pytest.fixture
def benchmark(request):
    return Gauge(request.node.nodeid)


def pytest_sessionfinish():
    with open(os.environ["GAUGE_OUT"], "w") as file:
        json.dump(SEEN, file)
'''


class GaugeError(Exception):
    """The suite did not run."""


@dataclass(frozen=True, order=True)
class Function:
    """A function of a project: its file, relative to the root, its first line, its name."""

    file: str
    line: int
    name: str


@dataclass(frozen=True)
class Gauged:
    """One benchmark: how often a call of it calls each function, and how long it takes.

    In empty loops: `fixed` + `each` x n is the time of a loop of n, as a part of the benchmark's.
    """

    calls: Mapping[Function, int]
    fixed: float
    each: float

    def loops(self, function: Function, worse: float) -> int:
        """The length of a loop in this function that makes the benchmark so much worse."""
        return round((worse / self.calls[function] - self.fixed) / self.each)


def gauge(
    python: Path, root: Path, tests: Sequence[str], env: Mapping[str, str]
) -> dict[str, Gauged]:
    """Every benchmark of `tests` by its id; raises `GaugeError`."""
    with tempfile.TemporaryDirectory(prefix="gauge-") as folder:
        plugin, out = Path(folder) / "perfgate_gauge.py", Path(folder) / "seen.json"
        plugin.write_text(PLUGIN, encoding="utf-8")
        argv = [str(python), "-m", "pytest", *tests, "-q", "-p", "no:benchmark"]
        argv += ["-p", "no:cacheprovider", "-p", "perfgate_gauge", f"--rootdir={root}"]
        own = {"GAUGE_OUT": str(out), "GAUGE_ROOT": str(root), "PYTHONDONTWRITEBYTECODE": "1"}
        path = os.pathsep.join(filter(None, (folder, env.get("PYTHONPATH", ""))))
        done = subprocess.run(
            argv,
            cwd=root,
            env={**env, **own, "PYTHONPATH": path},
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
        if done.returncode or not out.exists():
            raise GaugeError((done.stdout + done.stderr).decode(errors="replace")[-2000:])
        told = json.loads(out.read_bytes())
    return {test: _gauged(each) for test, each in told.items()}


def _gauged(told: Mapping[str, object]) -> Gauged:
    calls, rounds = told["calls"], told["rounds"]
    assert isinstance(calls, dict)
    assert isinstance(rounds, list)
    short, long = (
        statistics.median(each[at] / each[0] for each in rounds) for at in range(1, 1 + len(_LOOPS))
    )
    each = (long - short) / (_LOOPS[1] - _LOOPS[0])
    return Gauged(
        {_function(where): count for where, count in calls.items()},
        fixed=max(0.0, short - each * _LOOPS[0]),
        each=each,
    )


def _function(where: str) -> Function:
    file, line, name = where.split(":")
    return Function(file, int(line), name)

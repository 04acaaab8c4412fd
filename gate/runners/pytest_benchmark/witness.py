"""Counting instead of timing: a pytest process of its own whose benchmarks are witnessed.

Under valgrind for instructions, without it for memory: valgrind's own memory would be in the peak,
and tracemalloc's instructions in the count.
"""

from __future__ import annotations

import json
import shutil
import statistics
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from gate import process
from gate.core.sample import Data, Reduced, Values
from gate.errors import RecordError
from gate.record import read_bounded
from gate.runners.pytest_benchmark.metrics import ALLOCATIONS, INSTRUCTIONS, RSS
from gate.runners.pytest_benchmark.output import (
    Counted,
    Output,
    UnreadableError,
    is_finite,
    read_output,
)
from gate.tools import Absent
from gate.tools.counter import Counter, UncountedError
from gate.tools.padding import padded

PLUGIN = "perfgate_witness"
SWITCH = "PERFGATE_WITNESS"
_LARGEST = 64 * 1024 * 1024
_DRY = 3
"""How many idle processes go before, see the plugin."""
_MEMORY = frozenset({RSS.name, ALLOCATIONS.name})

Told = Mapping[str, Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Pass:
    """One pytest process that witnesses: which metrics, and what counts where something does.

    `unit` draws the layouts of memory: the same ones on both trees, other ones in every unit.
    """

    metrics: frozenset[str]
    rounds: int
    counter: Counter | None = None
    unit: int = 0

    def argv(self, timing: list[str], folder: Path) -> list[str]:
        """The words of the process that times, turned into those of one that witnesses."""
        kept = [word for word in timing if not word.startswith("--benchmark-json=")]
        words = [*kept, "-p", PLUGIN]
        return words if self.counter is None else self.counter.argv(words, folder, follow=False)

    def environment(self, env: Mapping[str, str], argv: list[str], folder: Path) -> dict[str, str]:
        """Tell the plugin what is asked for, in an environment of always the same size."""
        asked = {"rounds": self.rounds, "what": sorted(self.metrics), "unit": self.unit}
        told = {**env, SWITCH: json.dumps({**asked, "file": str(_file(folder))})}
        if self.counter is not None:
            told = self.counter.environment(told)
        return padded(told, argv)


def passes(
    wanted: frozenset[str], rounds: int, counter: Counter | Absent, unit: int
) -> tuple[Pass, ...]:
    """The processes that a unit needs for these metrics, none for instructions without a tool."""
    found = []
    if INSTRUCTIONS.name in wanted and isinstance(counter, Counter):
        found.append(Pass(frozenset({INSTRUCTIONS.name}), rounds, counter, unit))
    if wanted & _MEMORY:
        found.append(Pass(wanted & _MEMORY, rounds, unit=unit))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Witnessed:
    """What a process ended with: what the reporter told, with the counts of each metric."""

    done: process.Finished
    output: Output | None


def run(
    wanted: Pass, timing: list[str], env: Mapping[str, str], cwd: Path, out: Path, timeout: float
) -> Witnessed | process.NotStarted:
    """Run the process and read what it counted; raises `UnreadableError`.

    What it leaves (valgrind a file for every forked process) is gone when it returns.
    """
    folder = out / "witness"  # the same name on both trees
    folder.mkdir()
    try:
        report = folder / "report.json"
        words = [
            f"--perfgate-report={report}" if word.startswith("--perfgate-report=") else word
            for word in timing
        ]
        argv = wanted.argv(words, folder)
        done = process.run(
            argv,
            cwd=cwd,
            env=wanted.environment({**env, "PWD": str(cwd)}, argv, folder),
            timeout=timeout,
            grace=1.0,
        )
        if isinstance(done, process.NotStarted):
            return done
        told = read_output(folder / "none.json", report)
        if told is None or done.timed_out:
            return Witnessed(done, told)
        return Witnessed(done, replace(told, counted=_counted(wanted, folder, told)))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _counted(wanted: Pass, folder: Path, told: Output) -> tuple[Counted, ...]:
    noted = _noted(_file(folder))
    counts: Mapping[str, int] = {}
    if wanted.counter is not None and noted:
        try:
            counts = wanted.counter.counts(folder)
        except UncountedError as error:
            raise UnreadableError(str(error)) from None
    groups = {each.test: each.group for each in told.ended}
    found = []
    for test, facts in noted.items():
        for metric in sorted(wanted.metrics):
            data, said = _value(metric, facts, wanted, counts)
            found.append(Counted(test, groups.get(test, ""), metric, data, said))
    return tuple(found)


def _value(
    metric: str, facts: Mapping[str, object], wanted: Pass, counts: Mapping[str, int]
) -> tuple[Data, tuple[tuple[str, str], ...]]:
    """The value of one metric with what has to be known about it. Raises `UnreadableError`."""
    n = wanted.rounds
    if metric == ALLOCATIONS.name:
        return Reduced(_whole(facts.get(metric)), 1), ()
    numbers = facts.get(metric)
    if not isinstance(numbers, list) or len(numbers) < 2:
        raise UnreadableError(f"{PLUGIN} told no {metric}")
    if metric == RSS.name:
        idle, peak = map(_whole, numbers[:2])
        said = ("an idle process", f"{idle / 1e6:.1f} MB")
        return Reduced(max(0.0, peak - idle), n), (said,)
    if wanted.counter is None:
        raise UnreadableError(f"nothing counted {metric}")
    return _instructions(numbers, n, _whole(facts.get("iterations")), counts, wanted.counter)


def _instructions(
    children: list[object], n: int, iterations: float, counts: Mapping[str, int], counter: Counter
) -> tuple[Values, tuple[tuple[str, str], ...]]:
    """2N calls less N calls, less what the parent did between, in each layout of memory.

    The judge sets layout beside layout of the two trees. Measured: another path, size or content
    of the tree moves one layout in ten by up to 0.8 %, and the median of nine pairs by 0.005 %.
    """
    lacking = [child for child in children if str(child) not in counts]
    if lacking or len(children) < _DRY + 2 or len(children) % 2 != _DRY % 2:
        msg = f"valgrind wrote no count of {len(lacking)} of {len(children)} forked processes; "
        raise UnreadableError(msg + "is `python:` a script that starts the interpreter?")
    totals = [counts[str(child)] for child in children]
    between = totals[_DRY - 1] - totals[_DRY - 2]
    pairs = zip(totals[_DRY::2], totals[_DRY + 1 :: 2], strict=True)
    values = tuple((twice - once - between) / (n * iterations) for once, twice in pairs)
    if not min(values) > 0:
        raise UnreadableError(f"{2 * n} rounds took no more instructions than {n}")
    floor = (max(values) - min(values)) / 2 / statistics.median(values)
    pinned = "pinned" if counter.pinned else "not pinned: the system refuses setarch -R"
    said = (
        ("counted by", f"{counter.tool} {counter.version}, {2 * n} less {n} rounds"),
        ("floor", f"{len(values)} layouts of memory differ by ± {floor:.2%} of a call"),
        ("address layout", pinned),
    )
    return Values(values), said


def _noted(file: Path) -> Told:
    """What the plugin wrote, {} where it ended before."""
    if not file.exists():
        return {}
    try:
        found = json.loads(read_bounded(file, _LARGEST))
    except (RecordError, ValueError, RecursionError) as error:
        raise UnreadableError(f"{file.name}: {error}") from None
    if not isinstance(found, dict) or not all(isinstance(each, dict) for each in found.values()):
        raise UnreadableError(f"{file.name}: expected benchmarks with what they were asked for")
    return found


def _whole(value: object) -> float:
    if not is_finite(value):
        raise UnreadableError(f"{PLUGIN} told {str(value)[:40]!r} where a number was expected")
    return float(value)


def _file(folder: Path) -> Path:
    return folder / "witness.json"


def series(metric: str, rounds: int, counter: Counter | Absent) -> tuple[tuple[str, str], ...]:
    """What shapes the numbers of a metric beyond what shapes them all."""
    counted = (("counted rounds", str(rounds)),)
    if metric == INSTRUCTIONS.name and isinstance(counter, Counter):
        return (("counted by", counter.series), *counted)
    return counted if metric == RSS.name else ()

"""An open job: each unit is a pytest process that times, and one for each kind of witness."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gate import process
from gate.core.reasons import Code, Reason, because
from gate.runners.pytest_benchmark import command, witness
from gate.runners.pytest_benchmark.answer import answers, measured, vanished
from gate.runners.pytest_benchmark.beside import Call, run_beside
from gate.runners.pytest_benchmark.driving import Drives, notes
from gate.runners.pytest_benchmark.metrics import CPU_TIME, INSTRUCTIONS, TIME
from gate.runners.pytest_benchmark.one_place import OnePlace, one_place
from gate.runners.pytest_benchmark.options import PytestBenchmarkOptions
from gate.runners.pytest_benchmark.output import Output, UnreadableError, read_output
from gate.runners.pytest_benchmark.python import Python
from gate.runners.pytest_benchmark.trust import TOOL, trusted
from gate.runners.pytest_benchmark.witness import Pass
from gate.seams.runner import (
    Found,
    Job,
    NotFound,
    Question,
    Ready,
    Session,
    UnitAnswer,
    UnitFailed,
)
from gate.tools import Absent
from gate.tools.counter import Counter, no_counter

_PINNED_SEED = 0
"""The hash seed of what is counted: there one accident, measured precisely, is wanted."""

Pieces = tuple[Found | NotFound, ...]


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a session needs; `drives` is None for the tree that has the benchmarks."""

    python: Python
    ready: Ready
    counter: Counter | Absent
    drives: Drives | None = None


@dataclass(frozen=True, slots=True)
class Timing:
    """A process that times: what to type, and the files that it leaves."""

    call: Call
    output: Path
    report: Path
    cpu: Path

    def timed(self, done: process.Finished | process.NotStarted) -> Timed:
        """The same, ended."""
        return Timed(self, done)


@dataclass(frozen=True, slots=True)
class Timed:
    """A process that timed and has ended."""

    timing: Timing
    done: process.Finished | process.NotStarted

    def read(self) -> Output | None:
        """What it left; raises `UnreadableError`."""
        return read_output(self.timing.output, self.timing.report, self.timing.cpu)

    @property
    def seconds(self) -> float:
        """Its part of the time that two of them took side by side."""
        return self.done.seconds / 2 if isinstance(self.done, process.Finished) else 0.0


class BenchmarkSession:
    """Every process has files of its own, so that none is left over."""

    def __init__(self, job: Job, options: PytestBenchmarkOptions, prepared: Prepared) -> None:
        """Keep what was found."""
        self._job = job
        self._options = options
        self._prepared = prepared
        self._started = 0
        self._called = 0
        self._compiled = False
        self._same_path = False
        self._root, self._out = job.root.absolute(), job.out.absolute()

    @property
    def ready(self) -> Ready:
        """Versions and shape."""
        return self._prepared.ready

    @property
    def timeout(self) -> float:
        """Seconds for one unit."""
        return self._job.timeout

    def unit(self, index: int) -> UnitAnswer | UnitFailed:
        """Run pytest once for each kind of metric; what only some could not give is not found."""
        return self.completed(index, None)

    def beside(
        self, other: Session, index: int, *, other_first: bool
    ) -> tuple[UnitAnswer | UnitFailed, UnitAnswer | UnitFailed]:
        """This unit and the other tree's, both processes at once, their rounds in turn."""
        if not isinstance(other, BenchmarkSession) or not self._timed:
            return self.unit(index), other.unit(index)
        calls = self.call(None, index), other.call(None, index)
        timeout = self.timeout + other.timeout
        ended = run_beside((calls[0].call, calls[1].call), timeout=timeout, first=int(other_first))
        # One that hangs is no fault of the one that waits for it: that is measured alone.
        mine, theirs = (
            None if each.waited else call.timed(each.done)
            for call, each in zip(calls, ended, strict=True)
        )
        return self.completed(index, mine), other.completed(index, theirs)

    def completed(self, index: int, timed: Timed | None) -> UnitAnswer | UnitFailed:
        """The unit; `timed` is its timing process where that has run already."""
        self._started += 1
        began = time.monotonic() - (timed.seconds if timed is not None else 0.0)
        given: list[Found | NotFound] = []
        failed: list[UnitFailed] = []
        remarks: dict[Reason, None] = {}
        parts = self._parts(index)
        for questions, wanted in parts:
            left = self._job.timeout - (time.monotonic() - began)
            if wanted is None and timed is not None:
                told = self._believed(timed)
            else:
                told = self._run(wanted, index, max(0.1, left))
            if isinstance(told, UnitFailed):
                failed.append(told)
                given += [NotFound(q.objective, q.sli, told.reason) for q in questions]
            else:
                given += self._answer(told, questions, self._facts(told, wanted, index))
                drives = self._prepared.drives
                remarks |= dict.fromkeys(notes(told, drives) if drives is not None else ())
        given += self._uncounted()
        took = time.monotonic() - began
        if len(failed) == len(parts):
            return UnitFailed(failed[0].reason, failed[0].again, tool_seconds=took)
        return UnitAnswer(
            notes=tuple(remarks),
            found=tuple(each for each in given if isinstance(each, Found)),
            not_found=tuple(each for each in given if isinstance(each, NotFound)),
            tool_seconds=took,
        )

    def _parts(self, index: int) -> list[tuple[tuple[Question, ...], Pass | None]]:
        """The processes of a unit with the questions that each answers; None is the timing one."""
        asked = self._job.questions
        metrics = frozenset(question.sli.metric for question in asked)
        rounds, counter = self._options.counted_rounds, self._prepared.counter
        wanted = witness.passes(metrics, rounds, counter, index)
        parts: list[tuple[tuple[Question, ...], Pass | None]] = [
            (tuple(q for q in asked if q.sli.metric in each.metrics), each) for each in wanted
        ]
        return [(self._timed, None), *parts] if self._timed else parts

    @property
    def _timed(self) -> tuple[Question, ...]:
        """The questions that the timing process answers."""
        times = {TIME.name, CPU_TIME.name}
        return tuple(q for q in self._job.questions if q.sli.metric in times)

    def _uncounted(self) -> Iterator[NotFound]:
        counter = self._prepared.counter
        if not isinstance(counter, Absent):
            return
        for question in self._job.questions:
            if question.sli.metric == INSTRUCTIONS.name:
                yield NotFound(question.objective, question.sli, no_counter(counter))

    def call(self, wanted: Pass | None, index: int, root: Path | None = None) -> Timing:
        """What to type for one process, and where it writes; `root` is another name of the tree."""
        root = root or self._root
        self._called += 1
        output = self._out / f"benchmarks-{self._called}.json"
        report = self._out / f"report-{self._called}.json"
        cpu = self._out / f"cpu-{self._called}.json"
        options, python = self._options, self._prepared.python
        argv = command.argv(python, options, root, output, report)
        seed = self._seed(wanted, index)
        env = command.environment(self._job.env, python, options, seed)
        drives = self._prepared.drives
        if drives is not None:
            env |= command.trees(self._job.harness.absolute(), root)
            argv = command.tolerant(argv) if drives.put else argv
        elif wanted is not None:  # what turns the base's imports lies in its memory; so here
            env |= command.trees(self._root, root)
        if wanted is None:
            argv = command.in_turns(argv)
            env |= {command.CPU: str(cpu)}
        return Timing(Call(argv, root, env), output, report, cpu)

    def _run(self, wanted: Pass | None, index: int, timeout: float) -> Output | UnitFailed:
        """One process, and what it told where that can be trusted."""
        if wanted is None:
            timing = self.call(wanted, index)
            argv, cwd, env = timing.call.argv, timing.call.cwd, timing.call.env
            done = process.run(argv, cwd=cwd, env=env, timeout=timeout, grace=1.0)
            return self._believed(timing.timed(done))
        with one_place(self._root, self._out, self._job.env) as place:
            self._same_path = place is not None
            return self._witnessed(wanted, index, timeout, place)

    def _witnessed(
        self, wanted: Pass, index: int, timeout: float, place: OnePlace | None
    ) -> Output | UnitFailed:
        """One process that witnesses, under the name that both trees have where there is one."""
        root, out = (place.tree, place.folder) if place is not None else (self._root, self._out)
        called = self.call(wanted, index, root).call
        argv, cwd = list(called.argv), called.cwd
        # Bytecode of this session's own, so that both trees begin without and go on with it.
        env = {**called.env, "PYTHONPYCACHEPREFIX": str(out / "pyc"), "PYTHONDONTWRITEBYTECODE": ""}
        if not self._compiled:
            # What a first run compiles would lie in memory where a later one has other things.
            self._compiled = True
            dry = Pass(frozenset(), wanted.rounds)
            began = time.monotonic()
            with contextlib.suppress(UnreadableError):  # the run that counts will say it
                witness.run(dry, argv, env, cwd, out, timeout)
            timeout = max(0.1, timeout - (time.monotonic() - began))
        try:
            ran = witness.run(wanted, argv, env, cwd, out, timeout)
        except UnreadableError as error:
            return UnitFailed(because(Code.OUTPUT_UNREADABLE, tool=TOOL, detail=error))
        if isinstance(ran, process.NotStarted):
            return self._judged(ran, None)
        return self._judged(ran.done, ran.output)

    def _believed(self, timed: Timed) -> Output | UnitFailed:
        """What a process that timed told, where that can be trusted."""
        try:
            told = None if _unusable(timed.done) else timed.read()
        except UnreadableError as error:
            return UnitFailed(because(Code.OUTPUT_UNREADABLE, tool=TOOL, detail=error))
        return self._judged(timed.done, told)

    def _judged(
        self, done: process.Finished | process.NotStarted, told: Output | None
    ) -> Output | UnitFailed:
        if isinstance(done, process.NotStarted):
            return UnitFailed(because(Code.TOOL_ABSENT, tool="Python", detail=done.why))
        if done.timed_out:
            why = because(Code.TOOL_TIMED_OUT, tool=TOOL, seconds=f"{self._job.timeout:g}")
            return UnitFailed(why)
        drives = self._prepared.drives
        put = drives is not None and bool(drives.put)
        found = trusted(done, told, self._options.paths, put=put)
        return UnitFailed(found, again=done.code < 0) if isinstance(found, Reason) else found

    def _seed(self, wanted: Pass | None, index: int) -> int:
        return command.hash_seed(self._job.seed, index) if wanted is None else _PINNED_SEED

    def _facts(self, told: Output, wanted: Pass | None, index: int) -> tuple[tuple[str, str], ...]:
        facts = [("hash seed", str(self._seed(wanted, index))), *told.machine]
        if wanted is not None and wanted.counter is not None:
            facts += self._paths()
        if self._job.env.get("PYTEST_ADDOPTS"):
            facts.append(("PYTEST_ADDOPTS", "was set; it is not used"))
        return tuple(facts)

    def _paths(self) -> tuple[tuple[str, str], ...]:
        """Whether the two trees have one path, or equally long ones: they lie in memory, too."""
        if self._same_path:
            return (("path of the tree", "one, whichever tree it is"),)
        lengths = [len(str(each)) for each in (self._root, self._job.harness.absolute())]
        if self._prepared.drives is None or lengths[0] == lengths[1]:
            return ()
        told = f"{lengths[0]} characters, head's has {lengths[1]}: another layout of memory"
        return (("path of the base", told),)

    def _answer(
        self, told: Output, questions: tuple[Question, ...], facts: tuple[tuple[str, str], ...]
    ) -> Iterator[Found | NotFound]:
        drives = self._prepared.drives
        ran = {each.test for each in told.ended}
        gone = [test for test in drives.own if test not in ran] if drives is not None else []
        for asked in questions:
            yield from answers(asked, measured(told, facts, asked.sli.metric))
            yield from vanished(asked, gone)


def _unusable(done: process.Finished | process.NotStarted) -> bool:
    return isinstance(done, process.NotStarted) or done.timed_out

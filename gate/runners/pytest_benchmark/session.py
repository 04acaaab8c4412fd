"""An open job: each unit is a pytest process that times, and one for each kind of witness."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from gate import process
from gate.core.reasons import Code, Reason, because
from gate.runners.pytest_benchmark import command, witness
from gate.runners.pytest_benchmark.answer import answers, measured, vanished
from gate.runners.pytest_benchmark.driving import Drives, notes
from gate.runners.pytest_benchmark.metrics import INSTRUCTIONS, TIME
from gate.runners.pytest_benchmark.options import PytestBenchmarkOptions
from gate.runners.pytest_benchmark.output import Output, UnreadableError, read_output
from gate.runners.pytest_benchmark.python import Python
from gate.runners.pytest_benchmark.trust import TOOL, trusted
from gate.runners.pytest_benchmark.witness import Pass
from gate.seams.runner import Found, Job, NotFound, Question, Ready, UnitAnswer, UnitFailed
from gate.tools import Absent
from gate.tools.counter import Counter

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


class BenchmarkSession:
    """Every process has files of its own, so that none is left over."""

    def __init__(self, job: Job, options: PytestBenchmarkOptions, prepared: Prepared) -> None:
        """Keep what was found."""
        self._job = job
        self._options = options
        self._prepared = prepared
        self._started = 0
        self._root, self._out = job.root.absolute(), job.out.absolute()

    @property
    def ready(self) -> Ready:
        """Versions and shape."""
        return self._prepared.ready

    def unit(self, index: int) -> UnitAnswer | UnitFailed:
        """Run pytest once for each kind of metric; what only some could not give is not found."""
        self._started += 1
        began = time.monotonic()
        given: list[Found | NotFound] = []
        failed: list[UnitFailed] = []
        remarks: dict[Reason, None] = {}
        parts = self._parts()
        for questions, wanted in parts:
            left = self._job.timeout - (time.monotonic() - began)
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

    def _parts(self) -> list[tuple[tuple[Question, ...], Pass | None]]:
        """The processes of a unit with the questions that each answers; None is the timing one."""
        asked = self._job.questions
        metrics = frozenset(question.sli.metric for question in asked)
        wanted = witness.passes(metrics, self._options.counted_rounds, self._prepared.counter)
        parts: list[tuple[tuple[Question, ...], Pass | None]] = [
            (tuple(q for q in asked if q.sli.metric in each.metrics), each) for each in wanted
        ]
        timed = tuple(q for q in asked if q.sli.metric == TIME.name)
        return [(timed, None), *parts] if timed else parts

    def _uncounted(self) -> Iterator[NotFound]:
        counter = self._prepared.counter
        if not isinstance(counter, Absent):
            return
        for question in self._job.questions:
            if question.sli.metric == INSTRUCTIONS.name:
                yield NotFound(question.objective, question.sli, witness.no_counter(counter))

    def _run(self, wanted: Pass | None, index: int, timeout: float) -> Output | UnitFailed:
        """One process, and what it told where that can be trusted."""
        output = self._out / f"benchmarks-{self._started}.json"
        report = self._out / f"report-{self._started}.json"
        options, python = self._options, self._prepared.python
        argv = command.argv(python, options, self._root, output, report)
        seed = self._seed(wanted, index)
        env = command.environment(self._job.env, python, options, seed)
        drives = self._prepared.drives
        if drives is not None:
            env |= command.trees(self._job.harness.absolute(), self._root)
            argv = command.tolerant(argv) if drives.put else argv
        try:
            if wanted is None:
                done = process.run(argv, cwd=self._root, env=env, timeout=timeout, grace=1.0)
                told = None if _unusable(done) else read_output(output, report)
            else:
                ran = witness.run(wanted, argv, env, self._root, self._out, timeout)
                done, told = (
                    (ran, None) if isinstance(ran, process.NotStarted) else (ran.done, ran.output)
                )
        except UnreadableError as error:
            return UnitFailed(because(Code.OUTPUT_UNREADABLE, tool=TOOL, detail=error))
        return self._judged(done, told)

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
        if self._job.env.get("PYTEST_ADDOPTS"):
            facts.append(("PYTEST_ADDOPTS", "was set; it is not used"))
        return tuple(facts)

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

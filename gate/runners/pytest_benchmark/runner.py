"""The runner of Python micro-benchmarks: one unit is one whole pytest process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gate import process
from gate.core.metric import Catalogue
from gate.core.reasons import Code, Reason, because
from gate.runners.pytest_benchmark import command
from gate.runners.pytest_benchmark.answer import TIME, answers, measured, vanished
from gate.runners.pytest_benchmark.driving import Drives, drive, notes, of_head
from gate.runners.pytest_benchmark.options import PytestBenchmarkOptions
from gate.runners.pytest_benchmark.output import Output, UnreadableError, read_output
from gate.runners.pytest_benchmark.python import Python, find_python
from gate.runners.pytest_benchmark.shape import shape
from gate.seams.runner import (
    Found,
    Implied,
    Job,
    NotFound,
    Options,
    Ready,
    Refused,
    Repeat,
    Session,
    UnitAnswer,
    UnitFailed,
)

_TOOL = "pytest-benchmark"
_MEASURED = frozenset({0, 1})
_HINTS = {
    2: "pytest was interrupted, or a module could not be imported",
    3: "pytest broke",
    4: "pytest refused its arguments",
}


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a session needs; `drives` is None for the tree that has the benchmarks."""

    python: Python
    ready: Ready
    drives: Drives | None = None


class PytestBenchmark:
    """The runner. The rounds of one process hang together, so processes are what is repeated."""

    name = "pytest-benchmark"
    options: type[Options] = PytestBenchmarkOptions
    repeat = Repeat(5, 11)
    serves = False

    def catalogue(self, options: PytestBenchmarkOptions) -> Catalogue:
        """The time of a call, of every benchmark that there is."""
        del options
        return Catalogue(self.name, (TIME,))

    def members(self, options: PytestBenchmarkOptions, tag: str) -> tuple[str, ...]:
        """Which benchmarks there are is known when they have run."""
        del options, tag
        return ()

    def implied(self, options: PytestBenchmarkOptions) -> tuple[Implied, ...]:
        """Nothing is promised unasked."""
        del options
        return ()

    @contextmanager
    def open(self, job: Job, options: PytestBenchmarkOptions) -> Iterator[Session | Refused]:
        """Find the Python and the benchmark files; every unit ends what it starts."""
        ready = _prepared(job, options)
        yield (
            Refused(ready) if isinstance(ready, Reason) else BenchmarkSession(job, options, ready)
        )


def _prepared(job: Job, options: PytestBenchmarkOptions) -> Prepared | Reason:
    for path in options.paths:
        if not (job.harness / path.partition("::")[0]).exists():
            detail = "there is no such file or folder"
            remedy = "correct `paths:`; they are relative to the repository root"
            return because(Code.NOTHING_MATCHED, selector=path, detail=detail, remedy=remedy)
    trees = tuple(dict.fromkeys((job.root.absolute(), job.harness.absolute())))
    python = find_python(options.python, trees, job.env)
    if isinstance(python, Reason):
        return python
    tools = [("python", python.version)]
    tools += [(name, python.package(name)) for name in ("pytest", "pytest-benchmark")]
    try:
        drives = drive(job, options, python) if len(trees) > 1 else None
        ready = Ready(tuple(tools), shape(python, options, trees[-1]))
    except (OSError, ValueError) as error:
        return because(Code.OUTPUT_UNREADABLE, tool="the benchmarks' folder", detail=error)
    return Prepared(python, ready, drives)


class BenchmarkSession:
    """An open job; each unit is a process with files of its own, so that none is left over."""

    def __init__(self, job: Job, options: PytestBenchmarkOptions, prepared: Prepared) -> None:
        """Keep what was found."""
        self._job = job
        self._options = options
        self._python = prepared.python
        self._ready = prepared.ready
        self._drives = prepared.drives
        self._started = 0

    @property
    def ready(self) -> Ready:
        """Versions and shape."""
        return self._ready

    def unit(self, index: int) -> UnitAnswer | UnitFailed:
        """Run pytest once and read what it measured."""
        self._started += 1
        root, out = self._job.root.absolute(), self._job.out.absolute()
        output = out / f"benchmarks-{self._started}.json"
        report = out / f"report-{self._started}.json"
        seed = command.hash_seed(self._job.seed, index)
        argv = command.argv(self._python, self._options, root, output, report)
        env = command.environment(self._job.env, self._python, self._options, seed)
        if self._drives is not None:
            env |= command.trees(self._job.harness.absolute(), root)
            argv = command.tolerant(argv) if self._drives.put else argv
        done = process.run(
            argv,
            cwd=root,
            env=env,
            timeout=self._job.timeout,
            grace=1.0,
        )
        if isinstance(done, process.NotStarted):
            return UnitFailed(because(Code.TOOL_ABSENT, tool="Python", detail=done.why))
        if done.timed_out:
            why = because(Code.TOOL_TIMED_OUT, tool=_TOOL, seconds=f"{self._job.timeout:g}")
            return UnitFailed(why, tool_seconds=done.seconds)
        told = self._read(done, output, report)
        if isinstance(told, Reason):
            again = done.code < 0 or told.code is Code.OUTPUT_UNREADABLE
            return UnitFailed(told, again=again, tool_seconds=done.seconds)
        return self._answer(told, seed, done.seconds)

    def _read(self, done: process.Finished, output: Path, report: Path) -> Output | Reason:
        """What was measured, or why nothing of this process can be trusted."""
        try:
            told = read_output(output, report)
        except UnreadableError as error:
            return because(Code.OUTPUT_UNREADABLE, tool=_TOOL, detail=error)
        if told is not None and told.foreign:
            return of_head(told.foreign)
        broken = [b for b in told.broken if b.outcome == "failed"] if told is not None else []
        # A new benchmark of head may need what the base has not; some have to run all the same.
        new = self._drives is not None and self._drives.put and told and told.benchmarks
        if broken and not new:
            first = broken[0]
            return self._crashed(done, f"{first.test} could not be collected: {first.why}")
        if done.code == 5 or (told is not None and not told.ended and done.code in _MEASURED):
            return self._nothing(told)
        if done.code not in _MEASURED:
            hint = _HINTS.get(done.code, "it was killed" if done.code < 0 else "it broke")
            return self._crashed(done, f"{hint}: {done.tail}")
        if told is None:
            return because(Code.OUTPUT_EMPTY, tool=_TOOL, detail=done.tail or "it said nothing")
        if not told.benchmarks and any(each.outcome == "passed" for each in told.ended):
            detail = f"benchmarks ran and were not timed: {done.tail}"
            return because(Code.OUTPUT_EMPTY, tool=_TOOL, detail=detail)
        return told

    def _answer(self, told: Output, seed: int, seconds: float) -> UnitAnswer:
        facts = [("hash seed", str(seed)), *told.machine]
        if self._job.env.get("PYTEST_ADDOPTS"):
            facts.append(("PYTEST_ADDOPTS", "was set; it is not used"))
        found = measured(told, tuple(facts))
        given = [each for asked in self._job.questions for each in answers(asked, found)]
        drives = self._drives
        if drives is not None:
            ran = {each.test for each in told.ended}
            gone = [test for test in drives.own if test not in ran]
            given += [each for asked in self._job.questions for each in vanished(asked, gone)]
        return UnitAnswer(
            notes=notes(told, drives) if drives is not None else (),
            found=tuple(each for each in given if isinstance(each, Found)),
            not_found=tuple(each for each in given if isinstance(each, NotFound)),
            tool_seconds=seconds,
        )

    def _crashed(self, done: process.Finished, detail: str) -> Reason:
        return because(Code.TOOL_CRASHED, tool="pytest", exit=done.code, detail=detail)

    def _nothing(self, told: Output | None) -> Reason:
        skipped = [f"{each.test} skips itself: {each.why}" for each in told.broken] if told else []
        detail = "; ".join(["pytest collected no benchmark", *skipped])
        paths = " ".join(self._options.paths)
        remedy = "correct `paths:` and `args:`; a benchmark is a test with the fixture `benchmark`"
        return because(Code.NOTHING_MATCHED, selector=paths, detail=detail, remedy=remedy)

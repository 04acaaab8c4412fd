"""The runner of Python micro-benchmarks: one unit is one whole pytest process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gate import process
from gate.core.metric import Catalogue
from gate.core.reasons import Code, Reason, because
from gate.runners.pytest_benchmark import command
from gate.runners.pytest_benchmark.answer import TIME, answers, measured
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
            Refused(ready) if isinstance(ready, Reason) else BenchmarkSession(job, options, *ready)
        )


def _prepared(job: Job, options: PytestBenchmarkOptions) -> tuple[Python, Ready] | Reason:
    for path in options.paths:
        if not (job.root / path.partition("::")[0]).exists():
            detail = "there is no such file or folder"
            remedy = "correct `paths:`; they are relative to the repository root"
            return because(Code.NOTHING_MATCHED, selector=path, detail=detail, remedy=remedy)
    trees = tuple(dict.fromkeys((job.root.absolute(), job.harness.absolute())))
    python = find_python(options.python, trees, job.env)
    if isinstance(python, Reason):
        return python
    try:
        shaped, *others = (shape(python, options, tree) for tree in trees)
    except (OSError, ValueError) as error:
        return because(Code.OUTPUT_UNREADABLE, tool="the benchmarks' folder", detail=error)
    if any(other != shaped for other in others):
        # Beside another tree's benchmarks Python would import that tree's code, without a word.
        detail = "the tree under test has other benchmark files than the tree that drives it"
        return because(Code.NOT_REPORTED, tool=_TOOL, detail=detail)
    tools = [("python", python.version)]
    tools += [(name, python.package(name)) for name in ("pytest", "pytest-benchmark")]
    return python, Ready(tuple(tools), shaped)


class BenchmarkSession:
    """An open job; each unit is a process with files of its own, so that none is left over."""

    def __init__(
        self, job: Job, options: PytestBenchmarkOptions, python: Python, ready: Ready
    ) -> None:
        """Keep what was found."""
        self._job = job
        self._options = options
        self._python = python
        self._ready = ready
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
        done = process.run(
            command.argv(self._python, self._options, root, output, report),
            cwd=root,
            env=command.environment(self._job.env, self._python, self._options, seed),
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
        if told is not None and (broken := [b for b in told.broken if b.outcome == "failed"]):
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
        return UnitAnswer(
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

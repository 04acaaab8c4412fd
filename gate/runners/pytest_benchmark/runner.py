"""The runner of Python micro-benchmarks: one unit is one whole pytest process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from gate.core.metric import Catalogue
from gate.core.reasons import Code, Reason, because
from gate.runners.pytest_benchmark import witness
from gate.runners.pytest_benchmark.driving import drive
from gate.runners.pytest_benchmark.metrics import INSTRUCTIONS, METRICS
from gate.runners.pytest_benchmark.options import PytestBenchmarkOptions
from gate.runners.pytest_benchmark.python import Python, find_python
from gate.runners.pytest_benchmark.session import BenchmarkSession, Prepared
from gate.runners.pytest_benchmark.shape import shape
from gate.seams.runner import Implied, Job, Options, Ready, Refused, Repeat, Session
from gate.tools import Absent
from gate.tools.counter import Counter, find_counter, no_counter
from gate.tools.locate import could_be_made


class PytestBenchmark:
    """The runner. The rounds of one process hang together, so processes are what is repeated."""

    name = "pytest-benchmark"
    options: type[Options] = PytestBenchmarkOptions
    repeat = Repeat(5, 11)
    serves = False

    def catalogue(self, options: PytestBenchmarkOptions) -> Catalogue:
        """The time of a call and its witnesses, of every benchmark that there is."""
        del options
        return Catalogue(self.name, METRICS)

    def members(self, options: PytestBenchmarkOptions, tag: str) -> tuple[str, ...]:
        """Which benchmarks there are is known when they have run."""
        del options, tag
        return ()

    def implied(self, options: PytestBenchmarkOptions) -> tuple[Implied, ...]:
        """Nothing is promised unasked."""
        del options
        return ()

    def probe(
        self, options: PytestBenchmarkOptions, root: Path, env: Mapping[str, str]
    ) -> tuple[tuple[str, str, str, str], ...]:
        """Whether there is a Python that has what the benchmarks need."""
        python = find_python(options.python, (root.absolute(),), env)
        if isinstance(python, Reason):
            status = "absent" if could_be_made(options.python, root) else "bad"
            return ((status, "python", python.sentence, python.remedy),)
        packages = f"pytest-benchmark {python.package('pytest-benchmark')}"
        return (("ok", "python", f"{python.version} with {packages} ({python.path})", ""),)

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
    counter = find_counter(options.counter, job.env)
    if isinstance(counter, Absent) and _wants(job) == {INSTRUCTIONS.name}:
        return no_counter(counter)
    try:
        drives = drive(job, options, python) if len(trees) > 1 else None
        common = shape(python, options, trees[-1])
    except (OSError, ValueError) as error:
        return because(Code.OUTPUT_UNREADABLE, tool="the benchmarks' folder", detail=error)
    shapes = {
        asked.objective: witness.series(asked.sli.metric, options.counted_rounds, counter)
        for asked in job.questions
    }
    return Prepared(python, Ready(_tools(job, python, counter), common, shapes), counter, drives)


def _wants(job: Job) -> set[str]:
    return {asked.sli.metric for asked in job.questions}


def _tools(job: Job, python: Python, counter: Counter | Absent) -> tuple[tuple[str, str], ...]:
    tools = [("python", python.version)]
    tools += [(name, python.package(name)) for name in ("pytest", "pytest-benchmark")]
    if INSTRUCTIONS.name in _wants(job) and isinstance(counter, Counter):
        tools.append((counter.tool, counter.version))
    return tuple(tools)

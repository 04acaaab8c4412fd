"""Measuring the base with head's benchmarks: what is put into its tree, and what is said of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gate import process
from gate.core.reasons import Code, Reason, because
from gate.runners.pytest_benchmark import command
from gate.runners.pytest_benchmark.harness import differing, harness_files, put
from gate.runners.pytest_benchmark.options import PytestBenchmarkOptions
from gate.runners.pytest_benchmark.output import Output, UnreadableError, read_output
from gate.runners.pytest_benchmark.python import Python
from gate.seams.runner import Job

_COLLECTING = 120.0
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Drives:
    """Head's benchmarks in the base's tree: which files were put there, what it had itself.

    `files` are all that drive, so that the rest of what is imported is the code under test.
    """

    put: tuple[str, ...]
    own: tuple[str, ...]
    files: frozenset[Path]


def drive(job: Job, options: PytestBenchmarkOptions, python: Python) -> Drives:
    """Put head's benchmarks into the base's tree, once it has said which ones it has itself."""
    root, harness = job.root.absolute(), job.harness.absolute()
    changed = differing(options, root, harness)
    own = _collected(job, options, python) if changed else ()
    put(changed, root, harness)
    return Drives(tuple(map(str, changed)), own, harness_files(options, harness))


def _collected(job: Job, options: PytestBenchmarkOptions, python: Python) -> tuple[str, ...]:
    """The benchmarks that the base's tree has itself, as far as it can tell."""
    root, report = job.root.absolute(), job.out.absolute() / "own.json"
    there = tuple(p for p in options.paths if (root / p.partition("::")[0]).exists())
    if not there:
        return ()
    own = options.model_copy(update={"paths": there})
    argv = command.argv(python, own, root, report.with_name("none.json"), report)
    env = command.environment(job.env, python, options, 0)
    # What is compiled now would pass for head's file of the same second and size.
    env |= {**command.trees(job.harness.absolute(), root), "PYTHONDONTWRITEBYTECODE": "1"}
    process.run(
        command.tolerant(command.collecting(argv)),
        cwd=root,
        env=env,
        timeout=min(_COLLECTING, job.timeout),
        grace=1.0,
    )
    try:
        told = read_output(report.with_name("none.json"), report)
    except UnreadableError:
        return ()
    return tuple(each.test for each in told.ended) if told is not None else ()


def notes(told: Output, drives: Drives) -> tuple[Reason, ...]:
    """What a reader has to know about a comparison with the base."""
    found = []
    if drives.put:
        found.append(because(Code.HARNESS_PUT, detail=_listed(drives.put)))
    if not {Path(name) for name in told.own} - drives.files:
        detail = "nothing but the benchmarks was imported from it, so both trees run the same code"
        found.append(because(Code.NO_CODE_OF_TREE, detail=detail))
    return tuple(found)


def _listed(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{', '.join(names[:_NAMED])}{more}"


def of_head(foreign: tuple[str, ...]) -> Reason:
    """Why a process of the base measured nothing: it ran head's code."""
    detail = f"on the base's tree it would run head's code: {', '.join(foreign[:3])}"
    remedy = "install the project editable (`pip install -e`), or let `prepare:` of a service "
    remedy += "make an environment in each tree and name that: `python: .venv/bin/python`"
    return because(Code.NOT_REPORTED, tool="pytest-benchmark", detail=detail, remedy=remedy)

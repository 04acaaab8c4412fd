"""What to type: the arguments and the environment of one pytest process."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from gate.runners.pytest_benchmark import inside
from gate.runners.pytest_benchmark.options import PytestBenchmarkOptions
from gate.runners.pytest_benchmark.python import Python

REPORTER = "perfgate_reporter"
TREES = "PERFGATE_TREES"
TURNS = "perfgate_turns"
CPU = "PERFGATE_CPU"
# Of the shell, of a pytest or a coverage that the gate itself runs in, of another benchmark tool.
_DROPPED = (
    "CODSPEED_ENV",
    "PYTEST_ADDOPTS",
    "PYTEST_CURRENT_TEST",
    "PYTHONHOME",
    "VIRTUAL_ENV",
    "VIRTUAL_ENV_PROMPT",
    "__PYVENV_LAUNCHER__",
)
_DROPPED_BEGINNINGS = ("COV_CORE_", "COVERAGE_", "PYTEST_XDIST_")


def argv(
    python: Python, options: PytestBenchmarkOptions, root: Path, output: Path, report: Path
) -> list[str]:
    """One whole pytest process; what the project's own `addopts` says against measuring is undone.

    Facts: pytest-benchmark 5.3 and pytest-xdist 3.8, run. Under xdist benchmarks are silently
    disabled, so `-n0`; pytest-codspeed replaces the `benchmark` fixture when it is switched on.
    """
    return [
        str(python.path),
        "-m",
        "pytest",
        *(str(root / path) for path in options.paths),
        *options.args,
        "-p",
        REPORTER,
        f"--perfgate-report={report}",
        f"--rootdir={root}",
        *("-p", "no:cacheprovider"),
        *("-p", "no:codspeed"),
        *(("-p", "xdist", "-n0") if python.package("pytest-xdist") else ()),
        *(("-p", "pytest_cov", "--no-cov") if python.package("pytest-cov") else ()),
        *("-p", "benchmark"),
        "--benchmark-only",
        "--benchmark-enable",
        f"--benchmark-json={output}",
        "--benchmark-disable-gc",
        f"--benchmark-warmup={'on' if options.warmup else 'off'}",
        f"--benchmark-min-rounds={options.rounds}",
        f"--benchmark-max-time={options.max_seconds!r}",
        *("-q", "--tb=line", "--color=no"),
    ]


def collecting(argv: list[str]) -> list[str]:
    """The same process, which only says which benchmarks there are."""
    return [*(word for word in argv if not word.startswith("--benchmark-")), "--collect-only"]


def tolerant(argv: list[str]) -> list[str]:
    """The same process, which goes on where a module cannot be imported."""
    return [*argv, "--continue-on-collection-errors"]


def in_turns(argv: list[str]) -> list[str]:
    """The same process, which also notes CPU times and may have to wait for its turn."""
    return [*argv, "-p", TURNS]


def trees(harness: Path, root: Path) -> dict[str, str]:
    """Tells the reporter that code is to come from `root` where it would from `harness`."""
    return {TREES: json.dumps([str(harness), str(root)])}


def environment(
    env: Mapping[str, str], python: Python, options: PytestBenchmarkOptions, hash_seed: int
) -> dict[str, str]:
    """The child's environment: the job's, without what belongs to the gate's own process."""
    inherited = {
        name: value
        for name, value in env.items()
        if name not in _DROPPED and not name.startswith(_DROPPED_BEGINNINGS)
    }
    kept = {**inherited, **options.env}
    paths = [python.path.parent, *_foreign(kept.get("PATH", ""), python)]
    home = python.path.parent.parent
    own = {"VIRTUAL_ENV": str(home)} if (home / "pyvenv.cfg").exists() else {}
    modules = [*filter(None, kept.get("PYTHONPATH", "").split(os.pathsep)), _inside()]
    return {
        **own,
        **kept,
        "PATH": os.pathsep.join(map(str, paths)),
        "PYTHONPATH": os.pathsep.join(modules),
        "PYTHONHASHSEED": str(hash_seed),
    }


def hash_seed(seed: int, index: int) -> int:
    """The hash seed of a unit: another one for each, the same ones in every check.

    How dictionaries and sets lie in memory shifts a micro-benchmark by per cents, so that one fixed
    seed would measure one accident very precisely.
    """
    return (seed + index) % 2**32


def _foreign(path: str, python: Python) -> list[str]:
    """The folders of PATH without those of the gate's own environment."""
    own = Path(sys.prefix).resolve()
    folders = [folder for folder in path.split(os.pathsep) if folder]
    if sys.prefix == sys.base_prefix or python.path.parent.parent.resolve() == own:
        return folders
    return [folder for folder in folders if not Path(folder).resolve().is_relative_to(own)]


def _inside() -> str:
    return str(Path(inside.__file__).parent)

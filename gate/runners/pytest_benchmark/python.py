"""The Python that runs the benchmarks: the project's own, never the gate's by accident."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from gate import process
from gate.core.reasons import Code, Reason, because

_NEEDED = ("pytest", "pytest-benchmark")
_ASKED = (*_NEEDED, "pytest-xdist", "pytest-cov")
_PROBE = """
import json, platform
from importlib import metadata
def version(name):
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
print(json.dumps({
    "implementation": platform.python_implementation(),
    "version": platform.python_version(),
    "packages": {name: version(name) for name in %r},
}))
"""


@dataclass(frozen=True, slots=True)
class Python:
    """A Python that has what the benchmarks need; `packages` are names with versions."""

    path: Path
    implementation: str
    version: str
    packages: tuple[tuple[str, str], ...]

    def package(self, name: str) -> str:
        """The version of a package, "" where it is not installed."""
        return dict(self.packages).get(name, "")

    @property
    def lacks(self) -> tuple[str, ...]:
        """What it needs and has not."""
        return tuple(name for name in _NEEDED if not self.package(name))


def find_python(written: str, trees: tuple[Path, ...], env: Mapping[str, str]) -> Python | Reason:
    """The Python that the budget names, else the first one that has pytest-benchmark.

    `written` is looked for in the trees when it has a `/`, else on PATH. Raises nothing: a Python
    that is absent, broken or lacks a package is a reason with what to install.
    """
    if written:
        return _named(written, trees, env)
    looked_in = []
    for path in dict.fromkeys(_candidates(trees, env)):
        found = _own(path) or _probe(path)
        if isinstance(found, str):
            looked_in.append(f"{path}: {found}")
        elif found.lacks:
            looked_in.append(f"{path}: has no {' and no '.join(found.lacks)}")
        else:
            return found
    detail = "; ".join(looked_in) or "no Python in VIRTUAL_ENV, .venv, venv or on PATH"
    remedy = "install pytest-benchmark in the project's environment, or name it: `python: PATH`"
    return because(
        Code.TOOL_ABSENT, tool="a Python with pytest-benchmark", detail=detail, remedy=remedy
    )


def _named(written: str, trees: tuple[Path, ...], env: Mapping[str, str]) -> Python | Reason:
    asked = Path(written).expanduser()
    places = [str(tree / asked) for tree in (trees[0], *trees)]
    if asked.is_absolute():
        places[0] = str(_in_first(asked, trees))
    search = places if "/" in written else [written]
    path = next(filter(None, (shutil.which(each, path=env.get("PATH")) for each in search)), None)
    if path is None:
        detail = f"{written} (named by the budget) is no program"
        remedy = "create the environment, or correct `python:`"
        return because(Code.TOOL_ABSENT, tool="Python", detail=detail, remedy=remedy)
    found = _probe(Path(path))
    if isinstance(found, str):
        return because(Code.TOOL_ABSENT, tool="Python", detail=f"{written}: {found}")
    if found.lacks:
        lacking = " ".join(found.lacks)
        detail = f"{written} has no {' and no '.join(found.lacks)}"
        remedy = f"{written} -m pip install {lacking}"
        return because(Code.TOOL_ABSENT, tool="pytest-benchmark", detail=detail, remedy=remedy)
    return found


def _candidates(trees: tuple[Path, ...], env: Mapping[str, str]) -> Iterator[Path]:
    """What VIRTUAL_ENV names goes first, but for the base: there its own environments do."""
    active = [Path(env["VIRTUAL_ENV"])] if env.get("VIRTUAL_ENV") else []
    root, *others = ([tree / name for name in (".venv", "venv")] for tree in trees)
    turned = [_in_first(home, trees) for home in active]
    homes = [*turned, *root, *active] if others else [*active, *root]
    for home in (*homes, *(home for other in others for home in other)):
        if shutil.which(home / "bin" / "python"):
            yield home / "bin" / "python"
    for folder in os.get_exec_path(dict(env)) if env.get("PATH") else ():
        for name in ("python3", "python"):
            if found := shutil.which(name, path=folder):
                yield Path(found)


def _in_first(path: Path, trees: tuple[Path, ...]) -> Path:
    """The same place in the first tree, where the path lies in another one."""
    for tree in trees[1:]:
        if path.is_relative_to(tree):
            return trees[0] / path.relative_to(tree)
    return path


def _own(path: Path) -> str:
    """Why a Python is not looked at: it runs the gate."""
    if _home(path) == Path(sys.prefix).resolve():
        return "is the gate's own environment; `python:` may name it"
    return ""


def _home(path: Path) -> Path:
    # The program is a link out of a virtual environment, so only its folder is resolved.
    return path.parent.parent.resolve()


def _probe(path: Path) -> Python | str:
    """Ask a Python what it is and has; a sentence says why it cannot be used."""
    done = process.run([str(path), "-c", _PROBE % (_ASKED,)], timeout=30)
    if isinstance(done, process.NotStarted):
        return f"does not start: {done.why}"
    if done.timed_out:
        return "did not answer within 30 s"
    try:
        told = json.loads(done.stdout)
        return Python(
            path,
            str(told["implementation"]),
            str(told["version"]),
            tuple((str(name), str(version)) for name, version in told["packages"].items()),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return f"is no Python that works (code {done.code}): {done.tail[-200:]}".rstrip(": ")

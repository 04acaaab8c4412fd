"""What shapes the numbers: the benchmark files, the options, the Python and the plugin's series."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from gate.runners.pytest_benchmark.options import PytestBenchmarkOptions
from gate.runners.pytest_benchmark.python import Python

MOST_FILES = 5000
_PASSED_OVER = frozenset({"__pycache__", "node_modules"})


def shape(
    python: Python, options: PytestBenchmarkOptions, root: Path
) -> tuple[tuple[str, str], ...]:
    """Names with digests or versions.

    Where the Python is does not matter, what it is does. Raises `OSError` where a file cannot be
    read, `ValueError` where there are too many.
    """
    # What counts shapes what is counted alone: `witness.series`.
    told = options.model_dump_json(exclude={"python", "paths", "counted_rounds", "counter"})
    return (
        ("benchmarks", _files_digest(options, root)),
        ("options", _digest(told.encode())),
        ("python", f"{python.implementation} {_series(python.version)}"),
        ("pytest-benchmark", _series(python.package("pytest-benchmark"))),
    )


def files(options: PytestBenchmarkOptions, root: Path) -> tuple[Path, ...]:
    """Every file under the paths, and the conftest.py files above them; hidden folders not."""
    found: set[Path] = set()
    for path in options.paths:
        place = root / path.partition("::")[0]
        found.update(_below(place))
        for folder in place.parents:
            if folder.is_relative_to(root) and (folder / "conftest.py").is_file():
                found.add(folder / "conftest.py")
    if len(found) > MOST_FILES:
        msg = f"more than {MOST_FILES} files are below {', '.join(options.paths)}"
        raise ValueError(msg)
    return tuple(sorted(found))


def _files_digest(options: PytestBenchmarkOptions, root: Path) -> str:
    lines = [
        f"{path.relative_to(root).as_posix()} {_digest(path.read_bytes())}"
        for path in files(options, root)
    ]
    return _digest("\n".join([*lines, *sorted(options.paths)]).encode("utf-8", "surrogateescape"))


def _below(place: Path) -> Iterator[Path]:
    if not place.is_dir():
        yield place
        return
    for folder, folders, names in os.walk(place, onerror=_raise):
        folders[:] = [f for f in folders if not f.startswith(".") and f not in _PASSED_OVER]
        paths = (Path(folder, name) for name in names if not name.endswith(".pyc"))
        yield from (path for path in paths if path.is_file())


def _raise(error: OSError) -> None:
    raise error


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def _series(version: str) -> str:
    return ".".join(version.split(".")[:2])

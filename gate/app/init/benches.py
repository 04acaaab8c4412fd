"""pytest-benchmark: the files whose tests take the fixture `benchmark`."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from gate.app.init.finds import Benches
from gate.app.init.listing import Listing
from gate.app.init.names import usable

_TAKES = re.compile(
    r"^[ \t]*(?:async +)?def +(?:test|bench)\w*\([^)]{0,2000}\bbenchmark\b", re.MULTILINE
)
_NAMED = re.compile(r"test_.*\.py|.*_test\.py|bench.*\.py")
_MOST = 8
_PYTHONS = (".venv/bin/python", "venv/bin/python", "env/bin/python")


def python_of(listing: Listing) -> str:
    """The Python of an environment that lies in the tree, "" where there is none."""
    return next((path for path in _PYTHONS if (listing.root / path).exists()), "")


def find_benches(listing: Listing) -> tuple[Benches | None, tuple[str, ...]]:
    """The benchmarks, by folder where a folder holds nothing else; and notes."""
    tests = [f for f in listing.ending(".py") if _NAMED.fullmatch(PurePosixPath(f).name)]
    files = [file for file in tests if _TAKES.search(listing.text(file))]
    strange = tuple(
        f"{f}: benchmarks in a file whose name cannot stand in a budget"
        for f in files
        if not usable(f)
    )
    files = [file for file in files if usable(file)]
    if not files:
        return None, strange
    paths = _folders(tests, files)
    notes = strange
    if len(paths) > _MOST:
        notes = (*notes, f"{len(paths) - _MOST} more files with benchmarks have no budget yet")
    source = f"{len(files)} files whose tests take the fixture `benchmark`, such as {files[0]}"
    count = sum(len(_TAKES.findall(listing.text(file))) for file in files)
    return Benches(tuple(paths[:_MOST]), python_of(listing), source, count), notes


def _folders(tests: list[str], files: list[str]) -> list[str]:
    """A folder in place of its files where all the tests in it are benchmarks."""
    paths: dict[str, None] = {}
    for file in files:
        folder = PurePosixPath(file).parent.as_posix()
        inside = {f for f in tests if f.startswith(f"{folder}/")}
        whole = folder != "." and len(inside) > 1 and inside <= set(files)
        paths[folder if whole else file] = None
    kept = [p for p in paths if not any(p.startswith(f"{other}/") for other in paths)]
    return sorted(kept)

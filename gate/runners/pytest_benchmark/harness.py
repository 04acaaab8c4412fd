"""Head's benchmarks in the base's tree, so that both trees are driven by the same ones."""

from __future__ import annotations

import shutil
from fnmatch import fnmatch
from pathlib import Path

from gate.runners.pytest_benchmark.options import PytestBenchmarkOptions
from gate.runners.pytest_benchmark.shape import files

# What pytest takes for tests by default, and what people call benchmarks.
_TESTS = ("test_*.py", "*_test.py", "bench_*.py", "conftest.py")
_PACKAGING = ("pyproject.toml", "setup.py", "setup.cfg")


def harness_files(options: PytestBenchmarkOptions, tree: Path) -> frozenset[Path]:
    """The files that drive, relative to the tree.

    Everything below `paths:`; where a project's code lies there too, only what pytest collects, or
    head's code would be measured on both sides. Raises as `files`.
    """
    there = options.model_copy(
        update={"paths": tuple(p for p in options.paths if (tree / p.partition("::")[0]).exists())}
    )
    mixed = [place for path in there.paths if _holds_code(place := tree / path.partition("::")[0])]
    found = (path for path in files(there, tree))
    return frozenset(
        path.relative_to(tree)
        for path in found
        if not any(path.is_relative_to(place) for place in mixed)
        or any(fnmatch(path.name, pattern) for pattern in _TESTS)
    )


def _holds_code(place: Path) -> bool:
    return place.is_dir() and any((place / name).is_file() for name in _PACKAGING)


def differing(options: PytestBenchmarkOptions, root: Path, harness: Path) -> tuple[Path, ...]:
    """The driving files that one tree has otherwise than the other, or not at all."""
    own, wanted = harness_files(options, root), harness_files(options, harness)
    return tuple(sorted(path for path in own | wanted if not _same(root / path, harness / path)))


def put(paths: tuple[Path, ...], root: Path, harness: Path) -> None:
    """Make these files of `root` those of `harness`; raises `OSError`."""
    for path in paths:
        target = root / path
        # Before anything is deleted: a folder of the tree may be a link to anywhere.
        if not target.parent.resolve().is_relative_to(root.resolve()):
            msg = f"{path} leaves the tree through a link"
            raise OSError(msg)
        if target.is_symlink() or not (harness / path).is_file():
            target.unlink(missing_ok=True)
        if (harness / path).is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(harness / path, target)


def _same(one: Path, other: Path) -> bool:
    try:
        return one.read_bytes() == other.read_bytes()
    except OSError:
        return False

"""Paths in budgets: relative to the repository root, and never out of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from gate.spec.problems import Problem
from gate.spec.yaml_marks import Data, Document
from gate.spec.yaml_marks import Path as DataPath

_PATHS = ("script", "scripts", "paths", "files")
_FILES = ("script", "scripts")
_GLOB = re.compile(r"[*?\[{]")


def outside(root: Path, text: str) -> str:
    """Why a path or glob leaves the root, symbolic links followed; "" where it does not."""
    if text.startswith(("/", "~")) or "\\" in text or re.match(r"[A-Za-z]:/", text):
        return "paths are relative to the repository root, with / between their parts"
    if ".." in PurePosixPath(text).parts:
        return "a path may not leave the repository"
    fixed = PurePosixPath(*_before_glob(text))
    if not (root / fixed).resolve().is_relative_to(root.resolve()):
        return "a symbolic link leads out of the repository"
    return ""


def _before_glob(text: str) -> Iterator[str]:
    for part in PurePosixPath(text).parts:
        if _GLOB.search(part):
            return
        yield part


def check_paths(
    document: Document, options: dict[str, Data], root: Path, *, tree: bool = True
) -> Iterator[Problem]:
    """What is wrong with the paths of a budget; scripts have to be there, where the `tree` is."""
    for key in _PATHS:
        for where, text in _texts(options.get(key), (key,)):
            if "${" in text:
                continue
            why = outside(root, text)
            if why:
                yield document.problem(where, f"{text!r}: {why}")
            elif tree and key in _FILES and not (root / text).is_file():
                hint = "paths are relative to the repository root"
                yield document.problem(where, f"there is no file {text!r}", hint)


def _texts(data: Data, path: DataPath) -> Iterator[tuple[DataPath, str]]:
    match data:
        case str():
            yield path, data
        case list():
            for index, item in enumerate(data):
                yield from _texts(item, (*path, index))
        case dict():
            for key, value in data.items():
                yield from _texts(value, (*path, key))
        case _:
            pass

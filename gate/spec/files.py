"""The files of the budget folders, found and read."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gate.core.model import Place
from gate.errors import NothingToDoError
from gate.spec.problems import Problem
from gate.spec.yaml_marks import Document, Source
from gate.spec.yaml_read import MOST_BYTES, read_document

RESERVED = ("services", "policy", "waivers", "accepted", "retired")
_SUFFIXES = (".yml", ".yaml")
_STEM = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}", re.ASCII)
_FIRST_STEPS = (
    "`gate init` writes budgets from what the repository has; or write one, such as "
    "budgets/api.yml (`gate schema` prints what it may hold); "
    "--budgets DIR names another folder"
)


@dataclass(slots=True)
class Files:
    """The documents of all folders: budgets by name, reserved files by theirs."""

    budgets: dict[str, Document] = field(default_factory=dict)
    reserved: dict[str, list[Document]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def order(self) -> list[str]:
        """The names of all files as messages show them, in the order that they were read."""
        documents = [*self.budgets.values(), *(d for many in self.reserved.values() for d in many)]
        return [document.source.file for document in documents]


def find_budgets(start: Path, root: Path) -> Path:
    """The nearest folder `budgets/`, from `start` upwards to the repository root.

    Raises `NothingToDoError` where there is none.
    """
    start, root = start.resolve(), root.resolve()
    above = [folder for folder in start.parents if folder.is_relative_to(root)]
    for folder in (start, *above):
        if (folder / "budgets").is_dir():
            return folder / "budgets"
    raise NothingToDoError(
        f"there is no folder budgets/ from {start} up to {root}", hint=_FIRST_STEPS
    )


def read_folders(folders: Sequence[Path], root: Path) -> Files:
    """Read every YAML file that lies directly in the folders.

    Raises `NothingToDoError` where a folder or every budget is absent.
    """
    files = Files()
    for folder in folders:
        if not folder.is_dir():
            raise NothingToDoError(f"there is no folder {folder}", hint=_FIRST_STEPS)
        for entry in sorted(folder.iterdir()):
            _take(files, entry, root)
    if not files.budgets and not files.problems:
        where = ", ".join(_shown(folder, root) for folder in folders)
        raise NothingToDoError(f"there is no budget in {where}", hint=_FIRST_STEPS)
    return files


def _take(files: Files, entry: Path, root: Path) -> None:
    name = _shown(entry, root)
    if entry.is_dir():
        files.notes.extend(_unread(entry, name))
        return
    if entry.name.startswith(".") or entry.suffix.lower() not in _SUFFIXES:
        return
    if entry.suffix not in _SUFFIXES:
        message = f"the ending {entry.suffix} is not that of a budget, so it would be passed over"
        hint = f"rename the file to {entry.stem}{entry.suffix.lower()}"
        files.problems.append(Problem(Place(name), message, hint=hint))
        return
    if not _STEM.fullmatch(entry.stem):
        message = f"the name of a budget is of letters, digits and _.-, not {entry.stem!r}"
        files.problems.append(Problem(Place(name), message, hint="rename the file"))
        return
    document = _read(entry, name)
    files.problems.extend(document.problems)
    if entry.stem in RESERVED:
        files.reserved.setdefault(entry.stem, []).append(document)
    elif entry.stem in files.budgets:
        first = files.budgets[entry.stem].source.file
        message = f"a second budget is called {entry.stem!r}"
        files.problems.append(Problem(Place(name), message, hint=f"the first is {first}"))
    else:
        files.budgets[entry.stem] = document


def _unread(folder: Path, name: str) -> list[str]:
    holds = any(file.suffix in _SUFFIXES for file in folder.iterdir())
    if folder.name.startswith(".") or not holds:
        return []
    return [f"{name}/ is not read: --budgets {name} reads it too"]


def _read(file: Path, name: str) -> Document:
    try:
        with file.open("rb") as opened:
            return read_document(opened.read(MOST_BYTES + 1), name)
    except OSError as error:
        problem = Problem(Place(name), f"the file cannot be read: {error.strerror}")
        return Document(Source(name), None, {}, {}, (problem,))


def _shown(path: Path, root: Path) -> str:
    """A path below the root as people write it there; any other as it is."""
    absolute = Path(os.path.abspath(path))  # noqa: PTH100  # resolve() would follow symbolic links
    base = Path(os.path.abspath(root))  # noqa: PTH100  # the same
    return absolute.relative_to(base).as_posix() if absolute.is_relative_to(base) else str(path)

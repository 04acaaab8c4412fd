"""What lies in a repository: its files by name, and the beginnings of those that are read."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from gate.ci.git import NoRepository, Repository, ask
from gate.errors import RecordError
from gate.importers.given import Given, UnreadableError
from gate.record import read_bounded

_MOST_FILES = 50_000
_MOST_READ = 3_000
_MOST_BYTES = 512_000
_MOST_IN_ALL = 100_000_000
_OTHERS = {
    "venv", "node_modules", "bower_components", "site-packages", "vendor", "third_party",
    "__pycache__",
}  # fmt: skip


@dataclass(slots=True)
class Listing:
    """The files below `root` that belong to the repository, as sorted POSIX paths.

    `cut` says that there were more than 50,000. Only the first 512 kB of a file are ever read, and
    no more than 3,000 files or 100 MB.
    """

    root: Path
    files: tuple[str, ...]
    cut: bool = False
    _texts: dict[str, str] = field(default_factory=dict)
    _size: int = 0

    def named(self, *names: str) -> Iterator[str]:
        """Files of these names, those nearest to the root first."""
        return (file for file in self.files if PurePosixPath(file).name in names)

    def ending(self, *suffixes: str) -> Iterator[str]:
        """Files with these ends."""
        return (file for file in self.files if file.endswith(suffixes))

    def text(self, file: str) -> str:
        """What stands in a file; "" for one that cannot be read, is too large, or one too many."""
        if file not in self._texts:
            if len(self._texts) >= _MOST_READ or self._size >= _MOST_IN_ALL:
                return ""
            self._texts[file] = self._read(file)
            self._size += len(self._texts[file])
        return self._texts[file]

    def data(self, file: str) -> dict[str, object]:
        """What a JSON or YAML file maps; empty for any other file. No tag is obeyed."""
        text = self.text(file)
        try:
            found = json.loads(text) if file.endswith(".json") else Given(file, text).document()
        except (ValueError, RecursionError, UnreadableError):  # somebody else's file
            return {}
        return found if isinstance(found, dict) else {}

    def folder(self, name: str) -> bool:
        """Whether there is such a folder below the root, tracked or built."""
        path = self.root / name
        return path.is_dir() and path.resolve().is_relative_to(self.root.resolve())

    def _read(self, file: str) -> str:
        path = self.root / file
        if not path.resolve().is_relative_to(self.root.resolve()):
            return ""
        try:
            return read_bounded(path, _MOST_BYTES).decode("utf-8", "replace")
        except RecordError:  # a link to nowhere, a pipe, one that is too large
            return ""


def listing(repo: Repository | NoRepository, below: Path) -> Listing:
    """All files below a folder: git's own and new ones, or a walk where there is no git."""
    root = repo.root.resolve()
    inside = below.resolve().relative_to(root).as_posix()
    if isinstance(repo, Repository):
        said = ask(
            repo, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", inside
        )
        names = iter({name for name in said.split("\0") if name})
    else:
        names = _walked(root, below.resolve())
    found: list[str] = []
    for name in names:
        if len(found) > _MOST_FILES:
            break
        if not any(map(_is_other, PurePosixPath(name).parts[:-1])):
            found.append(name)
    nearest = sorted(found[:_MOST_FILES], key=lambda name: (name.count("/"), name))
    return Listing(root, tuple(nearest), cut=len(found) > _MOST_FILES)


def _is_other(folder: str) -> bool:
    """Whether a folder holds what others wrote, or what tools keep to themselves."""
    return folder in _OTHERS or (folder.startswith(".") and folder not in {".github", ".ci"})


def _walked(root: Path, below: Path) -> Iterator[str]:
    for folder, folders, files in os.walk(below):
        folders[:] = sorted(name for name in folders if not _is_other(name))
        for name in sorted(files):
            yield (Path(folder) / name).relative_to(root).as_posix()

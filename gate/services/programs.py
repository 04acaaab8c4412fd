"""Which programs a build runs with: another compiler or interpreter builds something else."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

_BELOW_BUILDS = ("node", "python3", "python")
"""What most builds come down to, whatever they are called by."""


def programs_of(
    commands: Iterable[tuple[str, ...]], root: Path, env: Mapping[str, str]
) -> tuple[tuple[str, int, int], ...]:
    """The programs of commands with their size and time, as far as they lie outside of the tree.

    Those inside are the tree's content, or what the build itself makes.
    """
    path = os.pathsep.join(part for part in _parts(env) if not _inside(Path(part), root))
    names = [*(command[0] for command in commands if command), *_BELOW_BUILDS]
    files = (shutil.which(name, path=path) for name in names if path or Path(name).is_absolute())
    found = {Path(file).resolve() for file in files if file is not None}
    return tuple(_told(file) for file in sorted(found) if not _inside(file, root))


def _parts(env: Mapping[str, str]) -> list[str]:
    # A relative part is a folder of the tree.
    return [part for part in env.get("PATH", "").split(os.pathsep) if Path(part).is_absolute()]


def _inside(path: Path, root: Path) -> bool:
    return path.resolve().is_relative_to(root.resolve())


def _told(file: Path) -> tuple[str, int, int]:
    try:
        found = file.stat()
    except OSError:
        return str(file), -1, -1
    return str(file), found.st_size, found.st_mtime_ns

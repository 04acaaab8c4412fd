"""Writing the proposed files: what is there already stays as it is."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from gate.app.init.proposal import Draft
from gate.errors import UsageError
from gate.record import read_bounded, write_atomic

IGNORED = ".gate/"
_IGNORE = ".gitignore"
_SAME = {".gate", ".gate/", "/.gate", "/.gate/", ".gate/*", ".gate/**"}


class Done(StrEnum):
    """What became of a file."""

    WRITTEN = "written"
    SAME = "the same already"
    LEFT = "left as it is"
    ADDED = "a line added"


@dataclass(frozen=True, slots=True)
class Written:
    """A file and what became of it."""

    path: str
    done: Done


def write(root: Path, drafts: Sequence[Draft]) -> tuple[Written, ...]:
    """Write each file that is not there, whole or not at all, and `.gate/` to `.gitignore`.

    Raises `UsageError` for a folder that leads out of the repository, before anything is written.
    """
    for draft in drafts:
        _refuse_outside(root, root / draft.path)
    done = [Written(draft.path, _put(root / draft.path, draft.text)) for draft in drafts]
    return (*done, *_ignore(root))


def _refuse_outside(root: Path, path: Path) -> None:
    if not path.parent.resolve().is_relative_to(root.resolve()):
        raise UsageError(
            f"{path.parent} leads out of the repository",
            hint="remove the symbolic link; nothing was written",
        )


def _put(path: Path, text: str) -> Done:
    """Put the file where nothing is; a rename would overwrite, so it is linked."""
    data = text.encode()
    if os.path.lexists(path):
        regular = stat.S_ISREG(path.lstat().st_mode)
        return Done.SAME if regular and read_bounded(path) == data else Done.LEFT
    temporary = path.with_name(f".{path.name}.init")
    write_atomic(temporary, data)
    try:
        os.link(temporary, path)  # fails where somebody was quicker; a rename would overwrite
    except FileExistsError:
        return Done.LEFT
    finally:
        temporary.unlink(missing_ok=True)
    return Done.WRITTEN


def _ignore(root: Path) -> tuple[Written, ...]:
    """The one file that is added to: a line at its end."""
    path = root / _IGNORE
    if not os.path.lexists(path):
        write_atomic(path, f"{IGNORED}\n".encode())
        return (Written(_IGNORE, Done.WRITTEN),)
    if not stat.S_ISREG(path.lstat().st_mode):
        return (Written(_IGNORE, Done.LEFT),)
    had = read_bounded(path)
    if _SAME & {line.strip() for line in had.decode("utf-8", "replace").splitlines()}:
        return (Written(_IGNORE, Done.SAME),)
    end = b"" if not had or had.endswith(b"\n") else b"\n"
    mode = path.stat().st_mode
    write_atomic(path, had + end + b"# perfgate's scratch\n" + IGNORED.encode() + b"\n")
    path.chmod(stat.S_IMODE(mode))
    return (Written(_IGNORE, Done.ADDED),)

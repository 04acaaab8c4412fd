"""Which files a part of the bundle is: globs that stay below the root, and fail aloud."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from gate.core.reasons import Code, Reason, because

MOST_BYTES = 256_000_000
MOST_FILES = 20_000


@dataclass(frozen=True, slots=True)
class Piece:
    """One file: its path relative to the root, and what is in it."""

    path: str
    content: bytes


@dataclass(frozen=True, slots=True)
class _Unusable(Exception):  # noqa: N818  # it carries a reason, and never leaves this module
    reason: Reason


def read_part(root: Path, globs: tuple[str, ...]) -> tuple[Piece, ...] | Reason:
    """Read all files of a part, in the order of their names; or why they cannot be measured.

    Folders that match are passed over, symbolic links are followed to files below the root, and
    `**` does not walk into linked folders.
    """
    try:
        paths = _chosen(root, globs)
        pieces = tuple(_pieces(root, paths))
    except _Unusable as unusable:
        return unusable.reason
    except OSError as error:
        name = shown(_inside(Path(error.filename or root), root))
        return _unreadable(f"{name}: {error.strerror or error}")
    if sum(len(piece.content) for piece in pieces) == 0:
        detail = f"all files of {', '.join(globs)} are empty"
        return because(Code.ZERO_SAMPLES, tool="bundle", detail=detail)
    return pieces


def shown(path: str) -> str:
    """A path as text that every record can carry: a name need not be UTF-8."""
    return os.fsencode(path).decode("utf-8", "replace")


def _inside(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name


def _chosen(root: Path, globs: tuple[str, ...]) -> tuple[Path, ...]:
    wanted = [glob for glob in globs if not glob.startswith("!")]
    unwanted = {path for glob in globs if glob.startswith("!") for path in _all(root, glob[1:])}
    found: set[Path] = set()
    for glob in wanted:
        matched = set(_all(root, glob))
        files = {path for path in matched if not S_ISDIR(path.stat().st_mode)} - unwanted
        if not files:
            raise _Unusable(_nothing(glob, len(matched)))
        found |= files
    if not found:
        raise _Unusable(_nothing(", ".join(globs), 0))
    if len(found) > MOST_FILES:
        raise _Unusable(_unreadable(f"more than {MOST_FILES} files match {', '.join(globs)}"))
    return tuple(sorted(found, key=lambda path: _inside(path, root)))


def _all(root: Path, glob: str) -> Iterator[Path]:
    """Everything that a glob matches. Raises `OSError` for a folder that cannot be listed."""
    segments = [segment for segment in glob.split("/") if segment not in {"", "."}]
    if segments and segments[-1] == "**":
        segments.append("*")
    return _below(root, tuple(segments))


# pathlib's own glob leaves out folders that it may not list, without a word.
def _below(folder: Path, segments: tuple[str, ...]) -> Iterator[Path]:
    first, rest = segments[0], segments[1:]
    if first == "**":
        yield from _below(folder, rest)
        for entry in _listed(folder):
            if entry.is_dir(follow_symlinks=False):
                yield from _below(folder / entry.name, segments)
        return
    for entry in _listed(folder):
        if not fnmatchcase(entry.name, first):
            continue
        if not rest:
            yield folder / entry.name
        elif entry.is_dir():
            yield from _below(folder / entry.name, rest)


def _listed(folder: Path) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return list(entries)


def _pieces(root: Path, paths: tuple[Path, ...]) -> Iterator[Piece]:
    left = MOST_BYTES
    for path in paths:
        name = shown(inside := _inside(path, root))
        if not path.resolve().is_relative_to(root.resolve()):
            raise _Unusable(_unreadable(f"{name} leads out of the tree"))
        if not S_ISREG(path.stat().st_mode):
            raise _Unusable(_unreadable(f"{name} is no regular file"))
        with path.open("rb") as file:
            content = file.read(left + 1)
        left -= len(content)
        if left < 0:
            raise _Unusable(_unreadable(f"{name} and those before it exceed {MOST_BYTES} bytes"))
        yield Piece(inside, content)


def _unreadable(detail: str) -> Reason:
    return because(Code.OUTPUT_UNREADABLE, tool="the build", detail=detail)


def _nothing(glob: str, folders: int) -> Reason:
    detail = "there is no such file"
    remedy = "build before measuring (`prepare:` of a service), or correct `files:`"
    if folders:
        detail = "only folders match"
        remedy = "write FOLDER/** for all files below a folder"
    elif "{" in glob:
        remedy = "braces are not expanded: write a list of globs"
    return because(Code.NOTHING_MATCHED, selector=glob, detail=detail, remedy=remedy)

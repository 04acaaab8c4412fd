"""The scratch folder of one check, below the output folder; gone with it, however it went."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from gate.errors import UsageError

_PREFIX = "work-"
_HELD = ".held"


@contextlib.contextmanager
def scratch(out: Path) -> Iterator[Path]:
    """An empty folder below `out` that is gone afterwards, as are those of checks that were killed.

    Raises `UsageError` where `out` cannot be written.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        ignore = out / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n", encoding="utf-8")
        _sweep(out)
        folder = tempfile.TemporaryDirectory(prefix=_PREFIX, dir=out, ignore_cleanup_errors=True)
    except OSError as error:
        raise UsageError(
            f"the output folder {out} cannot be written: {error.strerror or error}",
            hint="name another one with --out",
        ) from None
    with folder as place, _held(Path(place)):
        yield Path(place)


def _sweep(out: Path) -> None:
    """Remove what nobody holds any more. A check that begins just now may be without its lock."""
    for folder in out.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError), (folder / _HELD).open("rb") as lock:
            if _lock(lock.fileno()):
                shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Hold the folder's lock: the system lets go of it when we are gone, also when killed."""
    with (folder / _HELD).open("wb") as lock:
        _lock(lock.fileno())
        yield


def _lock(number: int) -> bool:
    if os.name == "nt":  # nothing is measured there
        return False
    import fcntl

    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # somebody holds it, or a file system knows no locks
        return False
    return True

"""A lock that ends with its holder, however that ends."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def held(file: Path) -> Iterator[bool]:
    """Hold a lock file, which is gone afterwards; False where somebody else holds it.

    The system lets go of it when we are killed; the file that then stays holds nobody up.
    """
    import fcntl  # not on Windows, where nothing is measured

    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("ab") as lock:
        try:
            fcntl.flock(lock.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:  # somebody holds it, or a file system knows no locks
            yield False
            return
        if not _is(lock.fileno(), file):  # its last holder took it away while we came
            yield False
            return
        try:
            yield True
        finally:
            file.unlink(missing_ok=True)


def _is(number: int, file: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(number), file.stat())
    except OSError:
        return False

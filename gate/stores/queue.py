"""Writers of one machine take turns, so that they do not undo each other's work.

Only a courtesy: what makes a write right is checked where it is written. A lock goes with its
process, and who waited long enough goes on without it.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from gate.stores.again import pauses

try:
    import fcntl
except ImportError:  # Windows: no turns, all else holds
    fcntl = None  # type: ignore[assignment]


@contextlib.contextmanager
def one_at_a_time(file: Path, seconds: float) -> Iterator[None]:
    """Hold the lock on a file, or go on without it after so many seconds or where there is none."""
    try:
        handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:
        yield
        return
    try:
        for _ in pauses(seconds):
            if _taken(handle):
                break
        yield
    finally:
        os.close(handle)


def _taken(handle: int) -> bool:
    try:
        if fcntl is not None:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True

"""A private folder for one unit's Chrome: profiles, sockets, logs. Gone with the unit.

Where the gate was killed the harness sees to it; where both were, the next session does.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PREFIX = "perfgate-chrome-"
_PATIENCE = 3.0
_NAME = re.compile(rf"{_PREFIX}(\d+)-\w+")


@contextmanager
def scratch() -> Iterator[Path]:
    """Make the folder; it is short, because Chrome puts sockets into it (108 characters)."""
    folder = tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-")
    try:
        yield Path(folder)
    finally:
        _remove(Path(folder))


def sweep() -> None:
    """Remove the folders of gates that are no longer there."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        name = _NAME.fullmatch(folder.name)
        if name and not folder.is_symlink() and not _alive(int(name[1])):
            shutil.rmtree(folder, ignore_errors=True)


def _remove(folder: Path) -> None:
    """Remove it; Chrome's last processes may still write into it while they end."""
    deadline = time.monotonic() + _PATIENCE
    shutil.rmtree(folder, ignore_errors=True)
    while folder.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
        shutil.rmtree(folder, ignore_errors=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True

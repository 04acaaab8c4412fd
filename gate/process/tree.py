"""Finding and ending every process that carries a mark, detached or not."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import sys
import time
from pathlib import Path

MARK = "PERFGATE_CHILD_OF"
_SESSION = f"{os.getpid()}-{secrets.token_hex(8)}"


def session_mark() -> str:
    """The mark of everything that this process starts."""
    return _SESSION


def new_mark() -> str:
    """The mark of one child and all that it starts; begins with the session's."""
    return f"{_SESSION}.{secrets.token_hex(6)}"


def marked(mark: str) -> tuple[int, ...]:
    """Process ids whose environment carries the mark or one that begins with it, zombies not."""
    if sys.platform != "linux":
        return _marked_elsewhere(mark)
    needle = f"{MARK}={mark}".encode()
    found = []
    for entry in os.scandir("/proc"):
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            environ = Path("/proc", entry.name, "environ").read_bytes()
        except OSError:
            continue
        if environ.startswith(needle) or b"\0" + needle in environ:
            found.append(int(entry.name))
    return tuple(found)


def _marked_elsewhere(mark: str) -> tuple[int, ...]:
    import psutil  # only where /proc is absent

    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.environ().get(MARK, "").startswith(mark):
                found.append(process.pid)
    return tuple(found)


def end_marked(mark: str, *, grace: float = 2.0) -> int:
    """End every marked process: SIGTERM, then after `grace` seconds SIGKILL. Returns how many."""
    first = marked(mark)
    if not first:
        return 0
    _send(first, signal.SIGTERM)
    deadline = time.monotonic() + grace
    while (left := marked(mark)) and time.monotonic() < deadline:
        time.sleep(0.02)
    # A process may fork between the look and the kill, so look again until nothing is left.
    hard = time.monotonic() + 5
    while left and time.monotonic() < hard:
        _send(left, signal.SIGKILL)
        time.sleep(0.01)
        left = marked(mark)
    return len(first)


def _send(pids: tuple[int, ...], number: signal.Signals) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)

"""Small programs for tests: a gate of our own in another process, and who still lives."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent

# A grandchild as Chrome's: a session of its own, and a parent that is gone at once.
DETACHED = """
import os, pathlib, signal, sys, time
def detach(note, deaf=False):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            if deaf:
                signal.signal(signal.SIGTERM, signal.SIG_IGN)
            draft = pathlib.Path(note + ".draft")
            draft.write_text(str(os.getpid()))
            draft.rename(note)
            time.sleep(60)
        os._exit(0)
    os.wait()
"""


def python(code: str) -> list[str]:
    """A command that runs this code in a quick Python of the test's own version."""
    return [sys.executable, "-I", "-S", "-c", textwrap.dedent(code)]


@contextlib.contextmanager
def gate_process(code: str, *flags: str) -> Iterator[subprocess.Popen[str]]:
    """Another process with `gate.process` imported; killed if it still runs at the end.

    Signals are as a terminal's foreground job has them, however the tests were started.
    """
    argv = [sys.executable, *flags, "-c", _PRELUDE + textwrap.dedent(code)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as started:
        try:
            yield started
        finally:
            started.kill()


_PRELUDE = """
import os, pathlib, signal, sys, time
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, signal.SIG_DFL)
signal.signal(signal.SIGINT, signal.default_int_handler)
from gate import process
from gate.process import tree
"""


def living(pid: int) -> bool:
    """Whether a process runs; a zombie, which only waits for its parent, does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
    except OSError:
        return False
    return state[0] not in {"Z", "X"}


def until(true: Callable[[], object], seconds: float = 20.0) -> bool:
    """Wait until it is so; False where it never was."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.01)
    return False


def pid_in(note: Path) -> int:
    """The process id that somebody writes into a file."""
    assert until(note.exists), f"nobody wrote {note}"
    return int(note.read_text())


def gone(*pids: int) -> bool:
    """Whether they all end soon."""
    return until(lambda: not any(map(living, pids)), 10)

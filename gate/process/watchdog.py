"""A small process that ends what the gate started when the gate itself is killed.

It holds the read end of a pipe whose write end only the gate has: end of file means that the gate
is gone, however it went. It starts before the first child and goes away with the gate.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from gate.process import tree

_PATIENCE = 5.0


@dataclass(frozen=True, slots=True)
class _Guard:
    lifeline: int
    process: subprocess.Popen[bytes]


_lock = threading.Lock()
_guards: list[_Guard] = []


def guard() -> None:
    """Start the watchdog unless it runs already. Raises `OSError` where it cannot be started."""
    if os.name == "nt":  # nothing is measured there
        return
    with _lock:
        if _guards and _guards[-1].process.poll() is None:
            return
        if not _guards:
            atexit.register(_dismiss)
        while _guards:
            os.close(_guards.pop().lifeline)
        _guards.append(_start())


def _start() -> _Guard:
    read, write = os.pipe()
    # psutil, which only other systems need, is all that site-packages would be good for.
    flags = ("-I", "-S") if sys.platform == "linux" else ("-I",)
    argv = [sys.executable, *flags, "-c", _BODY, _TREE, tree.session_mark(), str(read)]
    try:
        process = subprocess.Popen(  # noqa: S603  # our own interpreter and module
            argv,
            pass_fds=(read,),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
        )
    except OSError as error:
        os.close(write)
        words = f"the watchdog could not be started: {error.strerror}"
        raise OSError(error.errno, words) from None
    finally:
        os.close(read)
    return _Guard(write, process)


def _dismiss() -> None:
    """Let go of the watchdog and see it off, so that nothing of ours runs after the gate."""
    with _lock:
        while _guards:
            guard = _guards.pop()
            os.close(guard.lifeline)
            with contextlib.suppress(subprocess.TimeoutExpired):
                guard.process.wait(_PATIENCE)


_TREE = str(Path(tree.__file__).resolve())

# What asks the gate to stop must not stop the one that cleans up after it.
_BODY = """
import os, signal, sys
for name in ("SIGINT", "SIGTERM", "SIGHUP"):
    signal.signal(getattr(signal, name), signal.SIG_IGN)
from importlib.machinery import SourceFileLoader
import types
tree = types.ModuleType("tree")
SourceFileLoader("tree", sys.argv[1]).exec_module(tree)
while os.read(int(sys.argv[3]), 1):
    pass
tree.end_family(sys.argv[2], grace=1.0)
"""

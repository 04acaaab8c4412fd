"""A small process that ends what the gate started when the gate itself is killed.

It holds the read end of a pipe whose write end only the gate has: end of file means that the gate
is gone, however it went. Started once, before the first child.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading

from gate.process import tree

_lock = threading.Lock()
_started: list[tuple[int, subprocess.Popen[bytes]]] = []


def guard() -> None:
    """Start the watchdog unless it runs already."""
    with _lock:
        if _started:
            return
        read, write = os.pipe()
        os.set_inheritable(read, True)  # noqa: FBT003  # the os module's own signature
        process = subprocess.Popen(  # noqa: S603  # our own interpreter and module
            [sys.executable, "-I", "-c", _BODY, tree.__file__, tree.session_mark(), str(read)],
            pass_fds=(read,),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(read)
        # Both are kept as long as we live: the pipe holds the watchdog back, and a process object
        # that is thrown away warns that its process still runs.
        _started.append((write, process))


# Loaded by path and isolated: the watchdog needs nothing but the standard library.
_BODY = """
import importlib.util, os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)
spec = importlib.util.spec_from_file_location("tree", sys.argv[1])
tree = importlib.util.module_from_spec(spec)
spec.loader.exec_module(tree)
while os.read(int(sys.argv[3]), 1):
    pass
tree.end_marked(sys.argv[2], grace=1.0)
"""

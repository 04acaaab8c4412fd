"""One program that runs: watched, ended with all that it started, and its output read."""

from __future__ import annotations

import contextlib
import os
import select
import subprocess
import time
from dataclasses import dataclass
from signal import Signals
from types import TracebackType
from typing import Self

from gate.process import tree
from gate.process.output import KEPT, Output
from gate.process.signals import shielded

# How often a growing output is looked at, in seconds.
_SLICE = 1.0
_KILLED_BY = 10.0
# How long a process id surely means the same process after that was waited for.
_FRESH = 1.0


@dataclass(frozen=True, slots=True)
class Child:
    """A process of ours with the mark that it carries and the two streams that it writes."""

    process: subprocess.Popen[bytes]
    mark: str
    stdout: Output
    stderr: Output


class Running:
    """A program that runs. Leaving the context ends it with all that it started."""

    def __init__(self, argv: tuple[str, ...], child: Child, stop: Signals, grace: float) -> None:
        """Take over the child."""
        self.argv = argv
        self.seconds = 0.0
        self._child = child
        self._process = child.process
        self._stop = stop
        self._grace = grace
        self._began = time.monotonic()
        self._waited = 0.0
        self._over = False

    def __enter__(self) -> Self:
        """Use as a context."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End it and release its files, whatever signals come meanwhile."""
        with shielded():
            self.end()
            self._child.stdout.close()
            self._child.stderr.close()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def mark(self) -> str:
        """What it and all that it starts carry in their environment."""
        return self._child.mark

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        self._bound()
        return self._ended(self._process.poll()) is None

    @property
    def code(self) -> int:
        """Its exit code, negative for a signal; only after it ended."""
        if self._process.returncode is None:
            msg = f"{self.argv[0]} still runs: it has no exit code yet"
            raise RuntimeError(msg)
        return self._process.returncode

    def wait(self, timeout: float) -> int | None:
        """Its exit code, or None where it still runs after `timeout` seconds."""
        deadline = time.monotonic() + timeout
        while True:
            left = max(0.0, deadline - time.monotonic())
            code = self._ended(_sleep(self._process, min(left, _SLICE)))
            if code is not None or time.monotonic() >= deadline:
                return code
            self._bound()

    def end(self) -> None:
        """End it: the stop signal, after the grace SIGKILL, then all that descends from it."""
        if self._over:
            return
        known: dict[int, tree.Process] = {}
        if self.alive:
            known = tree.family(self.mark, self.pid)
            self._process.send_signal(self._stop)
            if self.wait(self._grace) is None:
                self._kill()
        # The id of a process that was waited for long ago may be somebody else's by now.
        fresh = time.monotonic() - self._waited < _FRESH
        tree.end_family(self.mark, self.pid if fresh else 0, known)
        self._over = True

    def output(self, limit: int = KEPT) -> bytes:
        """What it wrote to stdout so far, at most `limit` bytes."""
        return self._child.stdout.read(limit)

    def errors(self, limit: int = KEPT) -> bytes:
        """What it wrote to stderr so far, at most `limit` bytes."""
        return self._child.stderr.read(limit)

    def said_more_than(self, limit: int) -> bool:
        """Whether it wrote more than `limit` bytes to a stream, so that reading it cuts it."""
        return self._child.stdout.longer_than(limit) or self._child.stderr.longer_than(limit)

    def _kill(self) -> None:
        self._process.kill()
        if self.wait(_KILLED_BY) is None:
            # It hangs in the kernel and dies when that lets go; nobody can do more.
            self._process.returncode = -9
            self._ended(-9)

    def _ended(self, code: int | None) -> int | None:
        """Note when the end was seen."""
        if code is not None and not self._waited:
            self._waited = time.monotonic()
            self.seconds = self._waited - self._began
        return code

    def _bound(self) -> None:
        if not self._over:
            self._child.stdout.bound()
            self._child.stderr.bound()


def _sleep(process: subprocess.Popen[bytes], seconds: float) -> int | None:
    """Wait for its end without waking up before: whatever it measures is not disturbed."""
    if process.poll() is None and hasattr(os, "pidfd_open"):
        with contextlib.suppress(OSError):  # a sandbox that does not know the call
            handle = os.pidfd_open(process.pid)
            try:
                poll = select.poll()
                poll.register(handle, select.POLLIN)
                poll.poll(seconds * 1000)
            finally:
                os.close(handle)
            return process.poll()
    with contextlib.suppress(subprocess.TimeoutExpired):
        return process.wait(seconds)
    return None

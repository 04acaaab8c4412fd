"""Running one program: bounded time, bounded output, and nothing left of it afterwards."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from gate.process import tree, watchdog

OUTPUT_LIMIT = 64 * 1024 * 1024
_POLL = 0.02


@dataclass(frozen=True, slots=True)
class Finished:
    """A program that ran. `code` is negative for a signal; output beyond the bound is cut."""

    argv: tuple[str, ...]
    code: int
    stdout: bytes
    stderr: bytes
    seconds: float
    timed_out: bool = False

    @property
    def tail(self) -> str:
        """The last lines of what it said, for messages: at most 600 characters."""
        said = (self.stderr.strip() or self.stdout.strip()).decode("utf-8", "replace")
        return said[-600:]


@dataclass(frozen=True, slots=True)
class NotStarted:
    """A program that could not be started, and why."""

    argv: tuple[str, ...]
    why: str


def run(
    argv: Sequence[str],
    *,
    timeout: float,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    stop: signal.Signals = signal.SIGTERM,
    grace: float = 5.0,
    pass_fds: Sequence[int] = (),
    stdin: bytes = b"",
    limit: int = OUTPUT_LIMIT,
) -> Finished | NotStarted:
    """Run a program to its end, at most `timeout` seconds; whatever it started is gone after."""
    child = start(argv, cwd=cwd, env=env, stop=stop, grace=grace, pass_fds=pass_fds, stdin=stdin)
    if isinstance(child, NotStarted):
        return child
    with child:
        timed_out = child.wait(timeout) is None
        child.end()
        return Finished(
            child.argv,
            child.code,
            child.output(limit),
            child.errors(limit),
            child.seconds,
            timed_out,
        )


def start(
    argv: Sequence[str],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    stop: signal.Signals = signal.SIGTERM,
    grace: float = 5.0,
    pass_fds: Sequence[int] = (),
    stdin: bytes = b"",
) -> Running | NotStarted:
    """Start a program in a session of its own; use it as a context so that it ends with us.

    It must not outlive us, so it carries a mark and the watchdog runs before it does.
    """
    watchdog.guard()
    mark = tree.new_mark()
    environment = {**(os.environ if env is None else env), tree.MARK: mark}
    files: list[IO[bytes]] = [tempfile.TemporaryFile() for _ in range(3)]  # noqa: SIM115  # Running closes them
    files[0].write(stdin)
    files[0].seek(0)
    try:
        process = subprocess.Popen(  # noqa: S603  # a list, never a shell
            list(argv),
            cwd=cwd,
            env=environment,
            stdin=files[0],
            stdout=files[1],
            stderr=files[2],
            pass_fds=tuple(pass_fds),
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        for file in files:
            file.close()
        return NotStarted(tuple(argv), str(error))
    return Running(tuple(argv), process, mark, files, stop, grace)


class Running:
    """A program that runs. Leaving the context ends it with all that it started."""

    def __init__(
        self,
        argv: tuple[str, ...],
        process: subprocess.Popen[bytes],
        mark: str,
        files: list[IO[bytes]],
        stop: signal.Signals,
        grace: float,
    ) -> None:
        """Take over the process and its files."""
        self.argv = argv
        self._process = process
        self._mark = mark
        self._files = files
        self._stop = stop
        self._grace = grace
        self._began = time.monotonic()
        self.seconds = 0.0

    def __enter__(self) -> Self:
        """Use as a context."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End it and release its files."""
        with _uninterrupted():
            self.end()
            for file in self._files:
                file.close()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def mark(self) -> str:
        """What it and all that it starts carry in their environment."""
        return self._mark

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    @property
    def code(self) -> int:
        """Its exit code, negative for a signal; only after it ended."""
        return int(self._process.returncode)

    def wait(self, timeout: float) -> int | None:
        """Its exit code, or None where it still runs after `timeout` seconds."""
        try:
            return self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            return None

    def end(self) -> None:
        """End it: the stop signal, after the grace SIGKILL, then every marked descendant."""
        if self._process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process.pid, self._stop)
            if self.wait(self._grace) is None:
                self._process.kill()
                self._process.wait()
        if not self.seconds:
            self.seconds = time.monotonic() - self._began
        tree.end_marked(self._mark)

    def output(self, limit: int = OUTPUT_LIMIT) -> bytes:
        """What it wrote to stdout so far, at most `limit` bytes."""
        return _content(self._files[1], limit)

    def errors(self, limit: int = OUTPUT_LIMIT) -> bytes:
        """What it wrote to stderr so far, at most `limit` bytes."""
        return _content(self._files[2], limit)


def _content(file: IO[bytes], limit: int) -> bytes:
    # pread: the child shares the file's offset.
    return os.pread(file.fileno(), limit, 0)


@contextlib.contextmanager
def _uninterrupted() -> Iterator[None]:
    """A second Ctrl-C must not stop the clean-up half way."""
    try:
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    except ValueError:  # not the main thread: signals do not arrive here
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)

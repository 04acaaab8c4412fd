"""Running one program: bounded time, bounded output, and nothing left of it afterwards."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from gate.process import tree, watchdog
from gate.process.output import KEPT, Output
from gate.process.running import Child, Running
from gate.process.signals import shielded
from gate.process.spent import add


@dataclass(frozen=True, slots=True)
class Finished:
    """A program that ran. `code` is negative for a signal; `cut` says that output was too long."""

    argv: tuple[str, ...]
    code: int
    stdout: bytes
    stderr: bytes
    seconds: float
    timed_out: bool = False
    cut: bool = False

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
    limit: int = KEPT,
) -> Finished | NotStarted:
    """Run a program to its end, at most `timeout` seconds; whatever it started is gone after.

    Output beyond `limit` bytes a stream is cut. `env` is the child's whole environment, by default
    our own; a program is looked up on the PATH in it.
    """
    child = start(argv, cwd=cwd, env=env, stop=stop, grace=grace, pass_fds=pass_fds, stdin=stdin)
    if isinstance(child, NotStarted):
        return child
    with child:
        done = finished(child, timed_out=child.wait(timeout) is None, limit=limit)
        add(done.seconds)
        return done


def finished(child: Running, *, timed_out: bool, limit: int = KEPT) -> Finished:
    """End what still runs of a child; all that it said. `timed_out` is passed on."""
    child.end()
    return Finished(
        child.argv,
        child.code,
        child.output(limit),
        child.errors(limit),
        child.seconds,
        timed_out,
        child.said_more_than(limit),
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
    argv = tuple(argv)
    with contextlib.ExitStack() as undo:
        with shielded():
            try:
                child = _started(argv, cwd, os.environ if env is None else env, pass_fds, stdin)
            except (OSError, ValueError) as error:
                return NotStarted(argv, _why(error, argv, cwd))
            running = undo.enter_context(Running(argv, child, stop, grace))
        # A signal that waited is raised above: then the child ends with it.
        undo.pop_all()
        return running


def _started(
    argv: tuple[str, ...],
    cwd: Path | None,
    env: Mapping[str, str],
    pass_fds: Sequence[int],
    stdin: bytes,
) -> Child:
    watchdog.guard()
    mark = tree.new_mark()
    with contextlib.ExitStack() as undo, _input(stdin) as given:
        stdout, stderr = (undo.enter_context(contextlib.closing(Output())) for _ in range(2))
        process = subprocess.Popen(  # noqa: S603  # a list, never a shell
            argv,
            cwd=cwd,
            env={**env, **tree.environment(mark)},
            stdin=given,
            stdout=stdout.fileno(),
            stderr=stderr.fileno(),
            pass_fds=tuple(pass_fds),
            start_new_session=True,
        )
        undo.pop_all()
    return Child(process, mark, stdout, stderr)


def _input(content: bytes) -> IO[bytes]:
    """What the child reads: a file, because a pipe would need somebody to fill it."""
    if not content:
        return Path(os.devnull).open("rb")
    file = tempfile.TemporaryFile()  # noqa: SIM115  # the caller closes it
    try:
        file.write(content)
        file.seek(0)
    except OSError:
        file.close()
        raise
    return file


def _why(error: OSError | ValueError, argv: tuple[str, ...], cwd: Path | None) -> str:
    if isinstance(error, ValueError):
        return f"it cannot be called so: {error}"
    words = error.strerror or str(error)
    if cwd is not None and str(error.filename) == str(cwd):
        return f"folder {cwd}: {words}"
    if isinstance(error, FileNotFoundError) and error.filename == argv[0]:
        if Path(argv[0]).exists():
            return f"{argv[0]} is there, but the program that its first line names is not"
        return f"there is no program {argv[0]}"
    return f"{argv[0]}: {words}"

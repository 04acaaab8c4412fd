"""Finding and ending all that came from a child: what carries its mark, and what descends from it.

A mark is a word in the environment. A child inherits it however often it forks, and whatever
session or parent it moves to; a gate inside a gate adds its own mark to the one it has. What threw
its environment away still belongs to a marked process's session, or descends from one.

The watchdog loads this file alone and must start quickly, so it imports little and nothing of ours.
Source: proc(5), /proc/PID/stat and environ.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterator
from typing import NamedTuple

MARK = "PERFGATE_CHILD_OF"
_SESSION = f"{os.getpid()}-{os.urandom(8).hex()}"
_HARD = getattr(signal, "SIGKILL", signal.SIGTERM)
_PATIENCE = 5.0


class Process(NamedTuple):
    """A living process. `began` tells it from a later one with the same id."""

    pid: int
    parent: int
    group: int
    session: int
    began: str
    marks: tuple[str, ...]


def session_mark() -> str:
    """The mark of everything that this process starts."""
    return _SESSION


def new_mark() -> str:
    """The mark of one child and all that it starts; begins with the session's."""
    return f"{_SESSION}.{os.urandom(6).hex()}"


def environment(mark: str) -> dict[str, str]:
    """The variable that a child must have; the marks that we carry ourselves stay in it."""
    ours = os.environ.get(MARK, "")
    return {MARK: f"{ours},{mark}" if ours else mark}


def marked(mark: str) -> tuple[int, ...]:
    """Process ids whose environment carries the mark or one that begins with it, zombies not."""
    return tuple(each.pid for each in _living() if _carries(each, mark))


def family(mark: str, root: int = 0) -> dict[int, Process]:
    """The marked processes and `root`, their sessions and all their descendants, by process id."""
    living = {each.pid: each for each in _living()}
    found = {pid for pid, each in living.items() if pid == root or _carries(each, mark)}
    sessions = {root} - {0}
    ours = _own_session()
    grown = True
    while grown:
        sessions |= {living[pid].session for pid in found} - {ours, 0}
        more = {
            pid
            for pid, each in living.items()
            if pid not in found and (each.parent in found or each.session in sessions)
        }
        found |= more
        grown = bool(more)
    return {pid: living[pid] for pid in found}


def end_family(
    mark: str, root: int = 0, known: dict[int, Process] | None = None, *, grace: float = 2.0
) -> int:
    """End the family and those of `known` that still live: SIGTERM, after `grace` s SIGKILL.

    `known` is the family as it was while `root` lived: afterwards nobody can tell whose a process
    without a mark was. Returns how many there were. What we may not signal is left alone.
    """
    hunt = _Hunt(mark, root, known or {})
    first = hunt.left()
    if not first:
        # One that forks all the time is easily overlooked; its group is not.
        return 1 if _kill_group(root) and hunt.end(_PATIENCE) else 0
    hunt.send(first, signal.SIGTERM)
    deadline = time.monotonic() + grace
    while hunt.left() and time.monotonic() < deadline:
        time.sleep(0.02)
    hunt.send_groups(first)
    hunt.end(_PATIENCE)
    return len(first)


class _Hunt:
    """Looks for what is left of a family, again and again."""

    def __init__(self, mark: str, root: int, known: dict[int, Process]) -> None:
        self._mark = mark
        self._root = root
        self._known = known
        self._refused: set[int] = set()

    def left(self) -> dict[int, Process]:
        found = family(self._mark, self._root)
        for pid, each in self._known.items():
            if pid not in found and (now := _look(pid)) and now.began == each.began:
                found[pid] = now
        return {pid: each for pid, each in found.items() if pid not in self._refused}

    def end(self, patience: float) -> bool:
        """Kill until two looks find nothing: what forks between look and kill was missed by one."""
        deadline, nothing = time.monotonic() + patience, 0
        while nothing < 2 and time.monotonic() < deadline:
            left = self.left()
            nothing = 0 if left else nothing + 1
            self.send_groups(left)
            self.send(left, _HARD)
            time.sleep(0.01)
        return nothing == 2

    def send(self, targets: dict[int, Process], number: signal.Signals) -> None:
        for pid in targets:
            try:
                os.kill(pid, number)
            except PermissionError:  # of another user: sudo
                self._refused.add(pid)
            except ProcessLookupError:
                continue

    def send_groups(self, targets: dict[int, Process]) -> None:
        """Kill whole groups: nobody escapes from that by forking between our look and our kill."""
        for group in {each.group for each in targets.values()}:
            _kill_group(group)


def _kill_group(group: int) -> bool:
    """Kill a process group, unless it is ours; whether there was one."""
    if not hasattr(os, "killpg") or group in {os.getpgrp(), 0, 1}:
        return False
    try:
        os.killpg(group, _HARD)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _own_session() -> int:
    return os.getsid(0) if hasattr(os, "getsid") else 0


def _carries(process: Process, mark: str) -> bool:
    return any(each == mark or each.startswith(f"{mark}.") for each in process.marks)


def _living() -> Iterator[Process]:
    """Every process that we can see, but for ourselves and zombies."""
    if sys.platform != "linux":
        yield from _living_elsewhere()
        return
    for entry in os.listdir("/proc"):  # noqa: PTH208  # names are all that is needed, quickly
        if entry.isdigit() and int(entry) != os.getpid() and (found := _look(int(entry))):
            yield found


def _look(pid: int) -> Process | None:
    """One process by its id, None where it is gone, a zombie, or not to be seen."""
    if sys.platform != "linux":
        return next((each for each in _living_elsewhere() if each.pid == pid), None)
    # The name in parentheses may hold anything, so count from the last one:
    # state, parent, group, session, …; the 20th from there is the start time.
    fields = _content(f"/proc/{pid}/stat").rpartition(b")")[2].split()
    if len(fields) < 20 or fields[0] in {b"Z", b"X"}:
        return None
    parent, group, session = (int(field) for field in fields[1:4])
    marks = _marks(_content(f"/proc/{pid}/environ"))
    return Process(pid, parent, group, session, fields[19].decode(), marks)


def _marks(environ: bytes) -> tuple[str, ...]:
    name = f"{MARK}=".encode()
    if name not in environ:
        return ()
    for variable in environ.split(b"\0"):
        if variable.startswith(name):
            return tuple(variable[len(name) :].decode("ascii", "replace").split(","))
    return ()


def _content(path: str) -> bytes:
    """A file of /proc whole, empty where it cannot be read: the process is gone or not ours."""
    parts = []
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:
        return b""
    try:
        while part := os.read(handle, 1 << 16):
            parts.append(part)
    except OSError:
        return b""
    finally:
        os.close(handle)
    return b"".join(parts)


def _living_elsewhere() -> Iterator[Process]:
    import psutil  # only where there is no /proc

    for each in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            pid = each.pid
            if pid == os.getpid() or each.status() == psutil.STATUS_ZOMBIE:
                continue
            marks: tuple[str, ...] = ()
            with contextlib.suppress(psutil.Error, OSError):
                marks = tuple(filter(None, each.environ().get(MARK, "").split(",")))
            group = os.getpgid(pid) if hasattr(os, "getpgid") else 0
            session = os.getsid(pid) if hasattr(os, "getsid") else 0
            yield Process(pid, each.ppid(), group, session, str(each.create_time()), marks)

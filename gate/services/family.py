"""Everything that came from one child, also what lost our mark, and how it is ended.

A program may overwrite its environment (setproctitle, PostgreSQL's and nginx's workers) or be
started with an empty one (sudo, env -i): it then carries no mark, but it still descends from our
child or belongs to the session that our child leads.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

import psutil

from gate import process

_GRACE = 1.0


def family(root: int) -> set[int]:
    """The process ids of a child, its descendants, and the session that it leads."""
    pairs: list[tuple[int, int]] = []
    found = {root}
    for each in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            pairs.append((each.pid, each.ppid()))
            if os.getsid(each.pid) == root:
                found.add(each.pid)
    grown = True
    while grown:
        more = {pid for pid, parent in pairs if parent in found} - found
        found |= more
        grown = bool(more)
    return found


@contextlib.contextmanager
def whole_family(child: process.Running) -> Iterator[process.Running]:
    """A running child as a context that ends it and then whatever of its family is left."""
    with child:
        try:
            yield child
        finally:
            # Before it ends: afterwards nobody can tell whose the others were.
            others = list(_known(family(child.pid) - {child.pid}))
            child.end()
            _end(others)


def _known(pids: set[int]) -> Iterator[psutil.Process]:
    for pid in pids:
        with contextlib.suppress(psutil.Error):
            yield psutil.Process(pid)  # remembers when it began: a reused id is not ended


def _end(others: list[psutil.Process]) -> None:
    for other in others:
        with contextlib.suppress(psutil.Error):
            other.terminate()
    _, alive = psutil.wait_procs(others, timeout=_GRACE)
    for other in alive:
        with contextlib.suppress(psutil.Error):
            other.kill()
    psutil.wait_procs(alive, timeout=_GRACE)

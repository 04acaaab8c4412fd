"""Two processes side by side, head's and the base's, whose rounds alternate."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gate import process
from gate.process.spent import add
from gate.runners.pytest_benchmark.referee import Referee

TURNS = "PERFGATE_TURNS"

Ended = process.Finished | process.NotStarted


@dataclass(frozen=True, slots=True)
class Call:
    """One process: what to type, where, with which environment."""

    argv: Sequence[str]
    cwd: Path
    env: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Beside:
    """How one of the two ended. `waited` says that time was up while it waited for the other."""

    done: Ended
    waited: bool = False


def run_beside(calls: tuple[Call, Call], *, timeout: float, first: int) -> tuple[Beside, Beside]:
    """Run both to their end, at most `timeout` seconds; `first` is who has the first turn.

    Where one cannot be started or dies, the other goes on alone.
    """
    deadline = time.monotonic() + timeout
    with contextlib.ExitStack() as stack:
        ours, theirs = [], []
        for _ in calls:
            one, other = socket.socketpair()
            ours.append(stack.enter_context(one))
            theirs.append(stack.enter_context(other))
        children = [_started(call, line) for call, line in zip(calls, theirs, strict=True)]
        for line in theirs:
            line.close()  # so that the end of the process is the end of the line
        running = [c for c in children if isinstance(c, process.Running)]
        for child in running:
            stack.enter_context(child)
        referee = Referee((ours[0], ours[1]), first)
        referee.run(lambda: [child for child in running if child.alive], deadline)
        waiting = [player.wants is not None for player in referee.players]
        done = [_ended(child, deadline) for child in children]
        add(max((child.seconds for child in running), default=0.0))
        return Beside(done[0], waiting[0]), Beside(done[1], waiting[1])


def _started(call: Call, line: socket.socket) -> process.Running | process.NotStarted:
    number = line.fileno()
    env = {**call.env, TURNS: str(number)}
    return process.start(call.argv, cwd=call.cwd, env=env, grace=1.0, pass_fds=(number,))


def _ended(child: process.Running | process.NotStarted, deadline: float) -> Ended:
    if isinstance(child, process.NotStarted):
        return child
    timed_out = child.wait(max(0.0, deadline - time.monotonic())) is None
    return process.finished(child, timed_out=timed_out)

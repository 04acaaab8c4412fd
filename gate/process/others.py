"""What processes that are not ours took of the processors between two looks.

Ours is this process, all that carries its mark, their sessions and all their descendants, and
whatever was seen as ours before. The rule counts what others surely took, and never what we took:

* A process is counted by its own time and by that of the children it waited for, so that a compiler
  that came and went shows at its `make`. What a process brought with it when it ended is taken off
  again at the ancestor that got it.
* The children of our ancestors and of process 1 are not counted: orphans of ours end there too.
* The kernel's own threads are not counted: they write our files and carry our packets.
* Who listens, whose parent listens, who lives in another container or cannot be looked into may
  have worked for us (a database that was there before, a container's server): those are `unsure`.

So it tells too little rather than too much: what began and ended between two looks below one of
our ancestors, and what runs where we cannot see it (other containers, `hidepid`), is not told.
Source: proc(5), /proc/PID/stat, fd, ns; /proc/net/tcp, tcp6, unix. Linux only.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from gate.process import tree

_KERNEL_THREAD = 0x00200000
_MOST_ASKED = 16
_MOST_FILES = 4096
_SELF = Path("/proc/self")


class Key(NamedTuple):
    """A process for ever: its id, and when it began, which tells it from a later one."""

    pid: int
    began: str


class Cost(NamedTuple):
    """What a process took until now, in seconds; `children` is that of those it waited for."""

    key: Key
    parent: int
    session: int
    name: str
    own: float
    children: float
    kernel: bool
    zombie: bool


@dataclass(frozen=True, slots=True)
class Look:
    """All processes of one moment. `at` is on the monotonic clock."""

    at: float
    costs: Mapping[Key, Cost]
    ours: frozenset[Key]
    lineage: frozenset[int]


@dataclass(frozen=True, slots=True)
class Taken:
    """Processor seconds between two looks: `sure` is others', `unsure` may be for us."""

    sure: float
    unsure: float
    who: str


def look(known: frozenset[Key] = frozenset()) -> Look | None:
    """Look at all processes; `known` are those that were seen as ours. None where nothing tells."""
    if sys.platform != "linux":
        return None
    marked = {Key(pid, each.began) for pid, each in tree.family(tree.session_mark()).items()}
    costs = {cost.key: cost for cost in _costs()}
    by_pid = {key.pid: cost for key, cost in costs.items()}
    if os.getpid() not in by_pid:
        return None
    ours = _descendants(costs, (marked | known | {by_pid[os.getpid()].key}) & costs.keys())
    return Look(time.monotonic(), costs, ours, _lineage(by_pid))


def taken(before: Look, after: Look) -> Taken:
    """What others took between two looks."""
    amounts = amounts_of(before, after)
    largest = sorted(amounts, key=lambda cost: amounts[cost], reverse=True)
    listening = _listening() if largest else frozenset[str]()
    sure = unsure = 0.0
    who = ""
    for place, cost in enumerate(largest):
        by_pid = cost.parent if cost.parent not in {*after.lineage, 0, 1} else 0
        asked = place < _MOST_ASKED
        if asked and not any(_serves(pid, listening) for pid in (cost.key.pid, by_pid) if pid):
            sure += amounts[cost]
            who = who or cost.name
        else:
            unsure += amounts[cost]
    return Taken(sure, unsure, who)


def amounts_of(before: Look, after: Look) -> dict[Cost, float]:
    """Seconds by process of those that are not ours and took any."""
    ours = before.ours | after.ours
    found: dict[Key, float] = {}
    for key, cost in after.costs.items():
        earlier = before.costs.get(key)
        if key in ours or cost.kernel or (cost.zombie and earlier is None):
            continue
        was = _total(earlier, after) if earlier is not None else 0.0
        found[key] = _total(cost, after) - was
    for key, cost in before.costs.items():
        if key in after.costs or key in ours or cost.kernel:
            continue
        heir = _heir(cost, before, after)
        if heir in found:  # a parent that waited for it got all that it ever took
            found[heir] -= _total(cost, after)
    return {after.costs[key]: amount for key, amount in found.items() if amount > 0}


def _total(cost: Cost, look: Look) -> float:
    adopts = cost.key.pid in look.lineage or cost.key.pid == 1
    return cost.own if adopts else cost.own + cost.children


def _heir(cost: Cost, before: Look, after: Look) -> Key | None:
    """The nearest ancestor that is still there; who ended passed on what it had."""
    parents = {key.pid: each for key, each in before.costs.items()}
    seen: set[int] = set()
    parent = parents.get(cost.parent)
    while parent is not None and parent.key not in after.costs and parent.key.pid not in seen:
        seen.add(parent.key.pid)
        parent = parents.get(parent.parent)
    return parent.key if parent is not None and parent.key in after.costs else None


def _descendants(costs: Mapping[Key, Cost], roots: set[Key]) -> frozenset[Key]:
    found, pids = set(roots), {key.pid for key in roots}
    grown = True
    while grown:
        more = {key for key, cost in costs.items() if cost.parent in pids and key not in found}
        found |= more
        pids |= {key.pid for key in more}
        grown = bool(more)
    return frozenset(found)


def _lineage(by_pid: Mapping[int, Cost]) -> frozenset[int]:
    """Our ancestors: a process that lost its parent becomes a child of one of them."""
    found: set[int] = set()
    pid = os.getppid()
    while pid in by_pid and pid not in found:
        found.add(pid)
        pid = by_pid[pid].parent
    return frozenset(found)


def _costs() -> Iterator[Cost]:
    tick = os.sysconf("SC_CLK_TCK")
    for entry in os.listdir("/proc"):  # noqa: PTH208  # names are all that is needed, quickly
        if entry.isdigit() and (cost := read_cost(int(entry), _read(f"/proc/{entry}/stat"), tick)):
            yield cost


def read_cost(pid: int, stat: bytes, tick: int) -> Cost | None:
    """A line of /proc/PID/stat; None where the process is gone."""
    # The name in parentheses may hold anything, so count from the last one.
    head, _, rest = stat.rpartition(b")")
    fields = rest.split()
    if len(fields) < 20:
        return None
    user, system, child_user, child_system = (int(field) for field in fields[11:15])
    return Cost(
        key=Key(pid, fields[19].decode("ascii", "replace")),
        parent=int(fields[1]),
        session=int(fields[3]),
        name=head.partition(b"(")[2].decode("utf-8", "replace")[:40],
        own=(user + system) / tick,
        children=(child_user + child_system) / tick,
        kernel=bool(int(fields[6]) & _KERNEL_THREAD),
        zombie=fields[0] in {b"Z", b"X"},
    )


def _serves(pid: int, listening: frozenset[str]) -> bool:
    """Whether the process may work for others, or cannot be looked into."""
    home = Path(f"/proc/{pid}")
    try:
        if any(_link(home / "ns" / kind) != _link(_SELF / "ns" / kind) for kind in ("pid", "net")):
            return True
        files = list(islice((home / "fd").iterdir(), _MOST_FILES + 1))
    except OSError:  # gone, or another user's
        return True
    return len(files) > _MOST_FILES or any(_link(each) in listening for each in files)


def _link(path: Path) -> str:
    """What a link of /proc names, "" for a file that was closed meanwhile."""
    try:
        return str(path.readlink())
    except FileNotFoundError:
        return ""


def _listening() -> frozenset[str]:
    """The sockets that somebody can connect to, as a file of a process shows them."""
    found = set()
    for name in ("tcp", "tcp6"):
        for line in _read(f"/proc/net/{name}").splitlines()[1:]:
            fields = line.split()
            if len(fields) > 9 and fields[3] == b"0A":
                found.add(f"socket:[{fields[9].decode()}]")
    for line in _read("/proc/net/unix").splitlines()[1:]:
        fields = line.split()
        if len(fields) > 6 and int(fields[3], 16) & 0x10000:
            found.add(f"socket:[{fields[6].decode()}]")
    return frozenset(found)


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:  # noqa: PTH123  # many files, quickly
            return file.read(1 << 24)
    except OSError:
        return b""

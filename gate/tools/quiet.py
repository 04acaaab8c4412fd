"""Watching how quiet the machine is: two looks around a unit give a reading.

Everything is read before and after a unit, never during it. What the machine does not tell is None.
Sources: proc(5) for /proc/stat and /proc/pressure; the kernel's cpufreq and thermal_throttle
folders below /sys/devices/system/cpu; cgroup v2 `cpu.stat`, and v1's.
"""

from __future__ import annotations

import contextlib
import os
import re
import time
from dataclasses import dataclass
from pathlib import Path

from gate.core.quiet import Reading
from gate.process import others

_ROOT = Path("/")
_CPUS = "sys/devices/system/cpu"
_MOST_CPUS = 256
_LONGEST = 1 << 20


@dataclass(frozen=True, slots=True)
class Counters:
    """What the machine counts, at one moment; seconds are summed over its cores."""

    at: float
    busy: float | None = None
    stolen: float | None = None
    ceilings: tuple[float, ...] = ()
    clock: float | None = None
    hot: int | None = None
    throttled: float | None = None
    waited: float | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """One moment: the machine's counters, and its processes where they can be seen."""

    counters: Counters
    processes: others.Look | None


class Watch:
    """Watches this machine; what once was ours stays ours."""

    def __init__(self, root: Path = _ROOT) -> None:
        """`root` is another folder in tests."""
        self._root = root
        self._known: frozenset[others.Key] = frozenset()
        self._first = counters(root)

    def look(self) -> Look:
        """Read everything once."""
        seen = others.look(self._known)
        if seen is not None:
            self._known = seen.ours
        return Look(counters(self._root), seen)

    def reading(self, before: Look, after: Look) -> Reading:
        """What happened between two looks."""
        return reading(before, after, self._first.ceilings)

    def untold(self) -> tuple[str, ...]:
        """What this machine does not tell, by name."""
        first = self._first
        told = (
            ("other processes", others.look() is not None),
            ("steal", first.stolen is not None),
            ("the cores' frequency", bool(first.ceilings)),
            ("throttling for heat", first.hot is not None),
        )
        return tuple(name for name, known in told if not known)


def reading(before: Look, after: Look, first: tuple[float, ...]) -> Reading:
    """What happened between two looks; `first` are the bounds of the frequency at first."""
    one, two = before.counters, after.counters
    took = None
    if before.processes is not None and after.processes is not None:
        took = others.taken(before.processes, after.processes)
    return Reading(
        seconds=max(0.0, two.at - one.at),
        cores=usable_cores(),
        others=took.sure if took else None,
        who=took.who if took else "",
        unsure=took.unsure if took else None,
        busy=_more(one.busy, two.busy),
        stolen=_more(one.stolen, two.stolen),
        ceiling=_ceiling((one.ceilings, two.ceilings), first),
        clock=_least(one.clock, two.clock),
        hot=None if one.hot is None or two.hot is None else max(0, two.hot - one.hot),
        throttled=_more(one.throttled, two.throttled),
        waited=_more(one.waited, two.waited),
    )


def _more(one: float | None, two: float | None) -> float | None:
    return None if one is None or two is None else max(0.0, two - one)


def _least(one: float | None, two: float | None) -> float | None:
    known = [each for each in (one, two) if each is not None]
    return min(known, default=None)


def _ceiling(now: tuple[tuple[float, ...], ...], first: tuple[float, ...]) -> float | None:
    parts = [
        bound / at_first
        for bounds in now
        if len(bounds) == len(first)
        for bound, at_first in zip(bounds, first, strict=True)
        if at_first > 0
    ]
    return min(parts, default=None)


def counters(root: Path = _ROOT) -> Counters:
    """Read the machine's counters once."""
    busy, stolen = _processors(root)
    folders = [root / _CPUS / f"cpu{number}" for number in range(_cores())]
    return Counters(
        at=time.monotonic(),
        busy=busy,
        stolen=stolen,
        ceilings=_ceilings(folders),
        clock=_clock(folders),
        hot=_hot(folders),
        throttled=_throttled(root),
        waited=_waited(root),
    )


def _processors(root: Path) -> tuple[float | None, float | None]:
    """Busy and stolen seconds of all cores: user, nice, system; steal. Interrupts are nobody's."""
    told = re.match(r"cpu +([\d ]+)", _text(root / "proc/stat"))
    ticks = [int(word) for word in told[1].split()] if told else []
    if len(ticks) < 3:
        return None, None
    tick = os.sysconf("SC_CLK_TCK")
    return sum(ticks[:3]) / tick, ticks[7] / tick if len(ticks) > 7 else None


def _ceilings(folders: list[Path]) -> tuple[float, ...]:
    bounds = [_number(folder / "cpufreq/scaling_max_freq") for folder in folders]
    return tuple(bound for bound in bounds if bound is not None)


def _clock(folders: list[Path]) -> float | None:
    parts = []
    for folder in folders:
        now = _number(folder / "cpufreq/scaling_cur_freq")
        most = _number(folder / "cpufreq/cpuinfo_max_freq")
        if now is not None and most:
            parts.append(now / most)
    return max(parts, default=None)


def _hot(folders: list[Path]) -> int | None:
    names = ("core_throttle_count", "package_throttle_count")
    counts = [_number(folder / "thermal_throttle" / name) for folder in folders for name in names]
    known = [int(count) for count in counts if count is not None]
    return sum(known) if known else None


def _throttled(root: Path) -> float | None:
    """Seconds that our container was out of its quota."""
    group = re.search(r"^0::(/.*)$", _text(root / "proc/self/cgroup"), re.MULTILINE)
    own = (group[1] if group else "/").strip("/")
    top = root / "sys/fs/cgroup"
    # Inside a container its own group is at the top, whatever the host calls it.
    for folder in (top / own, top):
        if told := re.search(r"^throttled_usec (\d+)$", _text(folder / "cpu.stat"), re.MULTILINE):
            return int(told[1]) / 1e6
    told = re.search(r"^throttled_time (\d+)$", _text(top / "cpu/cpu.stat"), re.MULTILINE)
    return int(told[1]) / 1e9 if told else None


def _waited(root: Path) -> float | None:
    """Seconds in which some task waited for a core."""
    told = re.search(r"^some .*total=(\d+)", _text(root / "proc/pressure/cpu"), re.MULTILINE)
    return int(told[1]) / 1e6 if told else None


def usable_cores() -> int:
    """The cores that we may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _cores() -> int:
    return min(os.cpu_count() or 1, _MOST_CPUS)


def _number(path: Path) -> float | None:
    text = _text(path).strip()
    return float(text) if re.fullmatch(r"\d{1,15}", text) else None


def _text(path: Path) -> str:
    with contextlib.suppress(OSError), path.open(encoding="utf-8", errors="replace") as file:
        return file.read(_LONGEST)
    return ""

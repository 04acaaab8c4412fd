"""What this machine is like right now: cores, memory, load, pressure, governor, clock.

Every reading is None where the system does not tell it. `root` is `/`, another folder in tests.
"""

from __future__ import annotations

import os
import re
import time
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path("/")


@dataclass(frozen=True, slots=True)
class Machine:
    """Readings of one moment.

    `memory` in bytes, the smaller of the machine's and the container's; `load` the average over a
    minute; `pressure` the part of the last 10 s in which a task waited for a core, 0 to 1.
    """

    cores: int
    quota: float | None
    memory: int | None
    load: float | None
    pressure: float | None
    governor: str | None
    sandbox: bool | None
    superuser: bool
    now: float


def look(root: Path = _ROOT) -> Machine:
    """Read everything once."""
    return Machine(
        cores=_cores(),
        quota=quota(root),
        memory=memory(root),
        load=load(root),
        pressure=pressure(root),
        governor=governor(root),
        sandbox=sandbox(root),
        superuser=hasattr(os, "geteuid") and os.geteuid() == 0,
        now=time.time(),
    )


def quota(root: Path) -> float | None:
    """The cores that the container may use at once (cgroup v2 `cpu.max`), None where unbounded."""
    words = _read(root, "sys/fs/cgroup/cpu.max").split()
    match words:
        case [allowed, period] if allowed.isdigit() and period.isdigit() and int(period):
            return int(allowed) / int(period)
        case _:
            return None


def memory(root: Path) -> int | None:
    """Bytes of memory: the machine's, or the container's bound where that is smaller."""
    told = re.search(r"^MemTotal:\s+(\d+) kB", _read(root, "proc/meminfo"), re.MULTILINE)
    bound = _read(root, "sys/fs/cgroup/memory.max").strip()
    sizes = [int(told[1]) * 1024] if told else []
    sizes += [int(bound)] if bound.isdigit() else []
    return min(sizes, default=None)


def load(root: Path) -> float | None:
    """The load average over the last minute."""
    first = _read(root, "proc/loadavg").split(" ", 1)[0]
    return float(first) if re.fullmatch(r"\d+\.\d+", first) else None


def pressure(root: Path) -> float | None:
    """The part of the last 10 s in which some task waited for a core, 0 to 1."""
    told = re.search(r"^some avg10=(\d+\.\d+)", _read(root, "proc/pressure/cpu"), re.MULTILINE)
    return float(told[1]) / 100 if told else None


def governor(root: Path) -> str | None:
    """The governor of the first core; virtual machines have none."""
    return _read(root, "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor").strip() or None


def sandbox(root: Path) -> bool | None:
    """Whether a user may start Chrome's sandbox (user namespaces), None where not told."""
    refused = _read(root, "proc/sys/kernel/apparmor_restrict_unprivileged_userns").strip() == "1"
    allowed = _read(root, "proc/sys/user/max_user_namespaces").strip()
    if not allowed.isdigit():
        return None
    return int(allowed) > 0 and not refused


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _read(root: Path, path: str) -> str:
    try:
        return (root / path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""

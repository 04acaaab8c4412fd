"""Facts about this machine that shape timings: CPU, cores, memory, system, runner image."""

from __future__ import annotations

import os
import platform
from pathlib import Path

from gate.core.run import Environment

COMPARED = ("cpu", "cores", "memory", "os", "arch", "image")
"""The facts that must agree for timings to be comparable."""


def environment(image: str = "") -> Environment:
    """The environment of this process; `image` is the CI's runner image."""
    facts = {
        "cpu": _cpu_model(),
        "cores": str(_cores()),
        "memory": _memory(),
        "os": _system(),
        "arch": platform.machine(),
        "image": image,
        "kernel": platform.release(),
        "python": platform.python_version(),
    }
    return Environment(tuple(facts.items()), COMPARED)


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _cpu_model() -> str:
    for line in _lines("/proc/cpuinfo"):
        name, _, value = line.partition(":")
        if name.strip() in {"model name", "Model", "CPU part"}:
            return " ".join(value.split())[:100]
    return platform.processor() or "unknown"


def _memory() -> str:
    """Whole GiB: what a virtual machine reports varies by a few MiB from boot to boot."""
    for line in _lines("/proc/meminfo"):
        if line.startswith("MemTotal:"):
            return f"{round(int(line.split()[1]) / 1024 / 1024)} GiB"
    return "unknown"


def _system() -> str:
    known = dict(line.split("=", 1) for line in _lines("/etc/os-release") if "=" in line)
    name = known.get("ID", "").strip('"')
    version = known.get("VERSION_ID", "").strip('"')
    return f"{name} {version}".strip() or f"{platform.system()} {platform.release()}"


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text("utf-8", "replace").splitlines()
    except OSError:
        return []

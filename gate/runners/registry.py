"""Runners by name: the built-in ones, then plugins of the entry-point group `gate.runners`."""

from __future__ import annotations

from typing import Any, cast

from gate.seams.plugins import Registry
from gate.seams.runner import Observer, Runner

AnyRunner = Runner[Any] | Observer[Any]

RUNNERS = Registry(
    "runner",
    "gate.runners",
    {
        "bundle": "gate.runners.bundle:RUNNER",
        "command": "gate.runners.command:RUNNER",
        "k6": "gate.runners.k6:RUNNER",
        "lighthouse": "gate.runners.lighthouse:RUNNER",
        "postgres": "gate.runners.postgres:RUNNER",
        "pytest-benchmark": "gate.runners.pytest_benchmark:RUNNER",
    },
)


def names() -> tuple[str, ...]:
    """Every name that a budget may give as `runner:`, in order."""
    return RUNNERS.names()


def find(name: str) -> AnyRunner:
    """The runner of that name; raises `UsageError` with the known names or the plugin's fault."""
    return cast("AnyRunner", RUNNERS.get(name))

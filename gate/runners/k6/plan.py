"""What load the script promises: its scenarios, how long and how many iterations each takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gate.runners.k6.durations import seconds

_GRACE = 30.0  # k6's default for gracefulStop and gracefulRampDown


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario in seconds; `lasts` is None where it ends with its `iterations`.

    `waits` says that every iteration is given time to end: none is interrupted as planned.
    """

    name: str
    start: float
    lasts: float | None
    at_most: float
    grace: float
    iterations: int | None = None
    waits: bool = True


def scenarios(options: Mapping[str, Any]) -> tuple[Scenario, ...]:
    """The scenarios of a script's options as `k6 archive` writes them, shortcuts resolved."""
    written = options.get("scenarios") or {}
    if written:
        return tuple(_scenario(name, config) for name, config in sorted(written.items()))
    return (_scenario("default", _shortcut(options)),)


def _shortcut(options: Mapping[str, Any]) -> dict[str, Any]:
    """`vus`, `duration`, `stages` and `iterations` as the scenario that k6 makes of them."""
    if options.get("iterations") is not None:
        limit = {"maxDuration": options["duration"]} if options.get("duration") else {}
        return {
            "executor": "shared-iterations",
            "vus": options.get("vus"),
            "iterations": options["iterations"],
            **limit,
        }
    if options.get("duration"):
        return {"executor": "constant-vus", "duration": options["duration"]}
    if options.get("stages"):
        return {"executor": "ramping-vus", "stages": options["stages"]}
    return {"executor": "per-vu-iterations", "vus": 1, "iterations": 1}


def _scenario(name: str, config: Mapping[str, Any]) -> Scenario:
    executor = config.get("executor", "")
    start = seconds(config.get("startTime")) or 0.0
    grace = _or(seconds(config.get("gracefulStop")), _GRACE)
    if executor in {"shared-iterations", "per-vu-iterations"}:
        each = config.get("vus") or 1 if executor == "per-vu-iterations" else 1
        at_most = _or(seconds(config.get("maxDuration")), 600.0)
        iterations = (config.get("iterations") or 1) * each
        return Scenario(name, start, None, at_most, grace, iterations, grace > 0)
    # Somebody else decides how many users an externally controlled load has, and it never waits.
    shortest = 0.0 if executor == "externally-controlled" else grace
    if executor == "ramping-vus":
        down = _or(seconds(config.get("gracefulRampDown")), _GRACE)
        grace, shortest = max(grace, down), min(grace, down)
    lasts = seconds(config.get("duration"))
    if lasts is None:
        lasts = sum(seconds(stage.get("duration")) or 0.0 for stage in config.get("stages") or [])
    return Scenario(name, start, lasts, lasts, grace, waits=shortest > 0)


def _or(value: float | None, default: float) -> float:
    return default if value is None else value

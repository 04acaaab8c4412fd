"""Reading what one pytest process left: the benchmarks' rounds, and how each test ended.

Facts: the JSON of pytest-benchmark 4 to 5.3 (`benchmarks[].stats.data`: seconds per iteration, one
value a round); it keeps a benchmark whose assertion failed afterwards, and leaves out one that
raised, so that only both files together tell what was measured.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeGuard

from gate.core.sample import Data
from gate.errors import RecordError
from gate.record import read_bounded

_LARGEST = 512 * 1024 * 1024


class UnreadableError(ValueError):
    """Output that is not what the tool writes; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One benchmark with its rounds in order, in seconds for one iteration."""

    test: str
    group: str
    rounds: tuple[float, ...]
    iterations: int


@dataclass(frozen=True, slots=True)
class Counted:
    """One metric of one benchmark that was witnessed, with what has to be known about it."""

    test: str
    group: str
    metric: str
    data: Data
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Ended:
    """How a benchmark ended: `passed`, `skipped`, `failed`, or "" where it never ran."""

    test: str
    outcome: str
    why: str
    group: str


@dataclass(frozen=True, slots=True)
class Output:
    """Everything that a process told. `broken` are modules that could not be collected.

    On the base's tree `foreign` is what was imported from head's, `own` what was from its own.
    `counted` is what a process gave that did not time, `cpu` the CPU seconds of the rounds.
    """

    benchmarks: tuple[Benchmark, ...]
    ended: tuple[Ended, ...]
    broken: tuple[Ended, ...]
    machine: tuple[tuple[str, str], ...]
    foreign: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    counted: tuple[Counted, ...] = ()
    cpu: tuple[Benchmark, ...] = ()


def read_output(output: Path, report: Path, cpu: Path | None = None) -> Output | None:
    """Read all files; None where pytest wrote no report. Raises `UnreadableError`."""
    told = _read(report)
    if told is None:
        return None
    written = _read(output)
    tests = _mapping(told.get("tests"), "tests")
    benchmarks = () if written is None else _benchmarks(written)
    return Output(
        benchmarks,
        tuple(_ended(test, _mapping(facts, test)) for test, facts in tests.items()),
        tuple(_broken(each) for each in _list(told.get("errors"), "errors")),
        () if written is None else _machine(written),
        _words(told, "foreign"),
        _words(told, "own"),
        cpu=_cpu(benchmarks, _read(cpu) if cpu is not None else None),
    )


def _cpu(timed: tuple[Benchmark, ...], written: dict[str, Any] | None) -> tuple[Benchmark, ...]:
    """The CPU time of every round that was timed."""
    found = []
    for each in timed:
        spent = (written or {}).get(each.test)
        if isinstance(spent, list) and len(spent) == len(each.rounds):
            if not all(map(_is_seconds, spent)):
                raise UnreadableError(f"{each.test} has a CPU time that is none")
            rounds = tuple(map(float, spent))
            found.append(Benchmark(each.test, each.group, rounds, each.iterations))
    return tuple(found)


def _words(told: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return tuple(str(each)[:500] for each in _list(told.get(name, []), name)[:10_000])


def _read(path: Path) -> dict[str, Any] | None:
    """A JSON object; None where the file is absent or empty."""
    if not path.exists():
        return None
    try:
        data = read_bounded(path, _LARGEST)
        if not data:
            return None
        found = json.loads(data)
    except (RecordError, ValueError, RecursionError) as error:
        raise UnreadableError(f"{path.name}: {error}") from None
    return _mapping(found, path.name)


def _benchmarks(written: Mapping[str, Any]) -> tuple[Benchmark, ...]:
    found = [_benchmark(each) for each in _list(written.get("benchmarks"), "benchmarks")]
    twice = [test for test, times in Counter(each.test for each in found).items() if times > 1]
    if twice:
        raise UnreadableError(f"{twice[0]} is reported more than once")
    return tuple(found)


def _benchmark(each: object) -> Benchmark:
    facts = _mapping(each, "benchmarks")
    test = facts.get("fullname")
    if not isinstance(test, str) or not test:
        raise UnreadableError("a benchmark has no fullname")
    stats = _mapping(facts.get("stats"), f"stats of {test}")
    data = stats.get("data")
    if not isinstance(data, list) or not data:
        raise UnreadableError(f"{test} has no rounds in stats.data")
    if stats.get("rounds") != len(data):
        raise UnreadableError(f"{test} says {stats.get('rounds')} rounds and has {len(data)}")
    if not all(map(_is_seconds, data)):
        raise UnreadableError(f"{test} has a round that is no time")
    iterations = stats.get("iterations")
    return Benchmark(
        test,
        str(facts.get("group") or ""),
        tuple(map(float, data)),
        iterations if isinstance(iterations, int) else 1,
    )


def _is_seconds(value: object) -> bool:
    return is_finite(value) and value >= 0


def is_finite(value: object) -> TypeGuard[int | float]:
    """Whether this is a number that a float can hold."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:  # JSON has integers of any length
        return False


def _ended(test: str, facts: Mapping[str, Any]) -> Ended:
    told = (str(facts.get(name, ""))[:500] for name in ("outcome", "why", "group"))
    return Ended(test, *told)


def _broken(each: object) -> Ended:
    told = [str(part)[:500] for part in _list(each, "errors")]
    if len(told) != 3:
        raise UnreadableError("an error that is no triple")
    return Ended(told[0], told[1], told[2], "")


def _machine(written: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """What pytest-benchmark saw of the machine."""
    info = written.get("machine_info")
    info = info if isinstance(info, dict) else {}
    cpu = info.get("cpu")
    cpu = cpu if isinstance(cpu, dict) else {}
    facts = {"cpu": cpu.get("brand_raw"), "cores": cpu.get("count"), "system": info.get("system")}
    return tuple((name, str(value)[:200]) for name, value in facts.items() if value)


def _mapping(value: object, what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise UnreadableError(f"{what}: expected an object")
    return value


def _list(value: object, what: str) -> list[Any]:
    if not isinstance(value, list):
        raise UnreadableError(f"{what}: expected a list")
    return value

"""What these tests share: written-out tool output, and running one unit on a small tree."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from gate.core.sample import reduce_unit
from gate.runners.pytest_benchmark import RUNNER
from gate.runners.pytest_benchmark.options import PytestBenchmarkOptions
from gate.seams.runner import Question, Refused, UnitAnswer, UnitFailed
from gate.testing import Case
from gate.testing.runner_contract import opened

PROBED = {
    "implementation": "CPython",
    "version": "3.12.1",
    "packages": {"pytest": "9.2.0", "pytest-benchmark": "5.3.1"},
}


def benchmarks(**rounds: Sequence[float]) -> bytes:
    """What pytest-benchmark writes, as little of it as is read."""
    return json.dumps(
        {
            "machine_info": {"cpu": {"brand_raw": "AMD EPYC", "count": 2}, "system": "Linux"},
            "benchmarks": [
                {
                    "fullname": f"bench/test_x.py::{name}",
                    "group": None,
                    "stats": {"data": list(data), "rounds": len(data), "iterations": 1},
                }
                for name, data in rounds.items()
            ],
        }
    ).encode()


def report(**outcomes: str) -> bytes:
    """What the reporter writes."""
    tests = {
        f"bench/test_x.py::{name}": {"outcome": outcome, "why": "1 == 2", "group": ""}
        for name, outcome in outcomes.items()
    }
    return json.dumps({"tests": tests, "errors": []}).encode()


def measure(
    root: Path,
    *questions: Question,
    env: Mapping[str, str] | None = None,
    python: str = sys.executable,
    args: tuple[str, ...] = (),
    paths: tuple[str, ...] = ("bench",),
) -> UnitAnswer | UnitFailed | Refused:
    """One unit on a tree, quickly."""
    options = PytestBenchmarkOptions(
        paths=paths, python=python, args=args, rounds=3, max_time="5 ms", warmup=False
    )
    full = {**os.environ, **(env or {})}
    case = Case(RUNNER, options, questions, root, env=full, timeout=60)
    with opened(case, root.parent / "out") as session:
        return session if isinstance(session, Refused) else session.unit(0)


def times(answer: UnitAnswer | UnitFailed | Refused) -> dict[str, float]:
    """What was found, by test."""
    assert isinstance(answer, UnitAnswer), answer
    return {
        found.sli.tag("test") or "": reduce_unit(found.data, found.sli) for found in answer.found
    }

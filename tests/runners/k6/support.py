"""Runs without k6: samples made by hand, searched as a session searches them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from gate.core.sli import parse_sli
from gate.runners.k6 import RUNNER
from gate.runners.k6.answer import Context, answers
from gate.runners.k6.asked import Asked, ask
from gate.runners.k6.catalogue import sources
from gate.runners.k6.clock import Clock
from gate.runners.k6.collect import ITERATIONS, Collection
from gate.runners.k6.load import check_load
from gate.runners.k6.logs import Log
from gate.runners.k6.options import K6Options
from gate.runners.k6.plan import Scenario
from gate.runners.k6.points import Point, read_points
from gate.runners.k6.progress import Progress
from gate.seams.runner import Found, NotFound, Question

SAMPLES = Path(__file__).parent / "samples"
VERSIONS = ("v0.57.0", "v1.1.0", "v2.2.0")


def options(**keys: Any) -> K6Options:  # whatever a budget may hold
    """Options as a budget gives them."""
    return K6Options.model_validate({"script": "load.js", **keys})


def asked(sli: str, *, each: str = "", chosen: K6Options | None = None) -> Asked:
    """A question whose id is its own text, its statistic named as the gate names it."""
    chosen = chosen or options()
    resolved, _ = RUNNER.catalogue(chosen).resolve(parse_sli(sli))
    return ask(Question(sli, resolved, each), sources(chosen)[resolved.metric])


def request(at: float, ms: float = 10.0, *, status: int = 200, **tags: str) -> list[Point]:
    """The samples of one HTTP request and of its iteration; status 0 is a refused connection."""
    good = 200 <= status < 400
    own = {
        "scenario": "default",
        "name": "GET /",
        "status": str(status),
        "expected_response": str(good).lower(),
        "group": "",
        **({"error_code": "1212", "error": "dial: connection refused"} if not status else {}),
        **tags,
    }
    return [
        Point("http_reqs", at, 1, own),
        Point("http_req_duration", at, ms if status else 0, own),
        Point("http_req_failed", at, 0 if good else 1, own),
        iteration(at, own["scenario"]),
    ]


def iteration(at: float, scenario: str = "default") -> Point:
    """An iteration that ended."""
    return Point("iterations", at, 1, {"scenario": scenario, "group": ""})


def dropped(at: float, times: int = 1, scenario: str = "default") -> Point:
    """Iterations that found no free virtual user."""
    return Point("dropped_iterations", at, times, {"scenario": scenario})


def search(
    points: Iterable[Point],
    *questions: Asked | str,
    chosen: K6Options | None = None,
    plan: tuple[Scenario, ...] = (),
    log: Log | None = None,
    interrupted: int = 0,
    seconds: float = 10.0,
) -> list[Found | NotFound]:
    """Every answer that a unit with these samples gives."""
    chosen, log = chosen or options(), log or Log()
    wanted = [q if isinstance(q, Asked) else asked(q, chosen=chosen) for q in questions]
    clock = Clock(chosen.warmup_seconds, plan, chosen.exclude_scenarios)
    collection = Collection(wanted, clock, chosen.exclude_scenarios)
    for point in points:
        collection.add(point)
    load = check_load(collection, log, Progress(interrupted), plan, chosen)
    ended = collection.totals[ITERATIONS]
    context = Context(clock, load, seconds, ended, collection.iterations, log.exception)
    return [answer for one in collection.searches for answer in answers(one, context)]


def found(answer: Found | NotFound) -> Found:
    """The answer, which must be data."""
    assert isinstance(answer, Found), answer.reason.sentence
    return answer


def lacking(answer: Found | NotFound) -> str:
    """Why there is no data."""
    assert isinstance(answer, NotFound), answer
    return f"{answer.reason.code}: {answer.reason.sentence}"


def recorded(version: str, wanted: Iterable[str]) -> list[Point]:
    """What was recorded of a real k6."""
    return list(read_points(SAMPLES / version / "samples.json.gz", frozenset(wanted)))


def write_samples(path: Path, points: Iterable[Point]) -> Path:
    """A file of samples as k6 writes it."""
    lines = [
        {
            "metric": point.metric,
            "type": "Point",
            "data": {"time": _time(point.at), "value": point.value, "tags": point.tags},
        }
        for point in points
    ]
    text = "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines)
    path.write_bytes(gzip.compress(text.encode()))
    return path


def _time(at: float) -> str:
    return f"2026-11-22T17:{int(at) // 60:02d}:{int(at) % 60:02d}.{round(at % 1 * 1e9):09d}Z"

"""Small files in the formats of the real measurements, with truths that nobody can miss."""

from __future__ import annotations

import csv
import gzip
import json
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

QUIET = 0.002
BENCHMARKS = tuple(f"bench_{n}" for n in range(24))
METRICS = (
    "first-contentful-paint",
    "largest-contentful-paint",
    "total-blocking-time",
    "speed-index",
)


def write(folder: Path) -> Path:
    """Every file that the benchmark reads."""
    chance = random.Random(17)
    folder.mkdir(parents=True, exist_ok=True)
    _json(folder / "pyperf_reruns.json.gz", {"pairs": _pairs(chance)})
    _table(folder / "cpython_history.csv.gz", _history(chance))
    _json(folder / "go_bent.json.gz", {"days": _days(chance)})
    _table(folder / "gab_self.csv.gz", _hosted(chance))
    _json(folder / "duet_rounds.json.gz", {"sessions": _sessions(chance)})
    for name, saturated in (("k6_io", False), ("k6_cpu", True)):
        about = "k6 1.1.0 constant-arrival-rate 110/s, 16 s, made up"
        _json(folder / f"{name}.json.gz", {"_about": about, "runs": _runs(chance, saturated)})
    _table(folder / "lighthouse_runs.csv", _loads(chance))
    micro = {name: [_around(chance, 1, 8) for _ in range(20)] for name in BENCHMARKS[:3]}
    _json(folder / "micro_sessions.json.gz", {"bench": micro})
    return folder


def thin(folder: Path, target: Path) -> Path:
    """The same files with next to nothing in them: one pair, two days, two blocks, no page."""
    target.mkdir(parents=True, exist_ok=True)
    keep = {"pairs": 1, "days": 2, "sessions": 6, "runs": 10, "bench": 1}
    for file in folder.iterdir():
        if file.name.endswith(".json.gz"):
            with gzip.open(file, "rt", encoding="utf-8") as opened:
                data = json.load(opened)
            for key, most in keep.items():
                if isinstance(data.get(key), dict):
                    data[key] = dict(list(data[key].items())[:most])
                elif key in data:
                    data[key] = data[key][:most]
            _json(target / file.name, data)
        else:
            zipped = file.suffix == ".gz"
            with gzip.open(file, "rt") if zipped else file.open(encoding="utf-8") as source:
                lines = source.readlines()[:8]
            to = target / file.name
            with gzip.open(to, "wt") if zipped else to.open("w", encoding="utf-8") as opened:
                opened.writelines(lines)
    return target


def _json(file: Path, data: dict[str, Any]) -> None:
    with gzip.open(file, "wt", encoding="utf-8") as opened:
        json.dump(data, opened)


def _table(file: Path, rows: Iterable[dict[str, Any]]) -> None:
    made = list(rows)
    zipped = file.suffix == ".gz"
    with gzip.open(file, "wt") if zipped else file.open("w", encoding="utf-8") as opened:
        writer = csv.DictWriter(opened, list(made[0]))
        writer.writeheader()
        writer.writerows(made)


def _around(chance: random.Random, centre: float, size: int, spread: float = QUIET) -> list[float]:
    return [centre * (1 + chance.gauss(0, spread)) for _ in range(size)]


def _pairs(chance: random.Random) -> dict[str, Any]:
    def side(factor: float) -> list[list[float]]:
        return [_around(chance, factor, 3) for _ in range(20)]

    return {
        f"linux-abc{n}def-{flags}": {
            "env_changed": moved,
            "a_spec": f"x^:results/bm-202406{20 + n}-3.14.0a0-abc{n}def/bm.json",
            "bench": {name: {"a": side(1.0), "b": side(factor)} for name in BENCHMARKS},
        }
        for n, (flags, moved, factor) in enumerate(
            [("default", False, 1.0), ("JIT", False, 1.0), ("JIT", True, 1.04)]
        )
    }


def _history(chance: random.Random) -> Iterable[dict[str, Any]]:
    def row(day: str, run: str, commit: str, version: str, mean: float) -> Iterable[dict[str, Any]]:
        for name in BENCHMARKS:
            yield {
                "machine": "linux",
                "commit_date": f"{day}T10:00:00+00:00",
                "commit": commit,
                "run_started": f"{run} 12:00:00",
                "version": version,
                "bench": name,
                "mean": mean * (1 + chance.gauss(0, QUIET)),
            }

    yield from row("2023-10-13", "2023-11-13", "old0000", "3.13.0a1", 1.0)
    yield from row("2024-05-09", "2024-05-09", "new0000", "3.14.0a0", 1.0)
    for n in range(14):
        yield from row(f"2024-06-{n + 1:02}", f"2024-06-{n + 1:02}", f"c{n}", "3.14.0a0", 1.0)
    yield from row("2024-06-03", "2024-06-04", "release", "3.12.4", 2.0)
    yield from row("2024-06-20", "2024-06-25", "abc0def", "3.14.0a0", 3.0)


def _days(chance: random.Random) -> dict[str, Any]:
    effects = {"same": 1.0, "slow3": 1.03, "slow7": 1.07, "slow20": 1.2, "fast": 0.9}
    return {
        f"202201{day:02}T213211": {
            side: {
                "commit": "c",
                "bench": {
                    name: _around(chance, 100 * (factor if side == "tip" else 1), 25)
                    for name, factor in effects.items()
                },
            }
            for side in ("base", "tip")
        }
        for day in range(1, 13)
    }


def _hosted(chance: random.Random) -> Iterable[dict[str, Any]]:
    for build in range(30):
        for suite, bench, rate in (("A", "fib_10", "0"), ("B", "fib(20)", "1"), ("A", "aux", "0")):
            yield {
                "suite": suite,
                "bench": bench,
                "bigger_is_better": rate,
                "build": build,
                "date": f"2026-01-{build + 1:02}T01:00",
                "commit": f"c{build}",
                "value": 1000 * (1 + chance.gauss(0, 0.01)),
            }


def _sessions(chance: random.Random) -> list[dict[str, Any]]:
    def side() -> list[list[float]]:
        return [[each, each] for each in _around(chance, 1, 30)]

    return [
        {"session": n, "sched": sched, "rec": {name: [side(), side()] for name in "fgh"}}
        for n in range(24)
        for sched in ("block", "alt")
    ]


def _runs(chance: random.Random, saturated: bool) -> list[dict[str, Any]]:
    def latencies(factor: float) -> list[float]:
        state, made = 0.0, []
        for _ in range(400):
            state = (0.9 * state if saturated else 0.0) + chance.gauss(0, 0.05)
            made.append(40 * factor * (1 + state))
        return made

    variants = {"A": 1.0, "B05": 1.05, "B10": 1.1, "B20": 1.2}
    return [
        {
            "k": 10 * block + n,
            "block": block,
            "var": variant,
            "t": float(10 * block + n),
            "dropped": 0,
            "load": ["2.0", "2.0", "2.0"],
            "ms": latencies(variants[variant]),
        }
        for block in range(6)
        for n, variant in enumerate(["A", "B10", "A", "B05", "B20"])
    ]


def _loads(chance: random.Random) -> Iterable[dict[str, Any]]:
    for repo, size, weight in (("us/page", 22, 1000), ("us/other", 24, 1000), ("few/loads", 3, 9)):
        for n in range(size):
            yield {
                "repo": repo,
                "url": "http://localhost/",
                "fetch_time": f"2026-02-24T02:{n:02}:00Z",
                "total-byte-weight": weight * (2 if n == 0 else 1),
                **{metric: 900 * (1 + chance.gauss(0, 0.005)) for metric in METRICS},
            }
    for n in range(12):
        metrics = dict.fromkeys(METRICS, 500 + 100 * n)
        yield {
            "repo": "x/central-lighthouse",
            "url": "https://live/",
            "fetch_time": f"2026-02-24T03:{n:02}:00Z",
            "total-byte-weight": 5,
            **metrics,
        }

"""The measurements with known truth, read from a folder that is never part of the project.

The folder is `DECISIONS` (or `DATA`) of the environment, else `../shared/decisions/data` beside the
repository. Nothing here knows a name or a count of what lies in it: other pairs, days or sessions
in the same formats are read alike. Lower is better everywhere; times are seconds where not said.
"""

from __future__ import annotations

import csv
import gzip
import json
import os
import re
import statistics
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Values = tuple[float, ...]
Units = tuple[Values, ...]

ROOT = Path(__file__).resolve().parents[2]
TIMINGS = (
    "first-contentful-paint",
    "largest-contentful-paint",
    "speed-index",
    "total-blocking-time",
)
SAME_WEIGHT = 0.005
"""Loads of one page whose bytes differ by less are loads of the same page."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """One earlier run of a benchmark: its mean, as one unit; `line` is its version's branch.

    `accepted` where a baseline may rest on it.
    """

    at: str
    commit: str
    value: float
    line: tuple[int, ...] = ()
    accepted: bool = True


@dataclass(frozen=True, slots=True)
class Rerun:
    """The same commit, benchmarked twice: `a` and `b` map a benchmark to its processes' values.

    `day` is the commit's (ISO): both runs are later than it. `flags` says how the commit was built,
    `moved` that the machine was rebooted between the two.
    """

    pair: str
    machine: str
    commit: str
    flags: str
    day: str
    moved: bool
    a: Mapping[str, Units]
    b: Mapping[str, Units]


@dataclass(frozen=True, slots=True)
class GoDay:
    """One day: Go1.17 (`base`, the same every day) and that day's master (`tip`), runs in turn."""

    day: str
    base: Mapping[str, Values]
    tip: Mapping[str, Values]


@dataclass(frozen=True, slots=True)
class Series:
    """One benchmark's single values, oldest first, lower is better; the code never changes.

    Series of one `block` are measured by the same runs, or on the same machine.
    """

    block: str
    name: str
    builds: tuple[Earlier, ...]


@dataclass(frozen=True, slots=True)
class Session:
    """A pair of workers with identical code: function -> (P's, Q's) rounds of (wall, cpu)."""

    session: int
    alternated: bool
    rounds: Mapping[str, tuple[tuple[Values, ...], tuple[Values, ...]]]


@dataclass(frozen=True, slots=True)
class LoadRun:
    """One k6 run: milliseconds of every request in order of completion, and the load signals.

    `variant` A is base code; B05, B10, B20 do 5, 10, 20 % more work. `load` is the machine's
    load average over 1, 5 and 15 minutes; the machine has `cores`.
    """

    number: int
    block: int
    variant: str
    ms: Values
    dropped: int
    load: Values
    seconds: float
    rate: float
    cores: int = 2


@dataclass(frozen=True, slots=True)
class Page:
    """The loads of one page build in order of time: metric -> milliseconds."""

    repo: str
    url: str
    loads: Mapping[str, Values]

    @property
    def name(self) -> str:
        """Repository and address: a page's identity."""
        return f"{self.repo} {self.url}"


def folder() -> Path | None:
    """Where the data lie; None where they are not on this machine."""
    named = os.environ.get("DECISIONS") or os.environ.get("DATA")
    found = Path(named) if named else ROOT.parent / "shared" / "decisions" / "data"
    return found if found.is_dir() else None


def _json(file: Path) -> dict[str, Any]:
    with gzip.open(file, "rt", encoding="utf-8") as opened:
        loaded: dict[str, Any] = json.load(opened)
    return loaded


def table_rows(file: Path) -> Iterator[dict[str, str]]:
    """A CSV file's rows, zipped or not."""
    zipped = file.suffix == ".gz"
    with gzip.open(file, "rt") if zipped else file.open(encoding="utf-8", newline="") as opened:
        yield from csv.DictReader(opened)


def _units(groups: Sequence[Sequence[float]]) -> Units:
    return tuple(tuple(float(value) for value in group) for group in groups)


def reruns(data: Path) -> tuple[Rerun, ...]:
    """`pyperf_reruns`: every pair of runs, sorted by name; a unit is a process."""
    found = []
    for pair, facts in sorted(_json(data / "pyperf_reruns.json.gz")["pairs"].items()):
        named = re.search(r"bm-(\d{4})(\d{2})(\d{2})-", facts["a_spec"])
        found.append(
            Rerun(
                pair=pair,
                machine=pair.split("-")[0],
                commit=pair.split("-")[1],
                flags=pair.split("-")[2],
                day="-".join(named.groups()) if named else "",
                moved=bool(facts["env_changed"]),
                a={name: _units(both["a"]) for name, both in facts["bench"].items()},
                b={name: _units(both["b"]) for name, both in facts["bench"].items()},
            )
        )
    return tuple(found)


def go_days(data: Path) -> tuple[GoDay, ...]:
    """`go_bent`: the days in order; a value is one run (ns an operation)."""
    return tuple(
        GoDay(
            day=day,
            base={name: tuple(values) for name, values in sides["base"]["bench"].items()},
            tip={name: tuple(values) for name, values in sides["tip"]["bench"].items()},
        )
        for day, sides in sorted(_json(data / "go_bent.json.gz")["days"].items())
    )


def hosted(data: Path) -> tuple[Series, ...]:
    """`gab_self`: unchanged Fibonacci benchmarks on hosted runners; rates become times."""
    found: dict[tuple[str, str], list[Earlier]] = defaultdict(list)
    for row in table_rows(data / "gab_self.csv.gz"):
        name, value = row["bench"], float(row["value"])
        if "fib" not in name.lower() or "Aux" in name or "Iterative" in name or value <= 0:
            continue
        time = 1e9 / value if row["bigger_is_better"] == "1" else value
        found[row["suite"], name].append(Earlier(row["date"], row["commit"], time))
    return tuple(
        Series(suite, f"{suite} {name}", tuple(builds))
        for (suite, name), builds in sorted(found.items())
    )


def quiet(data: Path) -> tuple[Series, ...]:
    """`go_bent` as history: one build a day, the median of the day's runs of Go1.17."""
    found: dict[str, list[Earlier]] = defaultdict(list)
    for day in go_days(data):
        for name, values in day.base.items():
            found[name].append(Earlier(day.day, day.day, statistics.median(values)))
    return tuple(Series(name, name, tuple(builds)) for name, builds in sorted(found.items()))


def duet(data: Path) -> tuple[Session, ...]:
    """`duet_rounds`: sessions of two workers; a value is a round."""

    def rounds(both: Sequence[Sequence[Sequence[float]]]) -> tuple[Units, Units]:
        return _units(both[0]), _units(both[1])

    return tuple(
        Session(
            session=int(each["session"]),
            alternated=each["sched"] == "alt",
            rounds={name: rounds(both) for name, both in each["rec"].items()},
        )
        for each in _json(data / "duet_rounds.json.gz")["sessions"]
    )


def load_runs(data: Path, name: str) -> tuple[LoadRun, ...]:
    """`k6_io` or `k6_cpu`: the runs in order of time; seconds and rate stand in the file's text."""
    loaded = _json(data / f"{name}.json.gz")
    about = loaded["_about"]
    rate = float(_found(r"([\d.]+)/s", about))
    seconds = float(_found(r"([\d.]+) s\b", about))
    return tuple(
        LoadRun(
            number=int(run["k"]),
            block=int(run["block"]),
            variant=run["var"],
            ms=tuple(max(float(value), 1e-3) for value in run["ms"]),
            dropped=int(run["dropped"]),
            load=tuple(float(value) for value in run["load"]),
            seconds=seconds,
            rate=rate,
        )
        for run in sorted(loaded["runs"], key=lambda each: float(each["t"]))
    )


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    return match[1] if match else "nan"


def pages(data: Path, least: int = 9) -> tuple[Page, ...]:
    """`lighthouse_runs`: pages with enough loads of one build (equal bytes); no live sites."""
    found: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    for row in table_rows(data / "lighthouse_runs.csv"):
        live = "central-lighthouse" in row["repo"]
        if not live and all(row[metric] for metric in TIMINGS):
            found[row["repo"], row["url"]].append(row)
    made = []
    for (repo, url), rows in sorted(found.items()):
        weights = [float(row["total-byte-weight"]) for row in rows]
        middle = statistics.median(weights)
        same = [
            row
            for row, weight in zip(rows, weights, strict=True)
            if abs(weight - middle) < SAME_WEIGHT * middle
        ]
        same.sort(key=lambda row: row["fetch_time"])
        if len(same) >= least:
            loads = {metric: tuple(float(row[metric]) for row in same) for metric in TIMINGS}
            made.append(Page(repo, url, loads))
    return tuple(made)


def micro(data: Path) -> Mapping[str, Units]:
    """`micro_sessions`: benchmark -> consecutive fresh processes of identical code."""
    loaded = _json(data / "micro_sessions.json.gz")["bench"]
    return {name: _units(sessions) for name, sessions in loaded.items()}


def scaled(units: Units, factor: float) -> Units:
    """The units with every value multiplied: a known worsening."""
    return tuple(tuple(value * factor for value in unit) for unit in units)

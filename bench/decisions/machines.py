"""What a machine knew before a pair of runs: `cpython_history`, as a gate's store would hold it."""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

from bench.decisions.data import Earlier, Rerun, table_rows

FRESH = timedelta(days=14)
"""A run of a commit older than this is a backfill: it is no part of the branch's history."""
DEFAULT = "default"
"""The flags of the builds whose history is kept."""
ENOUGH = 8
REMEMBERED = timedelta(days=110)
"""How far back a machine's history of a moving branch is taken."""


@dataclass(frozen=True, slots=True)
class MachineHistory:
    """All runs of fresh commits by (machine, benchmark), in order of commit.

    `begun` holds, for every version line, the date of its first commit here, oldest first.
    """

    runs: Mapping[tuple[str, str], tuple[Earlier, ...]]
    begun: tuple[tuple[str, tuple[int, ...]], ...]

    def main_lines(self, first: str, last: str) -> frozenset[tuple[int, ...]]:
        """The version lines that were the main branch's at some time between two dates.

        Main's line only rises: one that begins below another is a branch of old releases.
        """
        made: list[tuple[int, ...]] = []
        newest: tuple[int, ...] = ()
        for begun, line in self.begun:
            if begun <= last and line > newest:
                newest = line
                made = [line] if begun <= first else [*made, line]
        return frozenset(made)


def machine_history(data: Path) -> MachineHistory:
    """`cpython_history`: what each machine measured of commits that were new then."""
    found: dict[tuple[str, str], list[tuple[str, Earlier]]] = defaultdict(list)
    begun: dict[tuple[int, ...], str] = {}
    for row in table_rows(data / "cpython_history.csv.gz"):
        mean, started, committed = float(row["mean"]), row["run_started"], row["commit_date"][:19]
        age = datetime.fromisoformat(started) - datetime.fromisoformat(committed)
        line = tuple(int(part) for part in row["version"].split(".")[:2])
        begun[line] = min(begun.get(line, committed), committed)
        if mean <= 0 or age > FRESH:
            continue
        run = Earlier(started, row["commit"], mean, line)
        found[row["machine"], row["bench"]].append((committed, run))
    return MachineHistory(
        runs={
            key: tuple(run for _, run in sorted(runs, key=lambda each: (each[0], each[1].at)))
            for key, runs in found.items()
        },
        begun=tuple(sorted((first, line) for line, first in begun.items())),
    )


def before(history: MachineHistory, rerun: Rerun, benchmark: str) -> tuple[Earlier, ...]:
    """What the machine knew of a benchmark before both runs of the pair.

    Runs of the lines that were the main branch's in that time; not the pair's own commit. They
    are of default builds: a pair of another build borrows how they vary, not where they lie.
    """
    if not rerun.day:
        return ()
    first = (datetime.fromisoformat(rerun.day) - REMEMBERED).isoformat()
    lines = history.main_lines(first, rerun.day)
    return tuple(
        replace(run, accepted=rerun.flags == DEFAULT)
        for run in history.runs.get((rerun.machine, benchmark), ())
        if first <= run.at < rerun.day
        and run.line in lines
        and not run.commit.startswith(rerun.commit)
    )


def usual_spread(histories: Iterable[Sequence[Earlier]]) -> float | None:
    """How far a machine's runs usually lie apart: the sd on the log scale of the middle benchmark.

    From the differences of successive runs, so that a moving branch adds little, and from their
    median, so that steps add nothing; histories of less than eight runs say nothing.
    """
    spreads = []
    for history in histories:
        logs = [math.log(run.value) for run in history]
        if len(logs) >= ENOUGH:
            steps = [after - before for before, after in pairwise(logs)]
            middle = statistics.median(steps)
            away = statistics.median(abs(step - middle) for step in steps)
            spreads.append(1.4826 * away / math.sqrt(2))
    return statistics.median(spreads) if spreads else None

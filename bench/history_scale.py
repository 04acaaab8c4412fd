"""How long a page of history takes with a million measurements: read, told, drawn and written.

    python bench/history_scale.py [--rows 1000000] [--folder DIR] [--write]

SQLite, then PostgreSQL: a private server on a free port, or that of PERFGATE_BENCH_DSN. With
--folder the SQLite file stays and only what is missing is inserted. `--write` puts the table into
docs/history.md. Exit 1 where a page takes longer than a second.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.readme import write  # noqa: E402
from bench.store_scale import BATCH, OBJECTIVES, PAGE, insert, server  # noqa: E402
from gate.core.trend import trace  # noqa: E402
from gate.record import write_atomic  # noqa: E402
from gate.reports.history import History, pages  # noqa: E402
from gate.stores.sql import SqlShelf  # noqa: E402
from gate.stores.sql_engine import sqlite  # noqa: E402
from gate.stores.sql_tables import ENTRIES  # noqa: E402

PROBES = 25


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds of a page: its median, the slowest, and the median of reading the store alone."""

    name: str
    rows: int
    median: float
    slowest: float
    reading: float
    listing: float
    largest: int


def main() -> int:
    """Fill both, write pages, print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--folder", type=Path)
    options.add_argument("--write", action="store_true")
    given = options.parse_args()
    runs = max(1, given.rows // OBJECTIVES)
    with tempfile.TemporaryDirectory() as scratch:
        folder = given.folder or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / "history.db"
        file.touch()
        results = [measured("SQLite", SqlShelf(sqlite(file), file), runs, Path(scratch))]
        with server() as database:
            results.append(measured("PostgreSQL", SqlShelf(database), runs, Path(scratch)))
    text = table(results)
    if given.write:
        write("scale", text, ROOT / "docs" / "history.md")
    print(text)
    return int(any(took.slowest > PAGE for took in results))


def table(results: list[Took]) -> str:
    """The results as a table of the page."""
    lines = [
        "| store | measurements | a page | slowest of 25 | of it reading | list of ids | size |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    lines.extend(
        f"| {t.name} | {t.rows:,} | {t.median:.2f} s | {t.slowest:.2f} s | {t.reading:.2f} s "
        f"| {t.listing:.2f} s | {t.largest // 1000} kB |"
        for t in results
    )
    return "\n".join(lines)


def value(number: int, which: int) -> float:
    """One per cent of scatter, a step of 4 % in the middle, a drift of 0.01 % a run at the end."""
    rng = random.Random(number * OBJECTIVES + which)  # noqa: S311  # a simulation
    level = (0.2 + which * 1e-4) * (1.04 if number >= 1000 else 1.0)
    return level * (1 + 1e-4 * max(0, number - 1600)) * (1 + rng.gauss(0, 0.01))


def measured(name: str, shelf: SqlShelf, runs: int, folder: Path) -> Took:
    """Insert what is missing, then write the pages of objectives all over the table."""
    count = sa.select(sa.func.count()).select_from(ENTRIES)
    there = shelf.database.read(lambda c: c.execute(count).scalar_one())
    for first in range(there, runs, BATCH):
        insert(shelf.database, range(first, min(first + BATCH, runs)), value)
        print(f"{name}: {min(first + BATCH, runs)} of {runs} runs", file=sys.stderr, end="\r")
    print(file=sys.stderr)
    start = time.monotonic()
    assert len(shelf.objectives("main")) == OBJECTIVES
    listing = time.monotonic() - start
    took, reading, largest = [], [], 0
    for probe in range(PROBES):
        objective = f"api/p95(http_req_duration{{op:{probe * OBJECTIVES // PROBES}}})"
        start = time.monotonic()
        points = shelf.history(objective, "main")
        reading.append(time.monotonic() - start)
        history = History(objective, "main", trace(points))
        for file, text in pages([history], "bench"):
            write_atomic(folder / file, text.encode())
            largest = max(largest, len(text))
        took.append(time.monotonic() - start)
        assert len(points) >= runs
    middle, slowest = statistics.median(took), max(took)
    middle_of_reading = statistics.median(reading)
    return Took(name, runs * OBJECTIVES, middle, slowest, middle_of_reading, listing, largest)


if __name__ == "__main__":
    sys.exit(main())

"""How long a page of history takes with a million measurements in SQLite and in PostgreSQL.

    python bench/store_scale.py [--rows 1000000] [--folder DIR]

Goes on where it stopped: with --folder the SQLite file stays, and only what is missing is inserted.
PostgreSQL is a private server on a free port, or the one whose address is in PERFGATE_BENCH_DSN.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from gate.stores.sql import SqlShelf  # noqa: E402
from gate.stores.sql_engine import Database, postgresql, sqlite  # noqa: E402
from gate.stores.sql_tables import ENTRIES, MEASUREMENTS  # noqa: E402
from tests.runners.postgres.cluster import cluster  # noqa: E402

OBJECTIVES = 500
BATCH = 20
PROBES = 25
PAGE = 1.0
"""What a page may take, in seconds."""


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds: inserting a run, and the median and the slowest page of history."""

    name: str
    rows: int
    insert: float
    median: float
    slowest: float


def main() -> int:
    """Fill both and print the table; exit 1 where a page takes longer than it may."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--folder", type=Path)
    given = options.parse_args()
    runs = max(1, given.rows // OBJECTIVES)
    with tempfile.TemporaryDirectory() as scratch:
        folder = given.folder or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / "scale.db"
        file.touch()
        results = [measured("SQLite", SqlShelf(sqlite(file), file), runs)]
        with server() as database:
            results.append(measured("PostgreSQL", SqlShelf(database), runs))
    print(f"{'store':12}{'rows':>10}{'insert/run':>12}{'page':>9}{'slowest':>9}")
    for r in results:
        print(f"{r.name:12}{r.rows:10}{r.insert:10.3f} s{r.median:7.3f} s{r.slowest:7.3f} s")
    return int(any(r.slowest > PAGE for r in results))


@contextlib.contextmanager
def server() -> Iterator[Database]:
    """A PostgreSQL database."""
    named = os.environ.get("PERFGATE_BENCH_DSN")
    if named:
        yield postgresql(sa.make_url(named))
        return
    with cluster({"shared_preload_libraries": "pg_stat_statements"}) as running:
        yield postgresql(sa.make_url(running.dsn()))


def measured(name: str, shelf: SqlShelf, runs: int) -> Took:
    """Insert what is missing, then read the history of objectives all over the table."""
    count = sa.select(sa.func.count()).select_from(ENTRIES)
    there = shelf.database.read(lambda c: c.execute(count).scalar_one())
    began = time.monotonic()
    for first in range(there, runs, BATCH):
        insert(shelf.database, range(first, min(first + BATCH, runs)))
        print(f"{name}: {min(first + BATCH, runs)} of {runs} runs", file=sys.stderr, end="\r")
    print(file=sys.stderr)
    added = max(1, runs - there)
    inserted = (time.monotonic() - began) / added
    took = []
    for probe in range(PROBES):
        objective = f"api/p95(http_req_duration{{op:{probe * OBJECTIVES // PROBES}}})"
        start = time.monotonic()
        points = shelf.history(objective, "main")
        took.append(time.monotonic() - start)
        assert len(points) >= runs
    return Took(name, runs * OBJECTIVES, inserted, statistics.median(took), max(took))


def growing(number: int, which: int) -> float:
    """The value of an objective in a run: larger by a millionth from run to run."""
    return 0.2 + which * 1e-4 + number * 1e-6


def insert(
    database: Database, numbers: range, value: Callable[[int, int], float] = growing
) -> None:
    """Insert some runs with all their measurements, without their records."""
    entries = [
        {
            "number": number + 1,
            "id": f"run-{number:07}",
            "at": f"{2020 + number // 10000}-01-01T{number // 3600 % 24:02}:"
            f"{number // 60 % 60:02}:{number % 60:02}Z",
            "commit_sha": f"{number:040x}",
            "branch": "main",
            "environment": "0" * 16,
            "valid": True,
            "accepted": False,
            "head": b"{}",
        }
        for number in numbers
    ]
    rows = [
        {
            "objective": f"api/p95(http_req_duration{{op:{which}}})",
            "entry": number + 1,
            "series": "p95(http_req_duration)@0123456789abcdef",
            "value": value(number, which),
            "n": 5,
            "unit": "time",
            "status": "pass",
        }
        for number in numbers
        for which in range(OBJECTIVES)
    ]

    def work(connection: sa.Connection) -> None:
        connection.execute(sa.insert(ENTRIES), entries)
        connection.execute(sa.insert(MEASUREMENTS), rows)

    database.write(work)


if __name__ == "__main__":
    sys.exit(main())

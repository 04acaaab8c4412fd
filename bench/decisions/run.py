"""Our judge and the peers' rules on the same data of known truth: one table.

    .venv/bin/python bench/decisions/run.py [CASE...] [--write]

`DECISIONS` names the folder of the data; where it is not there, nothing is measured. `--write`
puts the table into the documentation. Exit 1 where a goal is missed. Cases run in processes of
their own, as many at once as `WORKERS` says (2).
"""

from __future__ import annotations

import importlib
import os
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.decisions.table import Row

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

CASES = (
    "interleaved",
    "sequential",
    "go_real",
    "stored",
    "duet",
    "k6_io",
    "k6_saturated",
    "lighthouse",
    "history_hosted",
    "history_quiet",
    "reboot",
    "calibration",
    "simulated",
    "scale",
)
WITHOUT_DATA = ("simulated", "scale")
TIMED = ("scale",)
"""Measured when nothing else of ours runs."""


def main(arguments: Sequence[str]) -> int:
    """Print the table of the named cases, or of all."""
    from bench.decisions import data, table

    names = [each for each in arguments if not each.startswith("-")] or list(CASES)
    unknown = sorted(set(names) - set(CASES))
    if unknown:
        print(f"no such case: {', '.join(unknown)}; there are {', '.join(CASES)}")
        return 2
    folder = data.folder()
    if folder is None:
        print("The measurements are not on this machine (DECISIONS names their folder).")
        names = [name for name in arguments if name in WITHOUT_DATA]
        if not names:
            return 0
    ordered = sorted(names, key=CASES.index)
    together = [name for name in ordered if name not in TIMED]
    with ProcessPoolExecutor(max_workers=int(os.environ.get("WORKERS", "2"))) as pool:
        rows = [row for made in pool.map(measure, together) for row in made]
    rows += [row for name in ordered if name in TIMED for row in measure(name)]
    text = table.render(rows)
    print(text)
    print(f"\n{table.summary(rows)}\n\n{table.offenders(rows)}")
    if "--write" in arguments:
        (ROOT / "docs" / "decisions.md").write_text(table.page(rows), "utf-8")
    return 1 if any(row.missed for row in rows) else 0


def measure(name: str) -> list[Row]:
    """The rows of one case."""
    from bench.decisions import data, table

    begun = time.monotonic()
    case = importlib.import_module(f"bench.decisions.cases.{name}")
    try:
        rows: list[Row] = case.rows(data.folder())
    except FileNotFoundError as error:
        absent = Path(str(error.filename)).name
        rows = [table.Row(name, "", None, None, note=f"{absent} is not there")]
    print(f"{name}: {time.monotonic() - begun:.0f} s", file=sys.stderr)
    return rows


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

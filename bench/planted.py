"""Every planted regression of the shop against the clean shop, as the table of the README.

    make bench-planted        (more than half an hour on two cores; PLANTS=a,b for some of them;
                               --write puts the table into the README)

The clean shop is measured and accepted as baseline, checked again, and then checked with each
plant. A row is right where the exit code is the expected one, every promise that the plant breaks
fails, and nothing fails that it cannot touch.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import readme
from plants import PLANTS, Plant

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / ".gate" / "bench-planted"
GATE = ROOT / ".venv" / "bin" / "gate"


def main() -> int:
    """Run the whole table; exit 1 where any row is not right."""
    shutil.rmtree(OUT, ignore_errors=True)
    wanted = os.environ.get("PLANTS", "")
    chosen = [p for p in PLANTS if not wanted or p.name in wanted.split(",")]
    check("baseline", "")
    subprocess.run(
        [GATE, "baseline", "accept", OUT / "baseline" / "run.json", *store()], check=True
    )
    lines = ["| shop | exit | failing rows | as it should be |", "| --- | --- | --- | --- |"]
    print("\n".join(lines), flush=True)
    wrong = 0
    for plant in (Plant("clean", ()), *chosen):
        line, right = row(plant, check(plant.name, plant.name if plant.breaks else ""))
        print(line, flush=True)
        lines.append(line)
        wrong += not right
    print(f"\n{len(lines) - 2 - wrong} of {len(lines) - 2} rows are as they should be")
    if "--write" in sys.argv:
        readme.write("planted", "\n".join(lines))
    return 1 if wrong else 0


def check(name: str, plants: str) -> dict[str, Any]:
    """One check of the shop with these plants; returns its outcome."""
    out = OUT / name
    done = subprocess.run(
        [GATE, "check", "--quiet", "--json", "--profile", "short", "--out", out, *store()],
        cwd=ROOT,
        env={**os.environ, "SHOP_PLANTS": plants},
        capture_output=True,
        check=False,
    )
    if done.returncode not in {0, 1, 3, 4}:
        sys.exit(done.stderr.decode())
    outcome: dict[str, Any] = json.loads((out / "outcome.json").read_bytes())
    return outcome


def store() -> list[str]:
    """The benchmark's own store."""
    return ["--store", f"folder:{OUT / 'store'}"]


def row(plant: Plant, outcome: dict[str, Any]) -> tuple[str, bool]:
    """One row of the table, and whether it is right."""
    failing = [r["objective"]["id"] for r in outcome["rows"] if r["status"] == "fail"]
    broken = all(any(fnmatchcase(f, _literal(p)) for f in failing) for p in plant.breaks)
    allowed = (*plant.breaks, *plant.may)
    clean = all(any(fnmatchcase(f, _literal(p)) for p in allowed) for f in failing)
    right = outcome["exit"] == (1 if plant.breaks else 0) and broken and clean
    shown = "<br>".join(f"`{f}`" for f in failing) or "none"
    return f"| {plant.name} | {outcome['exit']} | {shown} | {'yes' if right else 'NO'} |", right


def _literal(pattern: str) -> str:
    """Only the star is special in a pattern of ids."""
    return pattern.replace("[", "[[]").replace("?", "[?]")


if __name__ == "__main__":
    sys.exit(main())

"""Every benchmark in turn, each in a process of its own: what `make bench` runs.

    .venv/bin/python bench/run.py [NAME...]

The names are those below; without one all run, which takes hours on two cores. A benchmark that
misses a goal does not stop the others. Exit 1 where any missed one.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
BENCHES = {
    "decisions": ("decisions/run.py", "--write"),
    "overhead": ("overhead.py", "--check", "--write"),
    "instructions": ("instructions.py", "--write"),
    "killed": ("killed.py", "--times", "50"),
    "planted": ("planted.py", "--write"),
    "report": ("report.py",),
    "quiet": ("quiet.py", "--write"),
    "strangers": ("strangers.py", "--write", "--within", "5400"),
    "shop": ("shop_against.py", "--write", "--within", "5400"),
}


def main(names: Sequence[str]) -> int:
    """Run what is named, or everything."""
    unknown = sorted(set(names) - BENCHES.keys())
    if unknown:
        print(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(BENCHES)}")
        return 2
    missed = [name for name in names or BENCHES if not run(name)]
    print(f"\nmissed: {', '.join(missed) or 'none'}")
    return 1 if missed else 0


def run(name: str) -> bool:
    """Whether one benchmark met its goals."""
    print(f"\n=== {name}", flush=True)
    script, *words = BENCHES[name]
    begun = time.monotonic()
    done = subprocess.run([sys.executable, HERE / script, *words], cwd=HERE.parent, check=False)
    print(f"=== {name}: exit {done.returncode} after {time.monotonic() - begun:.0f} s", flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

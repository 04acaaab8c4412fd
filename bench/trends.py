"""How often histories without a change are said to have one, and how soon one is found and where.

    python bench/trends.py [--trials 400] [--write]

Seeded; `--write` puts the tables into docs/history.md.
"""

from __future__ import annotations

import argparse
import math
import random
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.readme import write  # noqa: E402
from gate.core.judge import judge  # noqa: E402
from gate.core.model import Amount, Drift  # noqa: E402
from gate.core.trend import Point, Story  # noqa: E402
from gate.core.trend.partition import partition  # noqa: E402
from gate.core.verdict import Bound, Status  # noqa: E402
from tests.helpers import judging  # noqa: E402

Noise = Callable[[int, random.Random], list[float]]
PAGE = ROOT / "docs" / "history.md"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def normal(n: int, rng: random.Random) -> list[float]:
    """Independent runs."""
    return [rng.gauss(0, 1) for _ in range(n)]


def heavy(n: int, rng: random.Random) -> list[float]:
    """Runs with odd ones among them: Student's t with 3 degrees of freedom, sd 1."""
    scale = math.sqrt(3)
    return [rng.gauss(0, 1) / math.sqrt(rng.gammavariate(1.5, 2) / 3) / scale for _ in range(n)]


def alike(n: int, rng: random.Random) -> list[float]:
    """Runs that resemble the one before (autocorrelation 0.3), as hosted machines give them."""
    at, found = rng.gauss(0, 1), []
    for _ in range(n):
        at = 0.3 * at + rng.gauss(0, math.sqrt(1 - 0.09))
        found.append(at)
    return found


NOISES: dict[str, Noise] = {
    "independent": normal,
    "with odd runs": heavy,
    "resembling the one before": alike,
}


@dataclass(frozen=True, slots=True)
class Case:
    """A history that moves: what is added to run `i`, in sd, and where its change point lies."""

    name: str
    runs: int
    moved: Callable[[int], float]
    at: int


def step(size: float, after: int) -> Case:
    """A step after forty runs."""
    name = f"step of {size:g} sd, {after} runs old"
    return Case(name, 40 + after, lambda i: size * (i >= 40), 40)


def slow(each: float, runs: int) -> Case:
    """A drift after forty runs: 0.3 % a build are 0.3 sd where runs vary by 1 %."""
    name = f"drift of {each:g} sd a build, {runs} builds old"
    return Case(name, 40 + runs, lambda i: each * max(0, i - 40), 40)


CASES = (
    step(3, 3),
    step(3, 5),
    step(3, 10),
    step(5, 3),
    step(5, 5),
    slow(0.3, 20),
    slow(0.3, 30),
    slow(0.6, 20),
    slow(1.0, 20),
)


def main() -> int:
    """Print both tables, or write them into the page."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--trials", type=int, default=400)
    options.add_argument("--write", action="store_true")
    given = options.parse_args()
    half = given.trials // 2
    tables = (alarms(given.trials), found(given.trials), budgets(half), seldom(half))
    text = "\n".join(tables)
    if given.write:
        write("trends", text.rstrip("\n"), PAGE)
    else:
        print(text)
    return 0


def alarms(trials: int) -> str:
    """The share of histories without a change that are said to have one."""
    lengths = (20, 50, 100, 200)
    lines = [
        f"Nothing changed ({trials} histories each): the share in which a change point is shown.",
        "",
        "| runs | " + " | ".join(NOISES) + " |",
        "| ---: |" + " ---: |" * len(NOISES),
    ]
    for n in lengths:
        rng = random.Random(n)  # noqa: S311  # a simulation
        shares = [
            sum(len(partition(noise(n, rng))) > 1 for _ in range(trials)) / trials
            for noise in NOISES.values()
        ]
        lines.append(f"| {n} | " + " | ".join(f"{share:.1%}" for share in shares) + " |")
    return "\n".join(lines) + "\n"


def found(trials: int) -> str:
    """The share of changes that are found, and within two builds of where they are."""
    lines = [
        f"Something changed ({trials} histories each, independent runs; sd is that of one run):",
        "",
        "| change | found | within 2 builds |",
        "| --- | ---: | ---: |",
    ]
    for case in CASES:
        rng = random.Random(case.name)  # noqa: S311  # the same
        cuts = [
            [line.first for line in partition(values)[1:]]
            for values in (
                [v + case.moved(i) for i, v in enumerate(normal(case.runs, rng))]
                for _ in range(trials)
            )
        ]
        seen = sum(map(bool, cuts)) / trials
        near = sum(any(abs(cut - case.at) <= 2 for cut in each) for each in cuts) / trials
        lines.append(f"| {case.name} | {seen:.0%} | {near:.0%} |")
    return "\n".join(lines) + "\n"


def budgets(trials: int) -> str:
    """What a drift budget of 5 % over 90 days says of histories of that time."""
    lines = [
        f"`tolerance: 5% over 90 d` ({trials} checks each, a run every three days, sd 1 %):",
        "",
        "| each build adds | in all | fails | undecided | passes |",
        "| ---: | ---: | ---: | ---: | ---: |",
    ]
    for each in (0.0, 0.001, 0.0015, 0.002, 0.003):
        rng = random.Random(f"{each}")  # noqa: S311  # the same
        told = [_judged(_drifting(each, rng)) for _ in range(trials)]
        shares = (
            told.count(status) / trials for status in (Status.FAIL, Status.UNDECIDED, Status.PASS)
        )
        cells = " | ".join(f"{share:.1%}" for share in shares)
        lines.append(f"| {each * 100:g} % | {(1 + each) ** 30 - 1:+.1%} | {cells} |")
    return "\n".join(lines) + "\n"


def seldom(trials: int) -> str:
    """What the same budget says of unchanged code whose number takes one of two levels (CLS)."""
    lines = [
        f"The same, of unchanged code whose number doubles now and then ({trials} checks each):",
        "",
        "| doubled in | fails | undecided | passes |",
        "| ---: | ---: | ---: | ---: |",
    ]
    for often in (0.02, 0.05, 0.1, 0.2):
        rng = random.Random(f"seldom {often}")  # noqa: S311  # the same
        told = [_judged(_jumping(often, rng)) for _ in range(trials)]
        shares = (
            told.count(status) / trials for status in (Status.FAIL, Status.UNDECIDED, Status.PASS)
        )
        cells = " | ".join(f"{share:.1%}" for share in shares)
        lines.append(f"| {often:.0%} of runs | {cells} |")
    return "\n".join(lines) + "\n"


def _drifting(each: float, rng: random.Random) -> list[float]:
    return [0.2 * (1 + each) ** max(0, at - 10) * math.exp(rng.gauss(0, 0.01)) for at in range(41)]


def _jumping(often: float, rng: random.Random) -> list[float]:
    return [
        (0.4 if rng.random() < often else 0.2) * math.exp(rng.gauss(0, 0.005)) for _ in range(41)
    ]


def _judged(values: list[float]) -> Status:
    drift = Drift(Amount(0.05, relative=True), 90.0)
    of = replace(judging.objective(), drift=drift)
    head = judging.run(of, answers=(judging.measured(of, [values[-1]] * 3),))
    points = tuple(
        Point(
            entry=f"r{at}",
            at=f"{NOW - timedelta(days=3 * (40 - at)):%Y-%m-%dT%H:%M:%SZ}",
            commit=f"c{at}",
            branch="main",
            environment=head.environment.key,
            series=head.measurements[0].series_key,
            value=value,
            n=3,
            unit="time",
            status="pass",
        )
        for at, value in enumerate(values[:-1])
    )
    (row,) = judge(head, (), head.started, (Story(of.id, points),)).rows
    return next(verdict.status for verdict in row.verdicts if verdict.bound is Bound.DRIFT)


if __name__ == "__main__":
    sys.exit(main())

"""Load tests of an I/O-bound server: five runs a side, real slowdowns."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from bench.decisions import count, judge, peers
from bench.decisions.count import Counted, Shares
from bench.decisions.data import LoadRun, Units, Values, load_runs
from bench.decisions.intervals import resampled
from bench.decisions.judge import Ask, Pair
from bench.decisions.sheet import Sheet
from bench.decisions.table import Goal, Row

RUNS = 5
SETS = 120
SEED = 5
LEVEL = 0.99
DESIGN = "together"
Blocks = Mapping[int, Mapping[str, Sequence[Values]]]
PEERS: Mapping[str, peers.Rule] = {
    "p95 +10 %": peers.quantile_gate(0.95, 10),
    "p50 +5 %": peers.quantile_gate(0.50, 5),
}


@dataclass(frozen=True, slots=True)
class Drawn:
    """One comparison: a run of base code and one of `variant` from each of the blocks."""

    blocks: tuple[str, ...]
    base: Units
    head: Units


def by_block(runs: Sequence[LoadRun]) -> Blocks:
    """Blocks of runs made one after the other, by variant."""
    made: dict[int, dict[str, list[Values]]] = defaultdict(lambda: defaultdict(list))
    for run in runs:
        made[run.block][run.variant].append(run.ms)
    return {block: dict(variants) for block, variants in made.items()}


def draw(blocks: Blocks, variant: str, size: int, number: int) -> list[Drawn]:
    """Sets of blocks, each once while there are enough; variant A is the block's other base run."""
    chance = random.Random(SEED)  # noqa: S311 - repeatable draws
    two = 2 if variant == "A" else 1
    usable = sorted(
        b for b, v in blocks.items() if len(v.get("A", ())) >= 2 and len(v.get(variant, ())) >= two
    )
    sets = list(combinations(usable, size))
    chance.shuffle(sets)
    if not sets:
        return []
    made = []
    for index in range(number):
        chosen = sets[index % len(sets)]
        base, head = [], []
        for block in chosen:
            first = chance.randrange(2)
            base.append(blocks[block]["A"][first])
            head.append(
                blocks[block]["A"][1 - first] if variant == "A" else blocks[block][variant][0]
            )
        made.append(Drawn(tuple(str(each) for each in chosen), tuple(base), tuple(head)))
    return made


def rows(data: Path) -> list[Row]:
    """At most 1 % alarms; p50 finds +10 %, p95 finds +20 %."""
    blocks = by_block(load_runs(data, "k6_io"))
    made = []
    for statistic, tolerance, variant, by, least in (
        ("median", 0.0, "B10", "+10%", 0.95),
        ("median", 0.05, "B10", "+10%", 0.80),
        ("p95", 0.0, "B20", "+20%", 0.90),
        ("p95", 0.05, "B20", "+20%", None),
    ):
        ask = Ask("latency", tolerance, DESIGN, statistic=statistic)
        sheet = Sheet(f"k6, I/O-bound, {statistic}", ask, LEVEL, f"{RUNS} runs", "blocks of runs")
        sheet.add(
            "unchanged red", "alone", ours(draw(blocks, "A", RUNS, SETS), ask, wanted=False),
            Goal("≤", 0.01), peers=theirs(blocks, "A"),
        )  # fmt: skip
        sheet.add(
            f"real {by} found", "alone", ours(draw(blocks, variant, RUNS, SETS), ask, wanted=True),
            None if least is None else Goal("≥", least), peers=theirs(blocks, variant),
        )  # fmt: skip
        made += sheet.rows
    return made


def ours(drawn: Sequence[Drawn], ask: Ask, *, wanted: bool) -> Counted:
    """The share that we call red."""
    hits, blamed = [], []
    for each in drawn:
        pair = Pair("k6", "k6", ask.statistic or "", each.base, each.head)
        red = judge.failed(judge.one(pair, ask, LEVEL))
        hits.append((float(red), each.blocks))
        if red != wanted:
            blamed.append("blocks " + " ".join(each.blocks))
    return Counted(resampled(hits), tuple(blamed))


def theirs(blocks: Blocks, variant: str) -> Shares:
    """The peers' rules compare one run with one run."""
    single = draw(blocks, variant, 1, 4 * SETS)
    made = {}
    for name, rule in PEERS.items():
        hits = [(float(rule(each.base, each.head)), each.blocks) for each in single]
        made[name] = Counted(resampled(hits))
    return count.shares(made)

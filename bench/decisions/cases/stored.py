"""A baseline stored on another day: the same commit measured twice on one machine."""

from __future__ import annotations

from pathlib import Path

from bench.decisions import judge, limits, peers
from bench.decisions.count import Counted
from bench.decisions.data import reruns
from bench.decisions.intervals import Tally
from bench.decisions.judge import Ask, Pair
from bench.decisions.machines import before, machine_history, usual_spread
from bench.decisions.sheet import Sheet, Shift
from bench.decisions.table import Goal, Row

CHECKED = 32
"""Metrics a suite whose shift is put into the whole check."""
LEVEL = 0.99
UNITS = "20 processes, prior the machine's"
ASK = Ask("timing", 0.02, "stored")
WIDE = Ask("timing", 0.10, "stored")
SHIFTS = (Shift(0.05, None, None), Shift(0.10, 0.85, None), Shift(0.20, 0.985, None))


def pairs(data: Path, *, moved: bool = False) -> list[Pair]:
    """Every pair of runs both ways round, with what the machine's history held before both.

    The prior is the machine's own: how far its benchmarks usually lie apart between runs.
    """
    history, made = machine_history(data), []
    for rerun in (each for each in reruns(data) if each.moved == moved):
        known = {name: before(history, rerun, name) for name in sorted(rerun.a.keys() & rerun.b)}
        prior = usual_spread(known.values())
        for name, past in known.items():
            for way, base, head in (("a-b", rerun.a, rerun.b), ("b-a", rerun.b, rerun.a)):
                suite = f"{rerun.pair} {way}"
                pair = Pair(suite, rerun.pair, name, base[name], head[name], past, prior=prior)
                made.append(pair)
    return made


def rows(data: Path) -> list[Row]:
    """None red; 10 and 20 % found; at a tolerance of 10 % most of it passes."""
    given = pairs(data)
    sheet = Sheet("stored baseline", ASK, LEVEL, UNITS, "pairs of runs")
    sheet.unchanged(given, peers.PAIRWISE)
    sheet.shifted(given, SHIFTS, peers.PAIRWISE, CHECKED, limits.stored(given))
    wide = Sheet("stored baseline", WIDE, LEVEL, UNITS, "pairs of runs")
    tally, others = Tally(), []
    for pair in given:
        status = str(judge.one(pair, WIDE, LEVEL).status)
        tally.add(pair.block, status == "pass")
        if status != "pass":
            others.append(f"{pair.name} {status}")
    passed = Counted(tally.figure(), tuple(others))
    wide.add("unchanged comparisons passed", "alone", passed, Goal("≥", 0.90))
    return [*sheet.rows, *wide.rows]

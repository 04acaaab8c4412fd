"""Base and head in turn on quiet machines: even against odd processes of one run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bench.decisions import limits, peers
from bench.decisions.data import Units, reruns
from bench.decisions.judge import Ask, Pair
from bench.decisions.sheet import Sheet, Shift
from bench.decisions.table import Row

MOST = 10
LEAST = 5
CHECKED = 32
"""Metrics a suite whose shift is put into the whole check (each costs a check of all)."""
LEVEL = 0.99
ASK = Ask("timing", 0.02, "together")
SHIFTS = (Shift(0.05, 0.94, 0.83), Shift(0.10, 0.99, 0.98))


def pairs(data: Path) -> list[Pair]:
    """Both runs of every pair of runs, both ways round; the pair of runs is the block."""
    made = []
    for rerun in reruns(data):
        for side, benchmarks in (("a", rerun.a), ("b", rerun.b)):
            made += _turns(f"{rerun.pair} {side}", rerun.pair, benchmarks)
    return made


def _turns(suite: str, block: str, benchmarks: Mapping[str, Units]) -> list[Pair]:
    made = []
    for name, units in benchmarks.items():
        size = min(MOST, len(units) // 2)
        even, odd = units[0::2][:size], units[1::2][:size]
        if size >= LEAST:
            made.append(Pair(f"{suite} even-odd", block, name, even, odd))
            made.append(Pair(f"{suite} odd-even", block, name, odd, even))
    return made


def rows(data: Path) -> list[Row]:
    """None red; 5 and 10 % found, alone and within the check."""
    given = pairs(data)
    sheet = Sheet("in turn", ASK, LEVEL, f"{MOST} processes", "pairs of runs")
    sheet.unchanged(given, peers.PAIRWISE)
    sheet.shifted(given, SHIFTS, peers.PAIRWISE, CHECKED, limits.together)
    return sheet.rows

"""After a reboot everything moved: the run is named, and no metric is blamed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bench.decisions import count, judge, peers
from bench.decisions.cases import stored
from bench.decisions.count import Counted
from bench.decisions.intervals import Tally
from bench.decisions.judge import Pair
from bench.decisions.sheet import NONE, Sheet
from bench.decisions.table import Goal, Row

BUDGETS = 4
"""The benchmarks are dealt in turn to so many budgets, as a repository with several would."""
MOVED = "moved"


def pairs(data: Path) -> list[Pair]:
    """The pairs of runs with a reboot between them."""
    made = []
    for suite in count.suites(stored.pairs(data, moved=True)):
        made += [replace(p, budget=f"budget {i % BUDGETS}") for i, p in enumerate(suite)]
    return made


def rows(data: Path) -> list[Row]:
    """Named and nobody blamed, whichever way round; the peers blame every third metric."""
    given = pairs(data)
    named, passed, decided = Tally(), Tally(), []
    for suite in count.suites(given):
        answers = judge.check(suite, stored.ASK)
        codes = {str(reason.code) for answer in answers for reason in answer.reasons}
        named.add(suite[0].block, any(MOVED in code for code in codes))
        for pair, answer in zip(suite, answers, strict=True):
            decided.append((pair, judge.failed(answer)))
            passed.add(pair.block, str(answer.status) == "pass")
    sheet = Sheet("after a reboot", stored.ASK, stored.LEVEL, stored.UNITS, "pairs of runs")
    theirs = {
        name: count.alarms(given, count.as_red(rule)).comparisons
        for name, rule in peers.PAIRWISE.items()
    }
    red = count.tallied(decided).comparisons
    sheet.add("metrics blamed", "in the check", red, NONE, peers=count.shares(theirs))
    sheet.add("runs named as moved", "in the check", Counted(named.figure()), Goal("≥", 1.0))
    sheet.add("metrics passed", "in the check", Counted(passed.figure()), NONE)
    return sheet.rows

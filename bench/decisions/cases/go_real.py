"""Real changes: Go1.17 against that day's master, runs in turn on one quiet machine."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.decisions import count, judge, limits, peers
from bench.decisions.count import Counted, Red
from bench.decisions.data import GoDay, go_days
from bench.decisions.intervals import Tally
from bench.decisions.judge import Ask, Pair
from bench.decisions.sheet import NONE, Sheet
from bench.decisions.table import Goal, Row

LEVEL = 0.99
ASK = Ask("timing", 0.01, "together")
NEAR, NEIGHBOURS, AGREEING = 3, 4, 0.01
"""The truth of a day: the median of the days around it (never itself), where they agree."""
CLASSES = (
    ("2 to 5 % slower, found", 0.02, 0.05, 0.96),
    ("5 to 10 % slower, found", 0.05, 0.10, 1.0),
    ("more than 10 % slower, found", 0.10, math.inf, 1.0),
)
UNCHANGED = 0.005


def truth(days: Sequence[GoDay]) -> dict[tuple[str, str], float]:
    """(day, benchmark) -> the real change, relative, where the days around agree on it."""
    effects = [
        {
            name: math.log(statistics.median(day.tip[name]) / statistics.median(day.base[name]))
            for name in day.base.keys() & day.tip.keys()
        }
        for day in days
    ]
    made = {}
    for index, day in enumerate(days):
        around = [*effects[max(index - NEAR, 0) : index], *effects[index + 1 : index + NEAR + 1]]
        for name in effects[index]:
            near = [each[name] for each in around if name in each]
            if len(near) >= NEIGHBOURS and max(near) - min(near) <= AGREEING:
                made[day.day, name] = math.expm1(statistics.median(near))
    return made


def pairs(data: Path) -> list[Pair]:
    """Every day's runs, Go1.17 as base; a unit is a run, the day is suite and block."""
    return [
        Pair(
            day.day,
            day.day,
            name,
            tuple((value,) for value in day.base[name]),
            tuple((value,) for value in day.tip[name]),
        )
        for day in go_days(data)
        for name in sorted(day.base.keys() & day.tip.keys())
    ]


def rows(data: Path) -> list[Row]:
    """No alarm where nothing changed; nearly all of 2 to 5 %, all of what is larger."""
    known = truth(go_days(data))
    given = pairs(data)
    alone = _decided(given, judge.red(ASK, LEVEL))
    check: dict[tuple[str, str], bool] = {}
    for suite in count.suites(given):
        answers = judge.check(suite, ASK)
        for pair, answer in zip(suite, answers, strict=True):
            check[pair.suite, pair.metric] = judge.failed(answer)
    true = [pair for pair in given if (pair.suite, pair.metric) in known]
    theirs = {n: _decided(true, count.as_red(rule)) for n, rule in peers.PAIRWISE.items()}
    sheet = Sheet("real changes", ASK, LEVEL, "25 runs", "days")
    for what, low, high, least in (
        ("unchanged comparisons red", -UNCHANGED, UNCHANGED, None),
        *CLASSES,
    ):
        chosen = [p for p in true if low <= known[p.suite, p.metric] < high]
        shown = count.shares({n: _counted(chosen, red, least) for n, red in theirs.items()})
        goal = NONE if least is None else Goal("≥", least)
        ends = [
            None if least is None else _limit(chosen, known, level) for level in sheet.levels(given)
        ]
        found = _counted(chosen, alone, least)
        sheet.add(what, "alone", found, goal, peers=shown, limit=ends[0])
        found, held = _counted(chosen, check, least), NONE if least is None else None
        sheet.add(what, "in the check", found, held, peers=shown, limit=ends[1])
    return sheet.rows


def _limit(
    pairs: Sequence[Pair], known: Mapping[tuple[str, str], float], level: float
) -> float | None:
    """The power of a test that knew each spread, at each real change."""
    found = [
        limits.power(known[p.suite, p.metric], ASK.tolerance, level, limits.together(p))
        for p in pairs
    ]
    return statistics.fmean(found) if found else None


def _decided(pairs: Sequence[Pair], red: Red) -> dict[tuple[str, str], bool]:
    return {(pair.suite, pair.metric): red(pair) for pair in pairs}


def _counted(
    pairs: Sequence[Pair], red: Mapping[tuple[str, str], bool], least: float | None
) -> Counted:
    """The share that is red, and those that should not be, or should."""
    tally, blamed = Tally(), []
    for pair in pairs:
        is_red = red[pair.suite, pair.metric]
        tally.add(pair.block, is_red)
        if is_red == (least is None):
            blamed.append(pair.name)
    return Counted(tally.figure(), tuple(blamed))

"""Lighthouse: eleven loads a side of one page build; LCP is the metric that gets worse."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

from bench.decisions import count, judge, limits
from bench.decisions.data import Page, pages
from bench.decisions.intervals import Tally
from bench.decisions.judge import Ask, Pair
from bench.decisions.peers import Rule, benchstat, field_gate
from bench.decisions.sheet import Sheet, at_least
from bench.decisions.table import Goal, Row

LOADS = 11
DRAWS = 40
"""Comparisons drawn a page, its loads with repetition (no page has 22 of one build)."""
SEED = 7
LEVEL = 0.99
SHIFTED = "largest-contentful-paint"
ASK = Ask("lab", 0.05, "together", floors={"total-blocking-time": 50.0})
SHIFTS = ((0.20, 0.55, 0.45), (0.50, 0.95, 0.90))
PEERS: dict[str, Rule] = {
    "median +10 %": field_gate("median", 10),
    "median +20 %": field_gate("median", 20),
    "U test": benchstat(),
}


def drawn(given: Sequence[Page], number: int) -> list[Pair]:
    """Both sides drawn from one page's loads: a draw is a suite, the page its block."""
    chance = random.Random(SEED)  # noqa: S311 - repeatable draws
    made = []
    for page in given:
        size = len(next(iter(page.loads.values())))
        for index in range(number):
            base, head = (chance.choices(range(size), k=LOADS) for _ in "bh")
            made += _pairs(page, f"{page.name} draw {index}", base, head)
    return made


def windows(given: Sequence[Page]) -> list[Pair]:
    """The loads in turn, both ways round, as many a side as there are, at most eleven."""
    made = []
    for page in given:
        size = min(LOADS, len(next(iter(page.loads.values()))) // 2)
        even, odd = range(0, 2 * size, 2), range(1, 2 * size, 2)
        made += _pairs(page, f"{page.name} even-odd", even, odd)
        made += _pairs(page, f"{page.name} odd-even", odd, even)
    return made


def _pairs(page: Page, suite: str, base: Sequence[int], head: Sequence[int]) -> list[Pair]:
    return [
        Pair(
            suite,
            page.name,
            metric,
            tuple((values[each],) for each in base),
            tuple((values[each],) for each in head),
        )
        for metric, values in page.loads.items()
    ]


def rows(data: Path) -> list[Row]:
    """At most 1 % of pages red; 20 and 50 % of LCP found."""
    given = pages(data)
    made = []
    for units, pairs in (
        (f"{LOADS} loads, drawn", drawn(given, DRAWS)),
        (f"≤ {LOADS} loads, in turn", windows(given)),
    ):
        goals = units.startswith(str(LOADS))
        sheet = Sheet("Lighthouse", ASK, LEVEL, units, "pages")
        _unchanged(sheet, pairs)
        lcp = [pair for pair in pairs if pair.metric == SHIFTED]
        for by, alone, check in SHIFTS:
            what = f"LCP +{by:.0%} found"
            theirs = count.shares(
                {n: count.found(lcp, count.as_red(r), by) for n, r in PEERS.items()}
            )
            ends = [
                limits.mean_power(lcp, by, ASK.tolerance, level, limits.together)
                for level in sheet.levels(pairs)
            ]
            lone = count.found(lcp, judge.red(ASK, LEVEL), by)
            goal = at_least(alone if goals else None)
            sheet.add(what, "alone", lone, goal, peers=theirs, limit=ends[0])
            within, goal = _in_check(pairs, by), at_least(check if goals else None)
            sheet.add(what, "in the check", within, goal, peers=theirs, limit=ends[1])
        made += sheet.rows
    return made


def _unchanged(sheet: Sheet, pairs: Sequence[Pair]) -> None:
    """A page is red when any of its metrics is."""
    most = Goal("≤", 0.01)
    theirs = {n: count.alarms(pairs, count.as_red(r)).builds for n, r in PEERS.items()}
    check = count.check_alarms(pairs, sheet.ask).builds
    alone = count.alarms(pairs, judge.red(sheet.ask, LEVEL)).comparisons
    sheet.add("unchanged pages red", "in the check", check, most, peers=count.shares(theirs))
    sheet.add("unchanged comparisons red", "alone", alone, most)


def _in_check(pairs: Sequence[Pair], by: float) -> count.Counted:
    tally, missed = Tally(), []
    for suite in count.suites(pairs):
        one = [pair.slower(by) if pair.metric == SHIFTED else pair for pair in suite]
        for pair, answer in zip(one, judge.check(one, ASK), strict=True):
            if pair.metric == SHIFTED:
                hit = judge.failed(answer)
                tally.add(pair.block, hit)
                missed += [pair.block] * (not hit)
    return count.Counted(tally.figure(), tuple(missed))

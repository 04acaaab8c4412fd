"""The same runs, asked look by look: what early stopping costs, and what it saves."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bench.decisions import count, judge
from bench.decisions.cases import interleaved
from bench.decisions.count import Counted
from bench.decisions.intervals import Tally, mean
from bench.decisions.judge import Ask, Pair
from bench.decisions.sheet import NONE, Sheet, Shift
from bench.decisions.table import Goal, Row

LOOKS = (4, 6, 8, 10)
ASK = Ask("timing", 0.02, "together", detect=0.05)
SHIFTS = (Shift(0.05, 0.94, 0.83), Shift(0.10, 0.99, 0.98))
CHECKED = 2
ALONE = 12
"""Metrics a suite that are shifted in a trial of the whole suite, and in one of their own."""


def rows(data: Path) -> list[Row]:
    """At most 5 a side and at least 95 % pass on unchanged code, with the same errors."""
    given = interleaved.pairs(data)
    sheet = Sheet("in turn, sequential", ASK, 0.99, f"looks {LOOKS}", "pairs of runs")
    unchanged(sheet, given, LOOKS, most_units=5, least_pass=0.95)
    shifted(sheet, given, LOOKS, SHIFTS)
    return sheet.rows


def unchanged(
    sheet: Sheet,
    pairs: Sequence[Pair],
    looks: Sequence[int],
    *,
    most_units: float,
    least_pass: float,
) -> None:
    """Whole suites of unchanged code: red, passed, units taken."""
    decided, passed, units = [], Tally(), Tally()
    undecided = []
    for suite in count.suites(pairs):
        answers = judge.trial(suite, sheet.ask, looks)
        for pair in suite:
            answer = answers[pair.metric]
            decided.append((pair, answer.status == "fail"))
            passed.add(pair.block, answer.status == "pass")
            units.add(pair.block, answer.units)
            if answer.status != "pass":
                undecided.append(f"{pair.name} {answer.status}")
    red = count.tallied(decided)
    taken = mean({block: (total, int(n)) for block, (total, n) in units.blocks.items()})
    sheet.add("unchanged builds red", "in the check", red.builds, NONE)
    passes = Counted(passed.figure(), tuple(undecided))
    sheet.add("unchanged comparisons passed", "in the check", passes, Goal("≥", least_pass))
    sheet.plain("units a side, unchanged", "in the check", taken, Goal("≤", most_units), "units")


def shifted(
    sheet: Sheet, pairs: Sequence[Pair], looks: Sequence[int], shifts: Sequence[Shift]
) -> None:
    """One metric worse, in a trial of its own and in the trial of its whole suite."""
    for shift in shifts:
        alone, check = (Tally(), list[str]()), (Tally(), list[str]())
        for suite in count.suites(pairs):
            for pair in count.spread(suite, ALONE):
                answer = judge.trial([pair.slower(shift.by)], sheet.ask, looks)[pair.metric]
                _note(alone, pair, hit=answer.status == "fail")
            for pair in count.spread(suite, CHECKED):
                one = [each.slower(shift.by) if each is pair else each for each in suite]
                answer = judge.trial(one, sheet.ask, looks)[pair.metric]
                _note(check, pair, hit=answer.status == "fail")
        what = f"+{shift.by:.0%} found"
        for scope, (tally, missed), least in (
            ("alone", alone, shift.alone),
            ("in the check", check, shift.check),
        ):
            goal = None if least is None else Goal("≥", least)
            counted = Counted(tally.figure(), tuple(missed))
            sheet.add(what, "alone" if scope == "alone" else "in the check", counted, goal)


def _note(counted: tuple[Tally, list[str]], pair: Pair, *, hit: bool) -> None:
    counted[0].add(pair.block, hit)
    if not hit:
        counted[1].append(pair.name)

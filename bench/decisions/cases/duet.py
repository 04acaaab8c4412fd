"""An overloaded two-core runner: rounds alternated between two workers with identical code."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from bench.decisions import count, judge, peers
from bench.decisions.data import Session, Units, Values, duet
from bench.decisions.intervals import resampled, resampled_mean
from bench.decisions.judge import Answer, Ask, Pair
from bench.decisions.sheet import NONE, Sheet, Shift, at_least
from bench.decisions.table import Goal, Row

LOOKS = (4, 6, 8, 12, 16, 20)
ROUNDS = (None, 10)
"""Rounds of a session that make a unit: all that were measured, or a window of them, drawn."""
DRAWS = 60
"""Checks drawn from the sessions; each is asked unchanged and with one function shifted."""
SEED = 4
ASK = Ask("timing", 0.02, "paired", detect=0.05)
CLOCKS = (("wall", 0), ("CPU", 1))
EVERY = 4
"""Of a draw's functions, each so-many-eth is shifted within the trial of all."""
Draw = tuple[tuple[str, ...], list[Pair]]
Hit = tuple[float, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Goals:
    """What is asked of a clock; None asks nothing."""

    passed: float | None
    units: float | None
    shifts: tuple[Shift, ...]


GOALS = {
    "CPU": Goals(0.95, 8, (Shift(0.05, 0.80, None), Shift(0.10, 0.99, None))),
    "wall": Goals(None, 10, (Shift(0.05, 0.60, None), Shift(0.10, None, None))),
}
NOTHING = Goals(None, None, (Shift(0.05, None, None), Shift(0.10, None, None)))


def draws(
    sessions: Sequence[Session], clock: int, number: int, rounds: int | None = None
) -> list[Draw]:
    """Checks of all functions: sessions drawn without repetition, sides swapped at random."""
    chance = random.Random(SEED)  # noqa: S311 - repeatable draws
    most = min(LOOKS[-1], len(sessions))
    if not sessions:
        return []
    functions = sorted(frozenset.intersection(*(frozenset(each.rounds) for each in sessions)))
    made = []
    for index in range(number):
        chosen = chance.sample(range(len(sessions)), most)
        pairs = []
        for function in functions:
            units = [
                _unit(sessions[each].rounds[function], clock, rounds, chance) for each in chosen
            ]
            base, head = tuple(p for p, _ in units), tuple(q for _, q in units)
            pairs.append(Pair(f"draw {index}", f"draw {index}", function, base, head))
        made.append((tuple(str(sessions[each].session) for each in chosen), pairs))
    return made


def _unit(
    sides: tuple[Units, Units], clock: int, rounds: int | None, chance: random.Random
) -> tuple[Values, Values]:
    """One pair of processes: the same window of both sides' rounds."""
    size = min(rounds or len(sides[0]), *map(len, sides))
    start = chance.randrange(min(map(len, sides)) - size + 1)
    p, q = (tuple(each[clock] for each in side[start : start + size]) for side in sides)
    return (p, q) if chance.random() < 0.5 else (q, p)


def rows(data: Path) -> list[Row]:
    """The CPU clock decides CPU-bound work; the wall clock stands in rows of its own."""
    sessions = [session for session in duet(data) if session.alternated]
    made = []
    for (name, clock), rounds in product(CLOCKS, ROUNDS):
        goals = GOALS[name] if rounds is None else NOTHING
        units = f"looks {LOOKS} of pairs x {rounds or 'all'} rounds"
        sheet = Sheet("overloaded runner", ASK, 0.99, units, "sessions", name)
        drawn = draws(sessions, clock, DRAWS, rounds)
        _unchanged(sheet, drawn, goals)
        for shift in goals.shifts:
            _shifted(sheet, drawn, shift)
        _peers(sheet, sessions, clock)
        made += sheet.rows
    return made


def _unchanged(sheet: Sheet, drawn: Sequence[Draw], goals: Goals) -> None:
    red, passed, units = list[Hit](), list[Hit](), list[Hit]()
    blamed, undecided = [], []
    for sessions, pairs in drawn:
        for name, answer in judge.trial(pairs, sheet.ask, LOOKS).items():
            red.append((answer.status == "fail", sessions))
            passed.append((answer.status == "pass", sessions))
            units.append((answer.units, sessions))
            blamed += [name] * (answer.status == "fail")
            undecided += [f"{name} {answer.status}"] * (answer.status != "pass")
    sheet.add("unchanged comparisons red", "in the check", _resampled(red, blamed), NONE)
    passes, least = _resampled(passed, undecided), at_least(goals.passed)
    sheet.add("unchanged comparisons passed", "in the check", passes, least)
    most = None if goals.units is None else Goal("≤", goals.units)
    taken = count.Counted(resampled_mean(units))
    sheet.add("pairs of processes, unchanged", "in the check", taken, most, unit="units")


def _resampled(hits: Sequence[Hit], blamed: Sequence[str]) -> count.Counted:
    return count.Counted(resampled(hits), tuple(blamed))


def _shifted(sheet: Sheet, drawn: Sequence[Draw], shift: Shift) -> None:
    """One function worse: in a trial of its own, and in the trial of all."""
    alone, check = list[Hit](), list[Hit]()
    missed_alone, missed_check = [], []
    for index, (sessions, pairs) in enumerate(drawn):
        for pair in pairs:
            answer = judge.trial([pair.slower(shift.by)], sheet.ask, LOOKS)[pair.metric]
            alone.append((answer.status == "fail", sessions))
            missed_alone += [pair.metric] * (answer.status != "fail")
        for step in range(0, len(pairs), EVERY):
            worse = pairs[(index + step) % len(pairs)]
            answer = _in_check(pairs, worse, shift.by, sheet.ask)
            check.append((answer.status == "fail", sessions))
            missed_check += [worse.metric] * (answer.status != "fail")
    what = f"+{shift.by:.0%} found"
    sheet.add(what, "alone", _resampled(alone, missed_alone), at_least(shift.alone))
    sheet.add(what, "in the check", _resampled(check, missed_check), at_least(shift.check))


def _in_check(pairs: Sequence[Pair], worse: Pair, by: float, ask: Ask) -> Answer:
    one = [pair.slower(by) if pair is worse else pair for pair in pairs]
    return judge.trial(one, ask, LOOKS)[worse.metric]


def _peers(sheet: Sheet, sessions: Sequence[Session], clock: int) -> None:
    """What ships today: all rounds of one pair of processes, one rule on them."""
    pairs = []
    for session in sessions:
        for function, (p, q) in session.rounds.items():
            first: Units = (tuple(each[clock] for each in p),)
            second: Units = (tuple(each[clock] for each in q),)
            pairs.append(Pair(str(session.session), str(session.session), function, first, second))
    theirs = {
        name: count.alarms(pairs, count.as_red(rule)).comparisons
        for name, rule in peers.PAIRWISE.items()
    }
    found = {
        name: count.found(pairs, count.as_red(rule), 0.05) for name, rule in peers.PAIRWISE.items()
    }
    for index, row in enumerate(sheet.rows):
        if row.what == "unchanged comparisons red":
            sheet.rows[index] = row.beside(count.shares(theirs))
        if row.what == "+5% found":
            sheet.rows[index] = row.beside(count.shares(found))

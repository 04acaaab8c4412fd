"""An overloaded two-core runner: rounds alternated between two workers with identical code."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.decisions import count, judge, peers
from bench.decisions.data import Session, Units, duet
from bench.decisions.intervals import Figure, mean, resampled
from bench.decisions.judge import Answer, Ask, Pair
from bench.decisions.sheet import NONE, Sheet
from bench.decisions.table import Goal, Row

LOOKS = (4, 6, 8, 12, 16, 20)
ROUNDS = 10
"""Rounds of a session that make a unit; a window of its 30, drawn."""
DRAWS = 60
"""Checks drawn from the sessions; each is asked unchanged and with one function shifted."""
SEED = 4
ASK = Ask("timing", 0.02, "paired", detect=0.05)
CLOCKS = (("wall", 0), ("CPU", 1))
Draw = tuple[tuple[str, ...], list[Pair]]


def draws(sessions: Sequence[Session], clock: int, number: int) -> list[Draw]:
    """Checks of all functions: sessions drawn without repetition, sides swapped at random."""
    chance = random.Random(SEED)  # noqa: S311 - repeatable draws
    most = min(LOOKS[-1], len(sessions))
    made = []
    for index in range(number):
        chosen = chance.sample(range(len(sessions)), most)
        pairs = []
        for function in sorted(sessions[0].rounds):
            units = [_unit(sessions[each], function, clock, chance) for each in chosen]
            base, head = tuple(p for p, _ in units), tuple(q for _, q in units)
            pairs.append(Pair(f"draw {index}", f"draw {index}", function, base, head))
        made.append((tuple(str(sessions[each].session) for each in chosen), pairs))
    return made


def _unit(
    session: Session, function: str, clock: int, chance: random.Random
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """One pair of processes: the same window of both sides' rounds."""
    first, second = session.rounds[function]
    start = chance.randrange(max(len(first) - ROUNDS, 0) + 1)
    p, q = (tuple(each[clock] for each in side[start : start + ROUNDS]) for side in (first, second))
    return (p, q) if chance.random() < 0.5 else (q, p)


def rows(data: Path) -> list[Row]:
    """The CPU clock decides CPU-bound work; the wall clock stands in a row of its own."""
    sessions = [session for session in duet(data) if session.alternated]
    goals: Mapping[str, tuple[float, float | None, int]] = {
        "CPU": (0.80, 0.99, 8),
        "wall": (0.60, None, 10),
    }
    made = []
    for name, clock in CLOCKS:
        plus5, plus10, most = goals[name]
        sheet = Sheet("overloaded runner", ASK, 0.99, f"looks {LOOKS}", "sessions", name)
        drawn = draws(sessions, clock, DRAWS)
        shifts = ((0.05, plus5), (0.10, plus10))
        _unchanged(sheet, drawn, most)
        for by, least in shifts:
            _shifted(sheet, drawn, by, None if least is None else Goal("≥", least))
        _peers(sheet, sessions, clock)
        made += sheet.rows
    return made


def _unchanged(sheet: Sheet, drawn: Sequence[Draw], most: int) -> None:
    red, passed = list[tuple[float, tuple[str, ...]]](), list[tuple[float, tuple[str, ...]]]()
    blamed, open_ = [], []
    units = {}
    for sessions, pairs in drawn:
        answers = judge.trial(pairs, sheet.ask, LOOKS)
        red += [(answer.status == "fail", sessions) for answer in answers.values()]
        passed += [(answer.status == "pass", sessions) for answer in answers.values()]
        blamed += [name for name, answer in answers.items() if answer.status == "fail"]
        open_ += [f"{n} {a.status}" for n, a in answers.items() if a.status != "pass"]
        units[pairs[0].suite] = (float(sum(a.units for a in answers.values())), len(answers))
    sheet.add("unchanged comparisons red", "in the check", _resampled(red, blamed), NONE)
    least = Goal("≥", 0.95)
    sheet.add(
        "unchanged comparisons passed",
        "in the check",
        _resampled(passed, open_),
        least if sheet.clock == "CPU" else None,
    )
    sheet.plain(
        "pairs of processes, unchanged",
        "in the check",
        _drawn_mean(units),
        Goal("≤", most),
        "units",
    )


def _drawn_mean(units: Mapping[str, tuple[float, int]]) -> Figure | None:
    """The mean over draws; draws share sessions, so its interval is that of the draws alone."""
    return mean(units)


def _resampled(
    hits: Sequence[tuple[float, tuple[str, ...]]], blamed: Sequence[str]
) -> count.Counted:
    return count.Counted(resampled(hits), tuple(blamed))


def _shifted(sheet: Sheet, drawn: Sequence[Draw], by: float, goal: Goal | None) -> None:
    """One function worse: in a trial of its own, and in the trial of all."""
    alone, check = list[tuple[float, tuple[str, ...]]](), list[tuple[float, tuple[str, ...]]]()
    missed_alone, missed_check = [], []
    for index, (sessions, pairs) in enumerate(drawn):
        for pair in pairs:
            answer = judge.trial([pair.slower(by)], sheet.ask, LOOKS)[pair.metric]
            alone.append((answer.status == "fail", sessions))
            missed_alone += [pair.metric] * (answer.status != "fail")
        for step in range(0, len(pairs), 4):
            worse = pairs[(index + step) % len(pairs)]
            answer = _in_check(pairs, worse, by, sheet.ask)
            check.append((answer.status == "fail", sessions))
            missed_check += [worse.metric] * (answer.status != "fail")
    what = f"+{by:.0%} found"
    sheet.add(what, "alone", _resampled(alone, missed_alone), goal)
    sheet.add(what, "in the check", _resampled(check, missed_check))


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

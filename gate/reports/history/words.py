"""The sentences of a history."""

from __future__ import annotations

from gate.core.metric import Better
from gate.core.trend import Change, Move
from gate.core.units import Dimension, show, show_points, show_ratio
from gate.reports.history.model import History, Mover
from gate.reports.sentences import short

_MOST_AUTHORS = 3


def amount(value: float, dimension: Dimension, *, absolute: bool) -> str:
    """A change with its sign: `+10.4 %`, `+3 ms`."""
    if not absolute:
        return show_ratio(value)
    text = show_points(value, dimension)
    return f"+{text}" if value > 0 else text


def change_words(change: Change, dimension: Dimension) -> str:
    """What happened: `step of +10.4 % (95 % sure: +9.1 % to +11.7 %), 202 ms → 223 ms`."""
    said = amount(change.amount, dimension, absolute=change.absolute)
    levels = f"{show(change.was, dimension)} → {show(change.now, dimension)}"
    if change.move is Move.DRIFT_BEGINS:
        slope = amount(change.slope, dimension, absolute=change.absolute)
        return f"drift begins: {slope} a run, {said} in all, {levels}"
    if change.move is Move.DRIFT_ENDS:
        return f"drift ends: {said} in all, {levels}"
    low = amount(change.low, dimension, absolute=change.absolute)
    high = amount(change.high, dimension, absolute=change.absolute)
    sure = "" if low == high else f" (95 % sure: {low} to {high})"
    return f"step of {said}{sure}, {levels}"


def tone(change: Change, history: History) -> str:
    """`fail` for a worsening, `pass` for the rest: the words of the report's colours."""
    better = history.objective.better if history.objective is not None else Better.LOWER
    worse = change.amount > 0 if better is Better.LOWER else change.amount < 0
    return "fail" if worse else "pass"


def verdict_word(change: Change, history: History) -> str:
    """Whether it got worse or better, in a word."""
    return "worse" if tone(change, history) == "fail" else "better"


def mover_words(mover: Mover) -> str:
    """Who: `3 commits, 1a2b3c4d5e6f..9f8e7d6c5b4a, by Ann, Bob`."""
    where = f"{short(mover.first)}..{short(mover.last)}"
    if mover.same:
        return f"{short(mover.last)} measured again: not the code"
    if mover.count is None:
        return f"after {short(mover.first)}, in {short(mover.last)} at the latest"
    commits = "1 commit" if mover.count == 1 else f"{mover.count} commits"
    named = ", ".join(mover.authors[:_MOST_AUTHORS])
    more = len(mover.authors) - _MOST_AUTHORS
    others = f" and {more} more" if more > 0 else ""
    return f"{commits}, {where}" + (f", by {named}{others}" if named else "")


def environment_words(history: History, key: str) -> str:
    """What an environment's key stands for."""
    return dict(history.environments).get(key, "") or f"environment {key[:8] or 'unknown'}"


def span_words(history: History) -> str:
    """How many runs, since when: `42 runs, 2026-08-01 to 2026-11-20`."""
    points = history.trace.points
    if not points:
        return "no runs"
    runs = "1 run" if len(points) == 1 else f"{len(points)} runs"
    return f"{runs}, {points[0].at[:10]} to {points[-1].at[:10]}"

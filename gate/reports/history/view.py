"""What stands on the pages of a history, as texts and positions."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from gate.core.compare.bounds import drift_text, limit_text, tolerance_text
from gate.core.units import show, show_ratio
from gate.reports.history.model import History
from gate.reports.history.words import (
    change_words,
    environment_words,
    mover_words,
    span_words,
    tone,
    verdict_word,
)
from gate.reports.sentences import short

RUNS = 200
"""So many of the newest runs are listed on a page."""
CHANGES = 100
_SPARK = 60


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the index."""

    file: str
    name: str
    promise: str
    value: str
    since: str
    runs: int
    moved: str
    tone: str
    worse: float
    spark: tuple[tuple[float, float], ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class Told:
    """A change point on a page."""

    number: int
    day: str
    tone: str
    word: str
    what: str
    who: str
    commits: tuple[tuple[str, str, str], ...]


def entry_of(history: History, file: str) -> Entry:
    """The row of the index for a history with at least one run."""
    points = history.trace.points
    first, last = points[0], points[-1]
    moved = history.moved
    change = _change(history)
    return Entry(
        file=file,
        name=history.name,
        promise="; ".join(text for _, text in _promises(history)),
        value=show(last.value, history.dimension),
        since=first.at[:10],
        runs=len(points),
        moved=f"{moved[-1][0].at.at[:10]}: {change_words(moved[-1][0], history.dimension)}"
        if moved
        else "no change point",
        tone=last.status,
        worse=change,
        spark=_spark([point.value for point in points]),
        sentence=f"{span_words(history)}, now {show(last.value, history.dimension)}",
    )


def _change(history: History) -> float:
    """How much worse it is than at the begin of its newest track, relative; 0 where not known."""
    stretches = history.trace.tracks[-1].stretches
    start, finish = stretches[0].start, stretches[-1].finish
    higher = history.objective is not None and history.objective.better.value == "higher"
    change = (finish - start) / abs(start) if start else 0.0
    return -change if higher else change


def _spark(values: list[float]) -> tuple[tuple[float, float], ...]:
    columns = min(_SPARK, len(values))
    edges = [at * len(values) // columns for at in range(columns + 1)]
    means = [sum(values[a:b]) / (b - a) for a, b in pairwise(edges)]
    low, high = min(means), max(means)
    return tuple(
        (at / max(1, columns - 1), (mean - low) / (high - low) if high > low else 0.5)
        for at, mean in enumerate(means)
    )


def _promises(history: History) -> tuple[tuple[str, str], ...]:
    objective = history.objective
    if objective is None:
        return (("promise", "none any more"),)
    texts = (
        ("limit", limit_text(objective)),
        ("tolerance", tolerance_text(objective)),
        ("drift", drift_text(objective)),
    )
    return tuple((name, text) for name, text in texts if text)


def facts(history: History) -> tuple[tuple[str, str], ...]:
    """Label and words of what it is."""
    points, objective = history.trace.points, history.objective
    stretches = history.trace.tracks[-1].stretches if points else ()
    found = [("branch", history.branch or "all"), ("runs", span_words(history))]
    found += _promises(history)
    if points:
        found.append(("now", show(points[-1].value, history.dimension)))
    if stretches and not history.trace.tracks[-1].absolute:
        whole = stretches[-1].finish / stretches[0].start - 1
        found.append(("drift in this environment", f"{show_ratio(whole)} since its first run"))
    if objective is not None:
        found += [("owner", objective.owner), ("why", objective.why)]
    return tuple((name, text) for name, text in found if text)


def changes(history: History) -> tuple[Told, ...]:
    """The newest change points, the newest first."""
    told = [
        Told(
            number=number,
            day=change.at.at[:10],
            tone=tone(change, history),
            word=verdict_word(change, history),
            what=change_words(change, history.dimension),
            who=mover_words(mover),
            commits=tuple((short(sha), author, subject) for sha, author, subject in mover.commits),
        )
        for number, (change, mover) in enumerate(history.moved, 1)
    ]
    return tuple(reversed(told[-CHANGES:]))


def bands(history: History) -> tuple[tuple[str, str, int, str], ...]:
    """First and last day, runs and words of each environment, the newest first."""
    points = history.trace.points
    return tuple(
        (
            points[band.first].at[:10],
            points[band.end - 1].at[:10],
            band.end - band.first,
            environment_words(history, band.environment),
        )
        for band in reversed(history.trace.bands[-CHANGES:])
    )


def runs(history: History) -> tuple[tuple[str, str, str, str, int, str], ...]:
    """The newest runs, the newest first."""
    newest = history.trace.points[-RUNS:]
    wanted = {point.entry for point in newest}
    track = {p.entry: t for t in history.trace.tracks for p in t.points if p.entry in wanted}
    rows = []
    for point in reversed(newest):
        ends = [show(end, history.dimension) for end in track[point.entry].interval(point.value)]
        rows.append(
            (
                point.at[:16].replace("T", " "),
                short(point.commit),
                show(point.value, history.dimension),
                " to ".join(dict.fromkeys(ends)),
                point.n,
                point.status,
            )
        )
    return tuple(rows)

"""A history in the terminal: a line of blocks, what changed and who, and the newest runs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from gate.core.trend import Point
from gate.core.units import show
from gate.reports.history.model import History
from gate.reports.history.words import (
    change_words,
    environment_words,
    mover_words,
    span_words,
    verdict_word,
)
from gate.reports.safe import clean, harmless
from gate.reports.sentences import short

_BLOCKS = "▁▂▃▄▅▆▇█"
_WIDTH = 72
_RUNS = 20


def render(history: History, *, runs: int = _RUNS) -> str:
    """The whole text; names from strangers stay text."""
    history = clean(history)
    branch = f" on {history.branch}" if history.branch else ""
    lines = [f"{history.name}{branch}: {span_words(history)}"]
    if history.trace.points:
        lines += ["", *_line(history), *_changes(history), *_bands(history), *_runs(history, runs)]
    return harmless("\n".join(lines) + "\n")


def _line(history: History) -> list[str]:
    values = [point.value for point in history.trace.points]
    low, high = min(values), max(values)
    marks = [" "] * min(_WIDTH, len(values))
    order = {point.entry: at for at, point in enumerate(history.trace.points)}
    for change in history.trace.changes:
        marks[order[change.at.entry] * len(marks) // len(values)] = "^"
    ends = f"{show(low, history.dimension)} to {show(high, history.dimension)}"
    return [f"  {sparkline(values)}  {ends}", f"  {''.join(marks)}".rstrip()]


def sparkline(values: Sequence[float], width: int = _WIDTH) -> str:
    """A block for each value, for the mean of several where there are more than `width`."""
    columns = min(width, len(values))
    edges = [at * len(values) // columns for at in range(columns + 1)]
    means = [sum(values[a:b]) / (b - a) for a, b in pairwise(edges) if b > a]
    low, high = min(means, default=0.0), max(means, default=0.0)
    step = (high - low) / (len(_BLOCKS) - 1)
    return "".join(_BLOCKS[round((mean - low) / step) if step > 0 else 0] for mean in means)


def _changes(history: History) -> list[str]:
    if not history.trace.changes:
        return ["", "no change point"]
    lines = ["", "change points"]
    for change, mover in history.moved:
        what = f"{verdict_word(change, history)}: {change_words(change, history.dimension)}"
        lines.append(f"  {change.at.at[:10]}  {what}")
        lines.append(f"              {mover_words(mover)}")
        lines.extend(
            f"              {short(sha)} {author}: {subject}"
            for sha, author, subject in mover.commits
        )
    return lines


def _bands(history: History) -> list[str]:
    bands, points = history.trace.bands, history.trace.points
    lines = ["", "environments" if len(bands) > 1 else "environment"]
    for band in bands[-_RUNS:]:
        first, last = points[band.first].at[:10], points[band.end - 1].at[:10]
        runs = band.end - band.first
        told = environment_words(history, band.environment)
        lines.append(f"  {first} to {last}  {runs:4} runs  {told}")
    return lines


def _runs(history: History, most: int) -> list[str]:
    points = history.trace.points[-most:] if most else ()
    if not points:
        return []
    title = f"newest {len(points)} runs" if len(points) > 1 else "newest run"
    marked = {change.at.entry: change.move.value for change in history.trace.changes}
    rows = [_row(history, point, marked.get(point.entry, "")) for point in points]
    widths = [max(len(row[at]) for row in rows) for at in range(5)]
    lines = ["", f"{title} (value, where 95 of 100 runs at its level lie, verdict)"]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row[:5], widths, strict=True))
        lines.append(f"  {'  '.join(cells)}  {row[5]}".rstrip())
    return lines


def _row(history: History, point: Point, mark: str) -> tuple[str, ...]:
    track = next(t for t in history.trace.tracks if point in t.points)
    low, high = (show(end, history.dimension) for end in track.interval(point.value))
    return (
        point.at[:16].replace("T", " "),
        short(point.commit),
        show(point.value, history.dimension),
        f"{low} to {high}" if low != high else "",
        point.status,
        f"<- {mark}" if mark else "",
    )

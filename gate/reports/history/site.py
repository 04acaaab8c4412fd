"""The static history site: an index and a page for each objective, as names and texts.

Nothing is loaded and nothing has to run; only the index has a script, which searches and sorts.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise

from jinja2 import Template
from markupsafe import Markup

from gate.core.compare.bounds import drift_text, limit_text, tolerance_text
from gate.core.units import show, show_ratio
from gate.reports.history.model import History
from gate.reports.history.plot import plot_of
from gate.reports.history.words import (
    change_words,
    environment_words,
    mover_words,
    span_words,
    tone,
    verdict_word,
)
from gate.reports.html import environment, packaged
from gate.reports.safe import clean, harmless
from gate.reports.sentences import short

INDEX = "index.html"
ROWS = 500
"""So many objectives stand on one page of the index."""
RUNS = 200
"""So many of the newest runs are listed on a page."""
CHANGES = 100
_SPARK = 60
_WORD = re.compile(r"[^a-z0-9]+")


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


def file_of(name: str) -> str:
    """A file name of plain letters that no two objectives share."""
    word = _WORD.sub("-", name.lower()).strip("-")[:60].strip("-")
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"{word}-{digest}.html" if word else f"{digest}.html"


def pages(histories: Iterable[History], title: str) -> Iterator[tuple[str, str]]:
    """Every file of the site with its text, the index last: one at a time, so that few are held."""
    entries: list[Entry] = []
    for history in histories:
        told = clean(history)
        file = file_of(history.name)
        yield file, _page(told, title)
        entries.append(_entry(told, file))
    yield from _indexes(entries, clean(title))


def _indexes(entries: list[Entry], title: str) -> Iterator[tuple[str, str]]:
    ordered = sorted(entries, key=lambda entry: entry.name)
    parts = [ordered[at : at + ROWS] for at in range(0, len(ordered), ROWS)] or [[]]
    names = [INDEX if at == 0 else f"index-{at + 1}.html" for at in range(len(parts))]
    for at in reversed(range(len(parts))):
        text = _rendered(
            "index.html.j2",
            title=title,
            entries=parts[at],
            count=len(entries),
            pages=names,
            here=names[at],
        )
        yield names[at], text


def _page(history: History, title: str) -> str:
    return _rendered(
        "history.html.j2",
        title=title,
        index=INDEX,
        history=history,
        span=span_words(history),
        plot=plot_of(history),
        changes=_changes(history),
        left_out=max(0, len(history.trace.changes) - CHANGES),
        bands=_bands(history),
        facts=_facts(history),
        runs=_runs(history),
        more=max(0, len(history.trace.points) - RUNS),
    )


def _entry(history: History, file: str) -> Entry:
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


def _facts(history: History) -> tuple[tuple[str, str], ...]:
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


def _changes(history: History) -> tuple[Told, ...]:
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


def _bands(history: History) -> tuple[tuple[str, str, int, str], ...]:
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


def _runs(history: History) -> tuple[tuple[str, str, str, str, int, str], ...]:
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


def _rendered(template: str, **values: object) -> str:
    style = packaged("report.css") + _own("history.css")
    script = packaged("report.js") if template.startswith("index") else ""
    page = _template(template).render(
        style=Markup(style),  # noqa: S704  # our own files
        script=Markup(script),  # noqa: S704  # the same
        csp=_policy(style, script),
        **values,
    )
    return harmless(page + "\n")


def _policy(style: str, script: str) -> str:
    """Our own style and script, by digest, and nothing else."""
    scripts = f"script-src {_digest(script)}; " if script else ""
    return (
        f"default-src 'none'; style-src {_digest(style)}; {scripts}"
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@cache
def _own(name: str) -> str:
    return files("gate.reports.history").joinpath(name).read_text(encoding="utf-8")


@cache
def _template(name: str) -> Template:
    load: Callable[[str], str] = _own
    return environment(load).get_template(name)

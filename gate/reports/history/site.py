"""The static history site: an index and a page for each objective, as names and texts.

Nothing is loaded and nothing has to run; only the index has a script, which searches and sorts.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib.resources import files

from jinja2 import Template
from markupsafe import Markup

from gate.reports.history.model import History
from gate.reports.history.plot import plot_of
from gate.reports.history.view import CHANGES, RUNS, Entry, bands, changes, entry_of, facts, runs
from gate.reports.history.words import span_words
from gate.reports.html import environment, packaged
from gate.reports.safe import clean, harmless

INDEX = "index.html"
ROWS = 500
"""So many objectives stand on one page of the index."""
_WORD = re.compile(r"[^a-z0-9]+")


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
        entries.append(entry_of(told, file))
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
        changes=changes(history),
        left_out=max(0, len(history.trace.changes) - CHANGES),
        bands=bands(history),
        facts=facts(history),
        runs=runs(history),
        more=max(0, len(history.trace.points) - RUNS),
    )


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

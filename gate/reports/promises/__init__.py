"""A team's budgets as a page that people read: Markdown, or one file of HTML without a script."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files

from jinja2 import Template
from markupsafe import Markup

from gate.reports import html
from gate.reports.escape import code, text
from gate.reports.promises.model import Group, Promise, Promises, Trend
from gate.reports.safe import clean, harmless

_WIDTH, _HEIGHT = 160, 32
_TONES = frozenset({"pass", "warn", "undecided", "fail", "missing"})

__all__ = ["Group", "Promise", "Promises", "Trend", "as_html", "as_markdown"]


def as_html(page: Promises) -> str:
    """One self-contained page; nothing is loaded and nothing runs in it."""
    style = html.packaged("report.css") + _own("promises.css")
    made = _template().render(
        page=clean(page),
        style=Markup(style),  # noqa: S704  # our own file
        csp=_policy(style),
    )
    return harmless(made + "\n")


def as_markdown(page: Promises) -> str:
    """The page for a wiki or a repository; names from strangers stay text."""
    page = clean(page)
    lines = ["# What we promise", "", text(f"{_head(page)}."), ""]
    for group in page.groups:
        lines += _group(group)
    if page.exceptions:
        lines += ["## Exceptions", ""]
        lines += [f"- {code(name)}: {text(words)}" for name, words in page.exceptions]
        lines.append("")
    if page.retired:
        lines += ["## No longer promised", "", *(f"- {text(each)}" for each in page.retired), ""]
    lines += ["## How it is judged", "", *(f"- {text(each)}" for each in page.rules)]
    return harmless("\n".join(lines) + "\n")


def _head(page: Promises) -> str:
    promises = "1 promise" if page.count == 1 else f"{page.count} promises"
    at = f" at {page.commit}" if page.commit else ""
    return f"{promises} on {page.day}{at}; {page.source}"


def _group(group: Group) -> list[str]:
    about = [f"measured with {group.runner}", *([f"owner: {group.owner}"] if group.owner else [])]
    lines = [f"## {text(group.title)}", "", text(f"{'; '.join(about)} ({group.place})"), ""]
    if group.why:
        lines += [text(group.why), ""]
    for promise in group.promises:
        lines += _promise(promise)
    return lines


def _promise(promise: Promise) -> list[str]:
    title = text(promise.title) if promise.named else code(promise.title)
    lines = [f"### {title}", "", " ".join(map(text, promise.says)), ""]
    told = [
        ("why", promise.why),
        ("owner", promise.owner),
        ("now", promise.now or "not measured on a trusted branch yet"),
        ("trend", promise.trend.words if promise.trend is not None else ""),
        *(("exception", words) for words in promise.exceptions),
    ]
    lines += [f"- {label}: {text(words)}" for label, words in told if words]
    return [*lines, f"- id: {code(promise.id)}, at {code(promise.place)}", ""]


def _policy(style: str) -> str:
    """Our style by its digest, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _own(name: str) -> str:
    return files(__name__).joinpath(name).read_text(encoding="utf-8")


@cache
def _template() -> Template:
    made = html.environment(_own)
    made.filters["line"] = _line
    made.filters["tone"] = lambda status: status if status in _TONES else "skipped"
    made.globals.update(width=_WIDTH, height=_HEIGHT, head=_head)
    return made.get_template("promises.html.j2")


def _line(trend: Trend) -> dict[str, object]:
    """The points of a small picture, the limit's height in it, and the place of the newest run."""
    shown = [*trend.values, *([trend.limit] if trend.limit is not None else [])]
    low, high = min(shown), max(shown)
    wide = (high - low) or 1.0

    def up(value: float) -> float:
        return round(_HEIGHT - 3 - (value - low) / wide * (_HEIGHT - 6), 1)

    step = (_WIDTH - 6) / max(1, len(trend.values) - 1)
    places = [(round(3 + at * step, 1), up(value)) for at, value in enumerate(trend.values)]
    return {
        "points": " ".join(f"{x:g},{y:g}" for x, y in places),
        "last": places[-1],
        "limit": up(trend.limit) if trend.limit is not None else None,
    }

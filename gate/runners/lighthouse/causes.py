"""What a report says about causes: which element, which phase, which script. Text for people.

All of it was written by the page under test, so it is cut and stays text.
"""

from __future__ import annotations

from collections.abc import Callable

from gate.core.units import Dimension, show
from gate.runners.lighthouse.addresses import path_of
from gate.runners.lighthouse.document import at, entries, number, text

Facts = tuple[tuple[str, str], ...]

_LONGEST = 160
_TOP = 3


def facts_of(lhr: object, metric: str, resource_type: str = "") -> Facts:
    """Causes that concern the metric, and how fast the machine was while it was measured."""
    if metric in {"transfer", "requests"}:
        found = _heaviest(lhr, "" if resource_type in {"", "total"} else resource_type)
    else:
        found = tuple(fact for tell in _TELLERS.get(metric, ()) for fact in tell(lhr))
    speed = number(lhr, "environment", "benchmarkIndex")
    machine = (("benchmark index", f"{speed:.0f}"),) if speed is not None else ()
    return (*found, *machine)


def _paint(lhr: object) -> Facts:
    insight = at(lhr, "audits", "lcp-breakdown-insight", "details", "items")
    tables = entries(insight)
    element = next((_node(item) for item in tables if text(item, "type") == "node"), "")
    return _some(("LCP element", element), ("LCP phases", _phases(tables)))


def _interaction(lhr: object) -> Facts:
    insight = at(lhr, "audits", "inp-breakdown-insight", "details", "items")
    tables = entries(insight)
    element = next((_node(item) for item in tables if text(item, "type") == "node"), "")
    return _some(("INP element", element), ("INP phases", _phases(tables)))


def _phases(tables: list[dict[str, object]]) -> str:
    rows = next((entries(table, "items") for table in tables if entries(table, "items")), [])
    told = [
        f"{text(row, 'label').lower()} {_milliseconds(spent)}"
        for row in rows
        if (spent := number(row, "duration")) is not None
    ]
    return ", ".join(told)


def _shifts(lhr: object) -> Facts:
    rows = entries(lhr, "audits", "layout-shifts", "details", "items")
    scored = [(number(row, "score") or 0.0, row) for row in rows]
    if not scored:
        return ()
    score, row = max(scored, key=lambda each: each[0])
    causes = entries(row, "subItems", "items")
    cause = next((f" ({text(each, 'cause')})" for each in causes if text(each, "cause")), "")
    moved = f"{_node(at(row, 'node'))} moved by {score:.3f}{cause}"
    return (("largest layout shift", moved), ("layout shifts", str(len(rows))))


def _tasks(lhr: object) -> Facts:
    rows = entries(lhr, "audits", "long-tasks", "details", "items")
    told = [
        f"{_milliseconds(spent)} {_cut(path_of(text(row, 'url')))}"
        for row in rows[:_TOP]
        if (spent := number(row, "duration")) is not None
    ]
    return _some(("longest tasks", ", ".join(told)))


def _heaviest_scripts(lhr: object) -> Facts:
    return _heaviest(lhr, "script")


def _heaviest(lhr: object, resource_type: str) -> Facts:
    rows = entries(lhr, "audits", "network-requests", "details", "items")
    sized = [
        (number(row, "transferSize") or 0.0, _cut(path_of(text(row, "url"))))
        for row in rows
        if resource_type in {"", text(row, "resourceType").lower()}
    ]
    sized.sort(key=lambda each: each[0], reverse=True)
    told = ", ".join(f"{where} {show(size, Dimension.SIZE)}" for size, where in sized[:_TOP])
    return _some((f"heaviest {resource_type or 'request'}s", told))


_TELLERS: dict[str, tuple[Callable[[object], Facts], ...]] = {
    "lcp": (_paint,),
    "cls": (_shifts,),
    "inp": (_interaction, _tasks),
    "tbt": (_tasks, _heaviest_scripts),
    "tti": (_tasks,),
    "si": (_tasks,),
    "score": (_paint, _shifts, _tasks),
    "js_time": (_tasks, _heaviest_scripts),
    "main_thread_time": (_tasks,),
    "unused_js": (_heaviest_scripts,),
}


def _node(node: object) -> str:
    return _cut(text(node, "selector") or text(node, "snippet") or text(node, "value"))


def _milliseconds(value: float) -> str:
    return show(value / 1000, Dimension.TIME)


def _cut(value: str) -> str:
    flat = " ".join(value.split())
    return flat if len(flat) <= _LONGEST else f"{flat[: _LONGEST - 1]}…"


def _some(*facts: tuple[str, str]) -> Facts:
    return tuple((label, told) for label, told in facts if told)

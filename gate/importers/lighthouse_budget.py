"""Lighthouse's budget.json: sizes in KiB, counts, and timings in milliseconds.

Lighthouse 12 dropped it; Lighthouse CI 0.15 still reads it (utils/src/budgets-converter.js), and
ignores a timing's `tolerance`. The last entry whose path fits a page was the one that counted.
"""

from __future__ import annotations

from dataclasses import replace

from gate.core.sli import Sli
from gate.importers.amounts import kibibytes, milliseconds, plain
from gate.importers.given import Given, Mapping, entries, mapping, text_of
from gate.importers.shape import Asked, Draft, Imported, Ledger, Promise, shown
from gate.importers.webpages import Pages, home

TIMINGS = {
    "first-contentful-paint": "fcp",
    "largest-contentful-paint": "lcp",
    "speed-index": "si",
    "interactive": "tti",
    "total-blocking-time": "tbt",
    "cumulative-layout-shift": "cls",
    "server-response-time": "ttfb",
    "bootup-time": "js_time",
    "mainthread-work-breakdown": "main_thread_time",
}
TYPES = frozenset(
    ("document", "font", "image", "media", "other", "script", "stylesheet", "third-party", "total")
)
_ALL = {"/*", "/**", "*"}
_LISTS = ("resourceSizes", "resourceCounts", "timings")
_KEYS = {
    **dict.fromkeys(("path", *_LISTS), ""),
    "options": "which hosts count as first party is Lighthouse's own choice by the page's domain",
}


def looks(given: Given) -> bool:
    """A list of mappings with the lists of budgets."""
    if not given.name.endswith((".json", ".js", ".cjs")):
        return False
    listed = entries(given.document())
    return any(set(_LISTS) & set(mapping(each)) for each in listed)


def read(given: Given, asked: Asked) -> Imported:
    """One web budget; an entry for some paths holds for the page that it names."""
    ledger, pages = Ledger(), Pages(asked.base)
    listed = [mapping(each) for each in entries(given.document())]
    for index, entry in enumerate(listed):
        if _path(entry) in _ALL:
            pages.add("/")
        _entry(ledger, pages, f"[{index}]", entry)
    home(pages, ledger)
    if len(pages.pages) > 1:
        why = "for a page the last entry that fits counted alone, here all that fit hold"
        ledger.promises = [
            promise if "{page:" in promise.sli else replace(promise, differs=why)
            for promise in ledger.promises
        ]
    why = "given with --base" if asked.base else "where the pages are: a service exports it"
    return ledger.imported([Draft("web", tuple(pages.head(why)), tuple(ledger.promises))])


def _path(entry: Mapping) -> str:
    return text_of(entry.get("path")) or "/*"


def _entry(ledger: Ledger, pages: Pages, where: str, entry: Mapping) -> None:
    ledger.lose_keys(where, entry, _KEYS)
    path, page = _path(entry), ""
    if path not in _ALL:
        page = "" if {"*", "$"} & set(path) else pages.add(path)
        if not page:
            ledger.lose(f"{where}.path", path, "a pattern of paths; name pages and import again")
            for key in _LISTS:
                for each in entries(entry.get(key)):
                    ledger.lose(f"{where}.{key}", _theirs(mapping(each)), "its path is not kept")
            return
    for key in _LISTS:
        for index, each in enumerate(entries(entry.get(key))):
            _one(ledger, f"{where}.{key}[{index}]", key, mapping(each), page)


def _theirs(each: Mapping) -> str:
    return f"{shown(each.get('resourceType') or each.get('metric'))}: {shown(each.get('budget'))}"


def _one(ledger: Ledger, where: str, key: str, each: Mapping, page: str) -> None:
    if "tolerance" in each:
        why = "Lighthouse CI reads no tolerance here; a `tolerance:` of ours is against a baseline"
        ledger.lose(f"{where}.tolerance", each["tolerance"], why)
    tags = (("page", page),) if page else ()
    if key == "timings":
        metric = TIMINGS.get(text_of(each.get("metric")), "")
        number = each.get("budget")
        limit = plain(number) if metric == "cls" else milliseconds(number)
    else:
        kind = text_of(each.get("resourceType"))
        metric = ("transfer" if key == "resourceSizes" else "requests") if kind in TYPES else ""
        limit = (kibibytes if key == "resourceSizes" else plain)(each.get("budget"))
        tags = (*tags, *((("type", kind),) if kind != "total" else ()))
    if not metric or not limit:
        what = "number" if metric else "metric or resource type"
        ledger.lose(where, _theirs(each), f"no {what} that perfgate measures")
        return
    ledger.keep(Promise(where, _theirs(each), str(Sli(metric, "", tags)), limit))

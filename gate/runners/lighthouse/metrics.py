"""What Lighthouse measures, and where each number stands in its report.

Read from the reports of 12.8.2 and 13.5.0; audits that only one of them has are not used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gate.core.metric import Better, Catalogue, Kind, Metric
from gate.core.units import Dimension
from gate.runners.lighthouse.document import at, entries, number, text

RESOURCE_TYPES = (
    "total",
    "script",
    "stylesheet",
    "image",
    "font",
    "document",
    "media",
    "other",
    "third-party",
)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a metric stands: an audit, a path inside it, and what one of it is in base units.

    An `audit` of "" is the path from the top of the report.
    """

    audit: str
    path: tuple[str | int, ...] = ("numericValue",)
    scale: float = 1.0


_MILLISECOND = 0.001
_RESOURCES = "resource-summary"
_COLUMNS = {"transfer": "transferSize", "requests": "requestCount"}

SOURCES: Mapping[str, Source] = {
    "lcp": Source("largest-contentful-paint", scale=_MILLISECOND),
    "fcp": Source("first-contentful-paint", scale=_MILLISECOND),
    "si": Source("speed-index", scale=_MILLISECOND),
    "tbt": Source("total-blocking-time", scale=_MILLISECOND),
    "tti": Source("interactive", scale=_MILLISECOND),
    "cls": Source("cumulative-layout-shift"),
    "ttfb": Source("server-response-time", scale=_MILLISECOND),
    "score": Source("", ("categories", "performance", "score")),
    "inp": Source("interaction-to-next-paint", scale=_MILLISECOND),
    "js_time": Source("bootup-time", scale=_MILLISECOND),
    "main_thread_time": Source("mainthread-work-breakdown", scale=_MILLISECOND),
    "unused_js": Source("unused-javascript", ("details", "overallSavingsBytes")),
    "dom_size": Source("dom-size-insight", ("details", "debugData", "totalElements")),
    "transfer": Source(_RESOURCES),
    "requests": Source(_RESOURCES),
}


def _metric(
    name: str,
    summary: str,
    *,
    dimension: Dimension = Dimension.TIME,
    kind: Kind = Kind.LAB,
    better: Better = Better.LOWER,
    tags: tuple[str, ...] = ("page",),
) -> Metric:
    # One load gives one value, and of one value a percentile would say nothing.
    return Metric(
        name, dimension, better, kind, ("median", "mean"), "median", tags, tags[0], summary
    )


_NUMBER, _SIZE, _COUNTED = Dimension.NUMBER, Dimension.SIZE, Kind.COUNTED
_TYPED = ("page", "type")

_PAGE_METRICS = (
    _metric("lcp", "Largest Contentful Paint"),
    _metric("fcp", "First Contentful Paint"),
    _metric("si", "Speed Index"),
    _metric("tti", "Time to Interactive"),
    _metric("ttfb", "response time of the document, unthrottled (whole milliseconds)"),
    _metric(
        "score", "Lighthouse performance score, 0 to 1", dimension=_NUMBER, better=Better.HIGHER
    ),
    _metric("js_time", "time in scripts: parsing, compiling, running"),
    _metric("main_thread_time", "time in which the main thread worked"),
    _metric("unused_js", "bytes of scripts that never ran", dimension=_SIZE, kind=_COUNTED),
    _metric("dom_size", "elements of the page", dimension=_NUMBER, kind=_COUNTED),
    _metric("transfer", "bytes received, headers too", dimension=_SIZE, kind=_COUNTED, tags=_TYPED),
    _metric("requests", "requests of the page", dimension=_NUMBER, kind=_COUNTED, tags=_TYPED),
)
_FLOW_METRICS = (_metric("inp", "Interaction to Next Paint of a flow", tags=("flow",)),)


def catalogue(*, pages: bool, flows: bool) -> Catalogue:
    """What a budget with pages, with flows or with both can ask for."""
    tags = ("page",) * pages + ("flow",) * flows
    return Catalogue(
        "lighthouse",
        (
            *(_PAGE_METRICS if pages else ()),
            *(_FLOW_METRICS if flows else ()),
            _metric("tbt", "Total Blocking Time of long tasks", tags=tags),
            _metric("cls", "Cumulative Layout Shift", dimension=_NUMBER, tags=tags),
        ),
    )


@dataclass(frozen=True, slots=True)
class Unreported:
    """A number that the report does not hold, and what it holds instead."""

    detail: str


def value_of(lhr: object, metric: str, resource_type: str = "") -> float | Unreported:
    """The metric in base units; absent, not applicable or failed audits are never a zero."""
    source = SOURCES[metric]
    audit = at(lhr, "audits", source.audit) if source.audit else lhr
    version = f"Lighthouse {text(lhr, 'lighthouseVersion') or '?'}"
    if audit is None:
        return Unreported(f"{version} has no audit {source.audit}")
    mode = text(audit, "scoreDisplayMode")
    if mode in {"error", "notApplicable", "manual"}:
        said = text(audit, "errorMessage") or text(audit, "explanation")
        what = "failed" if mode == "error" else "does not apply"
        return Unreported(f"{source.audit} {what} ({version})" + (f": {said}" if said else ""))
    found = (
        _resources(audit, _COLUMNS[metric], resource_type or "total")
        if source.audit == _RESOURCES
        else number(audit, *source.path)
    )
    if found is None or found < 0:
        return Unreported(f"{source.audit or 'the score'} holds no value ({version})")
    return found * source.scale


def _resources(audit: object, column: str, resource_type: str) -> float | None:
    for row in entries(audit, "details", "items"):
        if text(row, "resourceType") == resource_type:
            return number(row, column)
    return None

"""Whether a load may be believed: the page came whole, from where it was asked, in our browser."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from gate.core.reasons import Code, Reason, because
from gate.runners.lighthouse.addresses import host_of, is_loopback, path_of, same_page
from gate.runners.lighthouse.document import at, entries, number, text

TOOL = "lighthouse"
_UNFINISHED = "The page loaded too slowly to finish"  # run warning of 12.8.2 and 13.5.0, en-US
_PARTS = frozenset({"Script", "Stylesheet", "Image", "Font"})
_CALLS = frozenset({"XHR", "Fetch"})


@dataclass(frozen=True, slots=True)
class Expected:
    """What a report must agree with. `closed` says that only `hosts` could be reached."""

    lighthouse: str
    chrome: str
    form_factor: str
    throttling: str
    closed: bool
    hosts: tuple[str, ...]
    may_fail: tuple[str, ...]


def page_problem(lhr: object, page: str, landing: str, expected: Expected) -> Reason | None:
    """Why the load of a page is no measurement of it, None where it is one."""
    return _tool_problem(lhr, expected) or _failed(page, _load_problem(lhr, landing, expected))


def flow_problem(lhr: object, flow: str, expected: Expected) -> Reason | None:
    """Why a flow's timespan is no measurement, None where it is one."""
    problem = runtime_error(lhr) or next(_lost_parts(lhr, expected), "")
    if expected.throttling == "simulate":
        # Nothing can be simulated over a timespan; Lighthouse throttles it for real.
        expected = replace(expected, throttling="devtools")
    return _tool_problem(lhr, expected) or _failed(f"in flow {flow}", problem)


def _failed(page: str, problem: str) -> Reason | None:
    return because(Code.PAGE_FAILED, page=page, detail=problem) if problem else None


def _tool_problem(lhr: object, expected: Expected) -> Reason | None:
    """Another Lighthouse, browser or setting than the record will say."""
    agent = text(lhr, "environment", "hostUserAgent")
    major = expected.chrome.split(".")[0]
    version = text(lhr, "lighthouseVersion")
    device = text(lhr, "configSettings", "formFactor")
    method = text(lhr, "configSettings", "throttlingMethod")
    if version != expected.lighthouse:
        detail = f"it comes from Lighthouse {version or '?'}, expected {expected.lighthouse}"
    elif f"Chrome/{major}." not in agent:
        detail = f"it was measured in {agent or 'an unknown browser'}, expected Chrome {major}"
    elif expected.form_factor and device != expected.form_factor:
        detail = f"it was measured as {device or '?'}, expected {expected.form_factor}"
    elif expected.throttling and method != expected.throttling:
        detail = f"it was throttled by {method or '?'}, expected {expected.throttling}"
    else:
        return None
    return because(Code.NOT_REPORTED, tool=TOOL, detail=detail)


def _load_problem(lhr: object, landing: str, expected: Expected) -> str:
    return (
        runtime_error(lhr)
        or _ended_elsewhere(lhr, landing)
        or _unfinished(lhr)
        or next(_lost_parts(lhr, expected), "")
    )


def _unfinished(lhr: object) -> str:
    warnings = at(lhr, "runWarnings")
    said = [str(warning) for warning in warnings] if isinstance(warnings, list) else []
    return next((warning for warning in said if warning.startswith(_UNFINISHED)), "")


def runtime_error(lhr: object) -> str:
    """Why Lighthouse itself gave the load up, "" where it did not."""
    code = text(lhr, "runtimeError", "code")
    if not code or code == "NO_ERROR":
        return ""
    return f"{code}: {text(lhr, 'runtimeError', 'message')}"


def _ended_elsewhere(lhr: object, landing: str) -> str:
    for key in ("mainDocumentUrl", "finalDisplayedUrl"):
        ended = text(lhr, key)
        if not same_page(landing, ended):
            return ended_elsewhere(landing, ended)
    return ""


def ended_elsewhere(landing: str, ended: str) -> str:
    """Say that a load ended at another page than it should."""
    there = path_of(ended) if host_of(ended) == host_of(landing) else ended or "no page"
    return f"it ended at {there}, not at {path_of(landing)}; if it should, say `lands_on:`"


def _lost_parts(lhr: object, expected: Expected) -> Iterator[str]:
    """Parts of the page that failed: without them it is another, faster page."""
    path = ("audits", "network-requests", "details", "items")
    if not isinstance(at(lhr, *path), list):
        yield "its requests are not known: the report has no audit network-requests"
    for request in entries(lhr, *path):
        url, status = text(request, "url"), number(request, "statusCode")
        if status is None or any(fnmatchcase(url, glob) for glob in expected.may_fail):
            continue
        refused = status == -1 and at(request, "finished") is True
        if refused and _closed_to(url, expected):
            yield f"it asks for {url}, whose host is not reached; name it in `hosts:`"
        elif _matters(text(request, "resourceType"), status, refused=refused):
            said = "did not load" if refused else f"answered {status:.0f}"
            yield f"{path_of(url)} {said}; mend it, or name it in `may_fail:`"


def _closed_to(url: str, expected: Expected) -> bool:
    host = host_of(url)
    reached = any(fnmatchcase(host, glob) for glob in expected.hosts)
    return expected.closed and host != "" and not is_loopback(host) and not reached


def _matters(kind: str, status: float, *, refused: bool) -> bool:
    if kind in _PARTS:
        return refused or status >= 400
    # A frame; or the page itself, where a lighthouserc says `ignoreStatusCode`.
    if kind == "Document":
        return status >= 400
    return kind in _CALLS and status >= 500

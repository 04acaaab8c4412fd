"""OpenSLO v1 and v1alpha: the objectives of an SLO whose indicator is a request's time or failure.

An SLO speaks of production over weeks, a check of one load: the target is kept, the time window
and the error budget are not. Queries belong to a monitoring system; what they count is told by the
words in them and in the SLO's name (OpenSLO specification, README.md).
"""

from __future__ import annotations

import re
from decimal import Decimal

from gate.importers.amounts import decimal, plain
from gate.importers.given import Given, Mapping, entries, mapping, text_of
from gate.importers.shape import Asked, Draft, Imported, Ledger, Line, Promise, shown

_LATENCY = re.compile(r"latency|duration|response[-_ ]?time|\ble=", re.IGNORECASE)
_AVAILABLE = re.compile(
    r"availab|error|success|fail|status|code|\b5(xx|\.\.)|response_code", re.IGNORECASE
)
_LE = re.compile(r"""\ble\s*[=~]+\s*["']?(\d{1,6}(?:\.\d{1,6})?)["']?""", re.ASCII)
_SPEC = {
    **dict.fromkeys(("description", "service", "indicator", "indicatorRef", "objectives"), ""),
    "timeWindow": "a check is one load; what is kept over weeks is for monitoring to say",
    "timeWindows": "a check is one load; what is kept over weeks is for monitoring to say",
    "budgetingMethod": "a check has no error budget that is spent over time",
    "alertPolicies": "a check alerts by its exit code and reports",
}
_OBJECTIVE = {
    **dict.fromkeys(("displayName", "op", "value", "target", "targetPercent"), ""),
    "timeSliceTarget": "a check has no time slices",
    "timeSliceWindow": "a check has no time slices",
    "compositeWeight": "no points: every blocking objective has to hold by itself",
    "indicator": "an indicator of its own is for composites",
    "indicatorRef": "an indicator of its own is for composites",
}


def looks(given: Given) -> bool:
    """A document whose apiVersion is OpenSLO's."""
    if not given.name.endswith((".yml", ".yaml", ".json")):
        return False
    documents = given.documents()
    return any(text_of(mapping(d).get("apiVersion")).startswith("openslo") for d in documents)


def read(given: Given, asked: Asked) -> Imported:
    """One k6 budget with a limit for each objective."""
    ledger = Ledger()
    documents = [mapping(document) for document in given.documents()]
    slis = {_name(each): each for each in documents if _kind(each) == "SLI"}
    for document in documents:
        kind = _kind(document)
        if kind == "SLO":
            _slo(ledger, _name(document) or "SLO", mapping(document.get("spec")), slis)
        elif kind not in {"SLI", "Service", "DataSource"}:
            ledger.lose(_name(document), kind or shown(document), "no SLO")
    if ledger.promises and not asked.script:
        ledger.notes.append("an SLO names no load: name a k6 script with --script")
    head = (
        Line("runner", "k6", "what the SLO reads from a monitoring system, k6 measures"),
        Line("script", asked.script, "given with --script"),
    )
    return ledger.imported([Draft("service", head, tuple(ledger.promises))])


def _kind(document: Mapping) -> str:
    return text_of(document.get("kind"))


def _name(document: Mapping) -> str:
    return text_of(mapping(document.get("metadata")).get("name"))


def _slo(ledger: Ledger, name: str, spec: Mapping, slis: dict[str, Mapping]) -> None:
    ledger.lose_keys(name, spec, _SPEC)
    whole = mapping(spec.get("indicator")) or slis.get(text_of(spec.get("indicatorRef")), {})
    indicator = mapping(whole.get("spec")) or whole
    words = _words(name, spec, whole)
    for index, each in enumerate(entries(spec.get("objectives"))):
        where = f"{name}.objectives[{index}]"
        told = mapping(each)
        v1alpha = mapping(told.get("ratioMetrics"))
        ledger.lose_keys(where, {k: v for k, v in told.items() if k != "ratioMetrics"}, _OBJECTIVE)
        text = f"{words} {_words('', v1alpha, {})}" if v1alpha else words
        _objective(ledger, where, told, (indicator, text))


def _words(name: str, spec: Mapping, indicator: Mapping) -> str:
    """Everything that says what is counted: names and queries, bounded."""
    found = [name, text_of(spec.get("description"))]
    todo: list[object] = [indicator, *([spec] if not indicator else [])]
    for _ in range(200):
        if not todo:
            break
        each = todo.pop()
        if isinstance(each, dict):
            todo += [*list(each.values())[:50], " ".join(map(str, list(each)[:50]))]
        elif isinstance(each, list):
            todo += each[:50]
        elif isinstance(each, str):
            found.append(each[:2000])
    return " ".join(found)[:20_000]


def _objective(ledger: Ledger, where: str, told: Mapping, about: tuple[Mapping, str]) -> None:
    indicator, words = about
    target = _target(told)
    theirs = ", ".join(
        f"{key} {shown(told[key])}"
        for key in ("op", "value", "target", "targetPercent")
        if key in told
    )
    if target is None:
        ledger.lose(where, theirs, "expected a target from 0 to 1, or targetPercent")
        return
    share = f"{decimal((1 - target) * 100)}%"
    value, op = told.get("value"), text_of(told.get("op"))
    bound = _LE.search(words)
    if op in {"gt", "gte"} and value is not None:
        ledger.lose(where, theirs, "of requests, nothing that k6 measures is better when higher")
        return
    if (value is not None or bound) and _LATENCY.search(words):
        seconds = plain(value) if value is not None else bound[1] if bound else ""
        if seconds and float(seconds) > 0:
            _latency(ledger, where, theirs, seconds, share)
            return
    ratio = mapping(indicator.get("ratioMetric")) or told.get("ratioMetrics") or value is None
    if ratio and _AVAILABLE.search(words) and not bound:
        differs = "told by the words in its query: a request fails here as k6 says it does"
        ledger.keep(Promise(where, theirs, "rate(http_req_failed)", share, differs=differs))
        return
    why = "its query does not say that it is about the time or the failure of requests"
    ledger.lose(where, theirs, why)


def _latency(ledger: Ledger, where: str, theirs: str, number: str, share: str) -> None:
    """So many of the requests within a time; a number from 10 on is taken as milliseconds."""
    milli = Decimal(number) >= 10
    shown_time = f"{number} ms" if milli else f"{decimal(Decimal(number) * 1000)} ms"
    unit = "milliseconds" if milli else "seconds"
    differs = f"the file does not say its unit: {unit}; of the requests of a load"
    sli = f"share(http_req_duration > {shown_time})"
    ledger.keep(Promise(where, theirs, sli, share, differs=differs))


def _target(told: Mapping) -> Decimal | None:
    for key, whole in (("target", 1), ("targetPercent", 100)):
        text = plain(told.get(key))
        if text and 0 < Decimal(text) / whole < 1:
            return Decimal(text) / whole
    return None

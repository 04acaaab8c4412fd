"""k6 thresholds, read from the options that `k6 inspect` prints (v0.57 to v2.2) or from JSON.

Grammar, units and what counts as a request are those of gate.runners.k6.thresholds, so that an
imported limit is the row which a threshold in the script would be.
"""

from __future__ import annotations

import math
import re
from typing import Any

from gate.core.metric import Better
from gate.core.sli import show_exact
from gate.core.units import Dimension, Quantity
from gate.importers.given import Given, entries, mapping, text_of
from gate.importers.shape import Asked, Draft, Imported, Ledger, Line, Promise, Value
from gate.runners.k6.catalogue import custom
from gate.runners.k6.options import CustomMetric
from gate.runners.k6.sources import BUILTIN, Source, Type
from gate.runners.k6.thresholds import Threshold, declare

_SCRIPTS = (".js", ".ts", ".mjs")
_OWN = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,127}", re.ASCII)
_PARTS = re.compile(r"\s*(p\([^)]*\)|[a-z]+)\s*(<=|>=|===|==|!=|<|>)\s*(\S+)\s*")
_STEPS = re.compile(r"\s*[a-z]+\s*(<|>)\s*(\d{1,15})\s*")
_LONGEST = 1000
"""Of a key or an expression: what reads them was written for scripts that are trusted."""
_ABORTS = "k6 ends a run early by it; the gate measures whole runs"


def looks(given: Given) -> bool:
    """A script that imports k6, or options with `thresholds`."""
    if given.name.endswith(_SCRIPTS) and not given.program:
        return bool(re.search(r"""['"]k6(/[\w./-]+)?['"]""", given.text))
    return isinstance(mapping(given.document()).get("thresholds"), dict)


def read(given: Given, asked: Asked) -> Imported:
    """One budget with a limit for each threshold."""
    ledger = Ledger()
    own: dict[str, CustomMetric] = {}
    thresholds = mapping(mapping(given.document()).get("thresholds"))
    for key, written in thresholds.items():
        listed = entries(written)
        if not listed:
            ledger.lose(_at(key), written, "it has no condition: k6 only shows this sub-metric")
        for index, entry in enumerate(listed):
            _threshold(ledger, own, key, f"{_at(key)}[{index}]", entry)
    script = asked.script or (given.path if given.name.endswith(_SCRIPTS) else "")
    if ledger.promises and not script:
        ledger.notes.append("options hold no script: name it with --script")
    ledger.notes.append("thresholds that stay in the script stay blocking rows beside these")
    return ledger.imported([Draft("api", _head(script, asked, own), tuple(ledger.promises))])


def _at(key: str) -> str:
    return f"thresholds[{key}]"


def _head(script: str, asked: Asked, own: dict[str, CustomMetric]) -> tuple[Line, ...]:
    head = [Line("runner", "k6", "k6 measures"), Line("script", script, "the script it is about")]
    if asked.env:
        head.append(Line("env", dict(asked.env), "given with --env"))
    if own:
        told = {name: _told(metric) for name, metric in own.items()}
        why = "the script's own metrics, as the thresholds use them; add `unit: ms` to times"
        head.append(Line("metrics", told, why))
    return tuple(head)


def _told(metric: CustomMetric) -> Value:
    return {"type": metric.type, "better": metric.better}


def _threshold(
    ledger: Ledger, own: dict[str, CustomMetric], key: str, where: str, entry: object
) -> None:
    written = mapping(entry)
    expression = text_of(written.get("threshold")) if written else text_of(entry)
    if written.get("abortOnFail"):
        ledger.lose(f"{where}.abortOnFail", True, _ABORTS)  # noqa: FBT003  # what stands there
    if written.get("delayAbortEval"):
        ledger.lose(f"{where}.delayAbortEval", written["delayAbortEval"], _ABORTS)
    if len(key) > _LONGEST or len(expression) > _LONGEST:
        ledger.lose(where, f"{key[:80]}: {expression[:80]}", "it is too long to be read")
        return
    threshold = Threshold(key, expression)
    source = BUILTIN.get(threshold.metric) or _own(own, threshold)
    if source is None:
        ledger.lose(where, f"{key}: {expression}", _unusable(threshold))
        return
    declared = declare("api", threshold, source)
    if declared.asked.refused is not None:
        why = declared.asked.refused.sentence.rpartition("cannot be judged: ")[2]
        ledger.lose(where, f"{key}: {expression}", why)
        return
    metric = declared.implied.metric
    better = metric.better if metric else source.metric.better
    promise = Promise(
        where,
        f"{key}: {expression}",
        str(declared.implied.sli),
        _limit(declared.implied.limit.fail, expression, source, better),
        differs="" if threshold.metric in BUILTIN else _unit(source),
    )
    ledger.keep(promise)


def _limit(value: float, expression: str, source: Source, better: Better) -> str:
    """The bound in the SLI's unit; a count below 100 is at most 99."""
    dimension = source.metric.dimension
    strict = _STEPS.fullmatch(expression)
    method = expression.strip()[:4]
    if source.type is Type.COUNTER and method == "rate":
        dimension = Dimension.RATE
        value = float(strict[2]) if strict else value
    elif strict and source.type is Type.COUNTER and dimension is Dimension.NUMBER:
        value = math.ceil(value) - 1 if strict[1] == "<" else math.floor(value) + 1
    text = show_exact(Quantity(float(value), dimension))
    return f"at least {text}" if better is Better.HIGHER else text


def _own(own: dict[str, CustomMetric], threshold: Threshold) -> Source | None:
    """A metric of the script's, its type told by how the thresholds use it."""
    name = threshold.metric
    parts = _PARTS.fullmatch(threshold.expression)
    if parts is None or not _OWN.fullmatch(name):
        return None
    kind = _kind(parts[1], parts[3])
    better = "higher" if parts[2] in {">", ">="} else "lower"
    told: dict[str, Any] = {"type": kind, "better": better}
    known = own.get(name)
    if known is not None and (known.type, known.better) != (kind, better):
        return None
    own[name] = CustomMetric(**told)
    return custom(name, own[name])


def _kind(method: str, bound: str) -> str:
    match method:
        case "count":
            return "counter"
        case "value":
            return "gauge"
        case "rate":
            try:
                return "rate" if float(bound) <= 1 else "counter"
            except ValueError:
                return "rate"
    return "trend"


def _unit(source: Source) -> str:
    if source.type is Type.RATE:
        return ""
    return "the options do not say its unit: a plain number, until `metrics:` has one"


def _unusable(threshold: Threshold) -> str:
    if not _PARTS.fullmatch(threshold.expression):
        return "it cannot be read"
    if not _OWN.fullmatch(threshold.metric):
        return f"{threshold.metric[:80]!r} is no name of a metric"
    return "other thresholds use this metric as another type, or in the other direction"

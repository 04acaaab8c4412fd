"""k6's own thresholds as promises: `p(95)<500` on `http_req_duration{op:read}`.

The grammar is that of k6's metrics/thresholds_parser.go. k6 judges the whole run, so these do too:
every request, setup and warm-up included. k6 itself passes a threshold without any sample; here
such a row is missing.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from gate.core.metric import Better
from gate.core.model import Limit
from gate.core.reasons import Code, Reason, because
from gate.core.sli import Sli, SliError, parse_sli
from gate.runners.k6.asked import Asked
from gate.runners.k6.sources import Source, Type
from gate.seams.runner import Implied

_EXPRESSION = re.compile(
    r"\s*(?P<method>p\(\s*(?P<quantile>[0-9.]+)\s*\)|[a-z]+)\s*"
    r"(?P<compare><=|>=|===|==|!=|<|>)\s*(?P<bound>\S+)\s*"
)
_KEY = re.compile(r"(?P<metric>[^{}]+?)\s*(?:\{(?P<tags>.*)\})?\s*", re.DOTALL)
_METHODS = {"avg": "mean", "med": "median", "value": "last"}
# A strict bound on a count excludes the bound itself; a float cannot be nearer than this.
_STRICTLY = 1e-12


@dataclass(frozen=True, slots=True)
class Threshold:
    """One threshold as the script states it."""

    key: str
    expression: str

    @property
    def metric(self) -> str:
        """k6's name of the metric, without tags."""
        match = _KEY.fullmatch(self.key)
        return match["metric"].strip() if match else self.key


@dataclass(frozen=True, slots=True)
class Declared:
    """A threshold as the gate judges it, and how a unit answers it."""

    implied: Implied
    asked: Asked


def stated(options: Mapping[str, Any]) -> tuple[Threshold, ...]:
    """Every threshold of a script's options, in a fixed order, each once."""
    return tuple(dict.fromkeys(_stated(options)))


def _stated(options: Mapping[str, Any]) -> Iterator[Threshold]:
    for key, entries in sorted((options.get("thresholds") or {}).items()):
        for entry in entries or ():
            yield Threshold(key, str(entry["threshold"] if isinstance(entry, dict) else entry))


def declare(budget: str, threshold: Threshold, source: Source) -> Declared:
    """The promise of a threshold; one that is no bound is answered with the reason."""
    objective = f"{budget}/script: {threshold.key} {threshold.expression}"
    bound = _bound(threshold, source)
    sli = _sli(threshold, source)
    problem = bound if isinstance(bound, Reason) else sli if isinstance(sli, Reason) else None
    limit, better = (0.0, source.metric.better) if isinstance(bound, Reason) else bound
    if isinstance(sli, Reason):
        sli = Sli(source.metric.name, source.metric.default)
    metric = replace(
        source.metric, better=better, statistics=(sli.statistic,), default=sli.statistic
    )
    return Declared(
        Implied(
            sli,
            Limit(limit),
            "a threshold of the script",
            script=True,
            objective=objective,
            metric=metric,
        ),
        Asked(objective, sli, source, whole=True, refused=problem),
    )


def _bound(threshold: Threshold, source: Source) -> tuple[float, Better] | Reason:
    """The limit in base units, and which side of it is good."""
    match = _EXPRESSION.fullmatch(threshold.expression)
    number = _number(match["bound"]) if match else None
    if match is None or number is None:
        return _no_bound(threshold, "it cannot be read")
    limit = source.in_base_units(number)
    counted = source.type in {Type.COUNTER, Type.GAUGE}
    step = max(abs(limit), 1.0) * _STRICTLY if counted else 0.0
    match match["compare"]:
        case "<":
            return limit - step, Better.LOWER
        case "<=":
            return limit, Better.LOWER
        case ">":
            return limit + step, Better.HIGHER
        case ">=":
            return limit, Better.HIGHER
        # Neither a count nor a share goes below 0, nor a share above 1.
        case "==" | "===" if number == 0 and source.type in {Type.COUNTER, Type.RATE}:
            return 0.0, Better.LOWER
        case "==" | "===" if number == 1 and source.type is Type.RATE:
            return 1.0, Better.HIGHER
    return _no_bound(threshold, "an equality is no bound")


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _sli(threshold: Threshold, source: Source) -> Sli | Reason:
    match = _EXPRESSION.fullmatch(threshold.expression)
    key = _KEY.fullmatch(threshold.key)
    if match is None or key is None:
        return _no_bound(threshold, "it cannot be read")
    tags = dict(_tags(key["tags"] or ""))
    if source.requests:
        tags.setdefault("expected_response", "any")
    elif source.status:
        tags.setdefault("status", "any")
    statistic = _statistic(match["method"], match["quantile"], source)
    sli = Sli(source.metric.name, statistic, tuple(tags.items()))
    try:
        writable = parse_sli(str(sli)) == sli and threshold.metric == sli.metric
    except SliError:
        writable = False
    return sli if writable else _no_bound(threshold, "it cannot be written as an SLI")


def _statistic(method: str, quantile: str | None, source: Source) -> str:
    if quantile is not None:
        extreme = {0.0: "min", 100.0: "max"}.get(_number(quantile) or 0.0)
        return extreme or f"p{quantile}"
    if method == "count":
        return source.metric.default  # a total of bytes or milliseconds is a sum
    return _METHODS.get(method, method)


def _tags(written: str) -> Iterator[tuple[str, str]]:
    """As k6 reads them: split at commas, the first colon ends the key, quotes are trimmed."""
    for pair in filter(None, map(str.strip, written.split(","))):
        key, _, value = pair.partition(":")
        yield key.strip().strip("'\""), value.strip().strip("'\"")


def _no_bound(threshold: Threshold, why: str) -> Reason:
    detail = f"the threshold {threshold.expression!r} on {threshold.key!r} cannot be judged: {why}"
    return because(Code.NOT_REPORTED, tool="k6", detail=detail)

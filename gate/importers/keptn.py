"""Keptn's slo.yaml (spec_version 0.1 to 1.0): criteria of SLIs, fixed and relative.

Criteria in one entry all have to hold, one of several entries is enough; `<=+10%` is relative to
earlier results, `<600` is fixed, and what holds a `%` is always relative (keptn/spec
service_level_objective.md; lighthouse-service evaluate_sli_handler.go, parseCriteriaString). An SLI
is only a name there, its query stands in sli.yaml: the usual names are taken as what k6 measures,
others as `--sli NAME=SLI` says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from gate.core.metric import Better
from gate.core.sli import SliError, parse_sli
from gate.core.units import Dimension
from gate.importers.amounts import plain
from gate.importers.given import Given, Mapping, entries, mapping, text_of
from gate.importers.shape import Asked, Draft, Imported, Ledger, Line, Promise, Value, shown
from gate.runners.k6.sources import BUILTIN, Type

_CRITERION = re.compile(
    r"\s*(?P<compare><=|>=|=|<|>)\s*(?P<sign>[+-]?)\s*(?P<number>\d{1,15}(?:\.\d{1,9})?)\s*"
    r"(?P<percent>%?)\s*"
)
_QUANTILE = re.compile(
    r"(?:response_?time|latency|(?:http_)?req_?duration)_?p(?:ercentile_?)?_?(\d{1,2})",
    re.IGNORECASE,
)
_FIXED_NAMES = {
    "response_time_avg": "mean(http_req_duration)",
    "response_time": "mean(http_req_duration)",
    "error_rate": "rate(http_req_failed)",
    "failure_rate": "rate(http_req_failed)",
    "throughput": "rate(http_reqs)",
    "request_rate": "rate(http_reqs)",
    "requests_per_second": "rate(http_reqs)",
}
_UNITS = {Dimension.TIME: " ms", Dimension.RATE: " /s", Dimension.SHARE: "%", Dimension.SIZE: " B"}
_ASSUMED = {
    Dimension.TIME: "the file does not say its unit: milliseconds, as in Keptn's examples",
    Dimension.RATE: "the file does not say its unit: so many a second",
    Dimension.SHARE: "the file does not say its unit: percent, as in Keptn's examples",
    Dimension.SIZE: "the file does not say its unit: bytes",
    Dimension.NUMBER: "",
}
_TOP = {
    **dict.fromkeys(("spec_version", "objectives"), ""),
    "comparison": "a baseline is the last accepted runs: `baseline:` of budgets/policy.yml",
    "filter": "tags of an SLI choose requests: http_req_duration{name:x}",
    "total_score": "no points: every blocking objective has to hold by itself",
}
_OBJECTIVE = {
    **dict.fromkeys(("sli", "displayName", "pass", "warning"), ""),
    "weight": "no points: every blocking objective has to hold by itself",
}


@dataclass(frozen=True, slots=True)
class _Criterion:
    """One comparison. A `relative` one is against earlier results."""

    compare: str
    sign: str
    number: str
    percent: bool
    written: str

    @property
    def relative(self) -> bool:
        return self.percent or bool(self.sign)

    @property
    def upper(self) -> bool:
        return self.compare in {"<", "<="}


def looks(given: Given) -> bool:
    """Objectives with an `sli`, and criteria or a total score."""
    if not given.name.endswith((".yml", ".yaml", ".json")):
        return False
    document = mapping(given.document())
    named = [each for each in entries(document.get("objectives")) if mapping(each).get("sli")]
    return bool(named) and ("runner" not in document)


def read(given: Given, asked: Asked) -> Imported:
    """One k6 budget; pass and warning become the warn and the fail bound."""
    ledger = Ledger()
    document = mapping(given.document())
    told = {key: value for key, value in document.items() if value not in (None, {}, "")}
    ledger.lose_keys("", told, _TOP)
    for index, each in enumerate(entries(document.get("objectives"))):
        _objective(ledger, f"objectives[{index}]", mapping(each), dict(asked.slis))
    if ledger.promises and not asked.script:
        ledger.notes.append("slo.yaml names no load: name a k6 script with --script")
    head = (
        Line("runner", "k6", "what Keptn read from a monitoring system, k6 measures"),
        Line("script", asked.script, "given with --script"),
    )
    return ledger.imported([Draft("service", head, tuple(ledger.promises))])


def _objective(ledger: Ledger, where: str, told: Mapping, slis: dict[str, str]) -> None:
    sli = text_of(told.get("sli"))
    plain_ones = {"weight": 1, "key_sli": False}
    unusual = {k: v for k, v in told.items() if k != "key_sli" and plain_ones.get(k) != v}
    ledger.lose_keys(where, unusual, _OBJECTIVE)
    if told.get("key_sli"):
        why = "every blocking objective closes the gate by itself, as a key SLI did"
        ledger.lose(f"{where}.key_sli", told["key_sli"], why)
    good, bearable = (entries(told.get(key)) for key in ("pass", "warning"))
    if not good:
        ledger.lose(where, sli, "without pass criteria it was shown, and never judged")
        return
    ours = slis.get(sli) or _sli(sli)
    if not ours:
        why = f"the name does not say what it is; --sli {shown(sli)}=SLI does"
        ledger.lose(where, f"{sli}: {shown(good)}", why)
        return
    for kind, listed in (("pass", good), ("warning", bearable)):
        if len(listed) > 1:
            why = "one of several is enough there; here all bounds of an objective have to hold"
            ledger.lose(f"{where}.{kind}", listed, why)
            return
    passing = _criteria(ledger, f"{where}.pass", good)
    warning = _criteria(ledger, f"{where}.warning", bearable)
    _bounds(ledger, (where, sli, ours, text_of(told.get("displayName"))), passing, warning)


def _sli(name: str) -> str:
    found = _QUANTILE.fullmatch(name)
    if found:
        return f"p{int(found[1])}(http_req_duration)"
    return _FIXED_NAMES.get(name.lower().replace("-", "_"), "")


def _criteria(ledger: Ledger, where: str, listed: list[object]) -> list[_Criterion]:
    found = []
    for each in listed:
        for written in entries(mapping(each).get("criteria")):
            text = text_of(written)
            match = _CRITERION.fullmatch(text)
            if match is None or match["compare"] == "=":
                ledger.lose(where, text, "an equality is no bound" if match else "cannot be read")
                continue
            found.append(
                _Criterion(
                    match["compare"], match["sign"], match["number"], bool(match["percent"]), text
                )
            )
    return found


def _bounds(
    ledger: Ledger,
    objective: tuple[str, str, str, str],
    passing: list[_Criterion],
    warning: list[_Criterion],
) -> None:
    """A limit of the fixed criteria and a tolerance of the relative ones, in one objective."""
    where, sli, ours, name = objective
    bounds: dict[str, Value] = {}
    differs: list[str] = []
    for relative, key in ((False, "limit"), (True, "tolerance")):
        one, other = (
            _tightest(
                ledger, f"{where}.{kind}", ours, [c for c in listed if c.relative is relative]
            )
            for kind, listed in (("pass", passing), ("warning", warning))
        )
        if one is None and other is None:
            continue
        bounds[key] = _united(ours, one, other)
        if not relative:
            differs.append(_ASSUMED[_kind(ours)[0]])
        if other is None and warning:
            differs.append(f"beyond the {key} Keptn only warned, here it fails: stricter")
    if not bounds:
        return
    criteria = " and ".join(each.written for each in (*passing, *warning))
    ledger.keep(
        Promise(
            where,
            f"{sli}: {criteria}",
            ours,
            bounds.get("limit", ""),
            bounds.get("tolerance", ""),
            name=name[:200],
            differs="; ".join(filter(None, differs)),
        )
    )


def _those(listed: list[_Criterion], *, relative: bool) -> list[_Criterion]:
    return [each for each in listed if each.relative is relative]


def _tightest(ledger: Ledger, where: str, ours: str, listed: list[_Criterion]) -> _Criterion | None:
    """The criterion that holds where all do; those on the side that is better are lost."""
    upper = _kind(ours)[1] is Better.LOWER
    fitting = []
    for each in listed:
        if each.upper is not upper:
            ledger.lose(where, each.written, "a bound on the good side: getting better is no fault")
        elif each.relative and (each.sign == "-") is upper and float(each.number) != 0:
            why = "better than each last run: a goal against a pinned baseline is `tolerance: -5%`"
            ledger.lose(where, each.written, why)
        else:
            fitting.append(each)
    order = sorted(fitting, key=lambda each: float(each.number))
    if not order:
        return None
    kept = order[0] if upper or order[0].relative else order[-1]
    for each in order:
        if each is not kept:
            ledger.lose(where, each.written, f"{kept.written} beside it is tighter")
    return kept


def _united(ours: str, one: _Criterion | None, other: _Criterion | None) -> Value:
    """`{warn, fail}` where both stand and differ, else the one bound."""
    found = [_quantity(ours, each) for each in (one, other) if each is not None]
    if len(set(found)) == 1:
        return found[0]
    return {"warn": found[0], "fail": found[1]}


def _quantity(ours: str, criterion: _Criterion) -> str:
    number = plain(criterion.number)
    if criterion.percent:
        return f"{number}%"
    dimension = _kind(ours)[0]
    if dimension is Dimension.SHARE and criterion.relative:
        return f"{number} pp"
    return f"{number}{_UNITS.get(dimension, '')}"


def _kind(ours: str) -> tuple[Dimension, Better]:
    """What a number of this SLI counts, and which direction is good; gate.spec refuses the rest."""
    try:
        sli = parse_sli(ours)
    except SliError:
        return Dimension.NUMBER, Better.LOWER
    source = BUILTIN.get(sli.metric)
    if source is None:
        return Dimension.NUMBER, Better.LOWER
    if sli.statistic == "share":
        return Dimension.SHARE, Better.LOWER
    rated = sli.statistic == "rate" and source.type is Type.COUNTER
    return Dimension.RATE if rated else source.metric.dimension, source.metric.better

"""From searches to answers: data with facts, or the reason why there is none."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gate.core.reasons import Code, Reason, because
from gate.core.sample import Data, Reduced
from gate.core.sli import Sli
from gate.runners.k6.clock import Clock
from gate.runners.k6.load import LoadCheck
from gate.runners.k6.search import MEMBERS, Scope, Search
from gate.runners.k6.tally import TotalTally
from gate.seams.runner import Found, NotFound

_LISTED = 12


@dataclass(frozen=True, slots=True)
class Context:
    """What all answers of one unit share. `seconds` is the whole run, as k6 divides by it.

    `iterations` are those of the whole run that ended, `measured` by scenario those that count.
    """

    clock: Clock
    load: LoadCheck
    seconds: float
    iterations: int
    measured: Mapping[str, int]
    exception: str = ""


def answers(search: Search, context: Context) -> Iterator[Found | NotFound]:
    """Every answer to one question: one, or one for each member."""
    asked = search.asked
    refused = asked.refused or context.load.withholds(asked)
    if refused is None and search.crowded:
        detail = f"{asked.each} has more than {MEMBERS} values; give requests a `name` tag"
        refused = because(Code.NOT_REPORTED, tool="k6", detail=detail)
    if refused is None and not search.tallies:
        yield _without_samples(search, context)
    elif refused is not None:
        yield NotFound(asked.objective, asked.sli, refused)
    else:
        for member in sorted(search.tallies):
            yield _member(search, context, member)


def _member(search: Search, context: Context, member: str) -> Found | NotFound:
    asked = search.asked
    sli = asked.sli.with_tag(asked.each, member) if asked.each else asked.sli
    tally = search.tallies[member]
    if isinstance(tally, TotalTally) and sli.statistic == "rate":
        data = _per_second(tally, context, whole=asked.whole)
    else:
        data = tally.data()
    if data is not None:
        return Found(asked.objective, sli, data, search.facts(member))
    if search.failed[member]:
        detail = f"all {search.failed[member]} matching requests failed: {search.failures.text()}"
    else:
        detail = "one moment has no rate"
    return NotFound(asked.objective, sli, because(Code.ZERO_SAMPLES, tool="k6", detail=detail))


def _per_second(tally: TotalTally, context: Context, *, whole: bool) -> Data | None:
    """The rate over the time of the scenarios that counted, not over the whole test.

    Without a planned time the first sample only starts the clock.
    """
    if whole:
        return Reduced(tally.total / context.seconds, tally.n)
    seconds, planned = context.clock.measured(tally.scenarios)
    counted = tally.total if planned else tally.total - tally.first
    return Reduced(counted / seconds, tally.n) if seconds > 0 else None


def _without_samples(search: Search, context: Context) -> Found | NotFound:
    asked = search.asked
    if asked.source.zero and (ran := _untouched(search, context)):
        # k6 reports a counter only once it counted: the script ran and it stayed at zero.
        return Found(asked.objective, asked.sli, Reduced(0.0, ran))
    if search.inside:
        reason = _nothing_matched(search)
    else:
        reason = because(Code.ZERO_SAMPLES, tool="k6", **_nothing_there(search, context))
    return NotFound(asked.objective, asked.sli, reason)


def _untouched(search: Search, context: Context) -> int:
    """How many iterations could have counted, where only a scenario or nothing is asked for."""
    wanted = dict(search.asked.tags)
    scenario = wanted.pop("scenario", None)
    if wanted or search.asked.each or search.inside:
        return 0
    if search.asked.whole:
        known = scenario is None or scenario in context.clock.scenarios
        return context.iterations if known else 0
    return sum(n for name, n in context.measured.items() if scenario in {None, name})


def _nothing_there(search: Search, context: Context) -> dict[str, str]:
    """Why there is no sample of the metric at all."""
    metric, over = search.asked.source.metric.name, search.passed_over
    if over[Scope.WARMUP]:
        return {"detail": f"all {over[Scope.WARMUP]} samples of {metric} lie in the warm-up"}
    if over[Scope.EXCLUDED]:
        return {"detail": f"all samples of {metric} are of scenarios that are excluded"}
    if over[Scope.OUTSIDE]:
        return {"detail": f"all samples of {metric} come from setup() or teardown()"}
    if not search.asked.whole and not any(context.measured.values()):
        return {"detail": "no iteration ended after the warm-up in a scenario that is measured"}
    detail = f"{context.iterations} iterations gave no sample of {metric}"
    if context.exception:
        return {"detail": f"{detail}; the script threw: {context.exception}"}
    if metric != "http_req_failed":
        return {"detail": detail}
    remedy = "where the script makes no HTTP requests, state this objective with `blocking: false`"
    return {"detail": detail, "remedy": remedy}


def _nothing_matched(search: Search) -> Reason:
    """Which value is unknown, and the ones that were seen, the nearest first."""
    asked = search.asked
    wanted = {**search.asked.tags, **({asked.each: None} if asked.each else {})}
    for key, value in wanted.items():
        seen = search.seen[key]
        if not seen:
            detail = f"no sample has a tag {key}; they have {_list(search.keys, key)}"
            return _unmatched(asked.sli, detail)
        if value is not None and value not in seen:
            return _unmatched(asked.sli, f"{key} was {_list(seen, value)}")
    return _unmatched(asked.sli, "each of its tags was seen, but never together")


def _unmatched(sli: Sli, detail: str) -> Reason:
    return because(Code.NOTHING_MATCHED, selector=sli.selector, detail=detail)


def _list(names: set[str], near: str) -> str:
    ordered = sorted(
        names, key=lambda name: (-difflib.SequenceMatcher(None, near, name).ratio(), name)
    )
    shown = ", ".join(repr(name) for name in ordered[:_LISTED])
    more = len(ordered) - _LISTED
    return f"{shown} and {more} more" if more > 0 else shown or "no tags"

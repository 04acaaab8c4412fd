"""What happened, in one sentence a bound: what got worse, from what to what, how sure."""

from __future__ import annotations

from dataclasses import replace

from gate.core.model import Objective
from gate.core.reasons import Code
from gate.core.units import show
from gate.core.verdict import BaselineSource, Bound, Comparison, Status, Verdict
from gate.reports.words import (
    amount_text,
    better_word,
    change_text,
    excluded_text,
    is_improved,
    value_text,
    worse_word,
)

_SHORT = 12
_NOT_COMPARED = {
    Code.NO_BASELINE,
    Code.NEW_OBJECTIVE,
    Code.SHORT_HISTORY,
    Code.BASE_UNMEASURED,
    Code.OTHER_SERIES,
    Code.OTHER_ENVIRONMENT,
    Code.ZERO_BASE,
    Code.NOT_EXACT,
}
_SAID_BESIDE = {
    Code.RUN_MOVED,
    Code.SATURATED,
    Code.NOT_CONFIRMED,
    Code.SHORT_HISTORY,
    Code.ONE_RUN,
}
"""Why numbers that look clear do not count: said before them."""


RUNGS = {
    "explicit": "named",
    "merge-group": "what the merge queue builds on",
    "merge-parent": "where the change is merged into",
    "merge-base": "where the change begins",
    "previous": "the commit before",
    "tag": "the tag before",
    "side": "on a merged branch",
    "latest": "the latest of its branch, not an ancestor",
}
"""The rungs of the ladder in words; others are words already."""


def short(sha: str) -> str:
    """A commit as people write it: twelve digits."""
    return sha[:_SHORT] or "no commit"


def source_text(source: BaselineSource | None) -> str:
    """Where a baseline came from: `9b1deb4d3b7d (ancestor, 3 commits back, 5 runs, 2026-11-18)`."""
    if source is None:
        return "the baseline"
    steps = f"{source.distance} commits back" if source.distance != 1 else "1 commit back"
    steps = steps if source.distance else "the same commit"
    if source.rung == "drift":
        runs = f"{source.runs} runs" if source.runs != 1 else "1 run"
        return f"{source.distance} days ago ({runs} until {short(source.commit)}, {source.at[:10]})"
    if source.rung == "against":
        return f"{short(source.commit)} ({steps}, measured in turn with this one)"
    parts = (
        RUNGS.get(source.rung, source.rung),
        "" if source.rung == "latest" else steps,
        f"{source.runs} runs" if source.runs != 1 else "1 run",
        source.at[:10],
    )
    return f"{short(source.commit)} ({', '.join(part for part in parts if part)})"


def sentence_of(objective: Objective, verdict: Verdict, miss_rate: float) -> str:
    """The sentence of one verdict."""
    reason, comparison = verdict.reason, verdict.comparison
    if verdict.status is Status.MISSING:
        what = "not compared" if reason.code in _NOT_COMPARED else "not measured"
        return f"{what}: {reason.sentence}"
    if verdict.status is Status.SKIPPED:
        return f"skipped: {reason.sentence}"
    if reason.code is Code.FAILED_BEFORE:
        return reason.sentence
    if comparison is None:
        return _without_numbers(verdict)
    if verdict.bound is Bound.LIMIT:
        return _limit(objective, verdict, miss_rate)
    if comparison.base is None:
        return reason.sentence
    said = _tolerance(objective, verdict, comparison, miss_rate)
    return f"{said}{_first_look(objective, verdict, miss_rate)}"


def _first_look(objective: Objective, verdict: Verdict, miss_rate: float) -> str:
    """What made it suspect, before both sides were measured again; "" where nothing did."""
    if verdict.screened is None:
        return ""
    first = replace(verdict, comparison=verdict.screened)
    moved = change_text(objective, first, miss_rate)
    source = source_text(verdict.screened_by)
    return f"; measured again because the first look, against {source}, gave {moved}"


def _without_numbers(verdict: Verdict) -> str:
    timed_out = verdict.reason.code is Code.TOOL_TIMED_OUT and verdict.status is Status.FAIL
    return verdict.reason.sentence + (": that is beyond every bound" if timed_out else "")


def _limit(objective: Objective, verdict: Verdict, miss_rate: float) -> str:
    value = value_text(objective, verdict, miss_rate)
    match verdict.status:
        case Status.FAIL:
            return f"{value} is beyond the limit, {verdict.bound_text}"
        case Status.WARN:
            return f"{value} is beyond the warn bound; the limit is {verdict.bound_text}"
        case Status.UNDECIDED:
            return f"{value} lies on both sides of the limit, {verdict.bound_text}"
        case _:
            return f"{value} is within the limit, {verdict.bound_text}"


def _tolerance(
    objective: Objective, verdict: Verdict, comparison: Comparison, miss_rate: float
) -> str:
    base = show(comparison.base.value if comparison.base else 0.0, objective.dimension)
    head = show(comparison.head.value, objective.dimension)
    change = change_text(objective, verdict, miss_rate)
    moved = f"{base} → {head}, {change} against {source_text(verdict.baseline)}"
    excluded = excluded_text(objective, verdict, miss_rate)
    tail = f"; {excluded}" if excluded else ""
    goal = verdict.bound_value < 0
    match verdict.status:
        case Status.FAIL if goal:
            return f"goal missed: {moved}; promised is {verdict.bound_text}"
        case Status.FAIL:
            return f"{worse_word(objective)}: {moved}; accepted is {verdict.bound_text}"
        case Status.WARN:
            warned = f"{worse_word(objective)} than the warn bound: {moved}"
            return f"{warned}; accepted is {verdict.bound_text}{tail}"
        case Status.UNDECIDED if verdict.reason.code in _SAID_BESIDE:
            return (
                f"cannot tell: {verdict.reason.sentence}; {moved}; accepted is {verdict.bound_text}"
            )
        case Status.UNDECIDED:
            return f"cannot tell: {moved}; accepted is {verdict.bound_text}{tail}"
        case _ if is_improved(objective, verdict):
            return f"{better_word(objective)}: {moved}"
        case _:
            return f"within {verdict.bound_text}: {moved}{tail}"


def warn_text(objective: Objective, bound: Bound) -> str:
    """The warn bound and the floor beside a promise: ` (warn 600 ms)`, "" without them."""
    limit, tolerance, parts = objective.limit, objective.tolerance, []
    if bound is Bound.LIMIT and limit is not None and limit.warn is not None:
        parts.append(f"warn {show(limit.warn, objective.dimension)}")
    if bound is Bound.TOLERANCE and tolerance is not None:
        if tolerance.warn is not None:
            warn = tolerance.warn
            amount = amount_text(objective, warn.value, absolute=not warn.relative)
            parts.append(f"warn {amount.removeprefix('+')}")
        if tolerance.floor:
            floor = amount_text(objective, tolerance.floor, absolute=True)
            parts.append(f"below {floor.removeprefix('+')} is nothing")
    return f" ({', '.join(parts)})" if parts else ""

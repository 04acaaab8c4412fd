"""The numbers of one verdict in the order in which the judge used them (design, section 4)."""

from __future__ import annotations

from dataclasses import replace

from gate.core.compare.bounds import as_worsening, tolerance_bounds
from gate.core.metric import Better, Kind
from gate.core.model import Objective, Tolerance
from gate.core.stats.evidence import Scale
from gate.core.units import show
from gate.core.verdict import Bound, Comparison, Side, Verdict
from gate.reports.sentences import source_text
from gate.reports.words import amount_text, change_of, percent, value_ends

Lines = list[tuple[str, str]]


def limit_lines(
    objective: Objective, verdict: Verdict, comparison: Comparison, miss_rate: float
) -> Lines:
    """A value against a fixed bound."""
    dimension, ends = objective.dimension, value_ends(objective, comparison)
    bound, value = show(verdict.bound_value, dimension), show(comparison.head.value, dimension)
    if ends is None:
        beyond = _beyond(objective, comparison.head.value, verdict.bound_value)
        return [("compare", f"{value} is {beyond} {bound}; the value has no interval")]
    good, bad = show(ends.good, dimension), show(ends.bad, dimension)
    fails = _beyond(objective, ends.good, verdict.bound_value)
    passes = _beyond(objective, ends.bad, verdict.bound_value)
    return [
        ("estimate", value),
        *_ends(good, bad, comparison.level, miss_rate),
        ("fail when", f"the good end is beyond {bound}: {good} is {fails} it"),
        ("pass when", f"the bad end is within {bound}: {bad} is {passes} it"),
    ]


def tolerance_lines(
    objective: Objective, verdict: Verdict, comparison: Comparison, miss_rate: float
) -> Lines:
    """Head against base: the change, its interval, and both rules."""
    change, base = change_of(objective, verdict), comparison.base
    if change is None or base is None:
        return []
    lines: Lines = [
        ("baseline", f"{_side(objective, base)}; {source_text(verdict.baseline)}"),
        ("head", _side(objective, comparison.head)),
        ("change", _division(objective, comparison, base)),
    ]
    if change.ends is None:
        return [*lines, ("compare", f"with {verdict.bound_text}; the values have no interval")]

    def told(amount: float) -> str:
        return amount_text(objective, amount, absolute=change.absolute)

    ends, sign = change.ends, _sign(objective)
    lines += _ends(told(ends.good), told(ends.bad), comparison.level, miss_rate)
    marks = _marks(_held_to(objective, verdict), base.value, absolute=change.absolute)
    if marks is not None:
        fail, detect = sign * marks[0], sign * marks[1]
        fails, passes = _beyond(objective, ends.good, fail), _beyond(objective, ends.bad, detect)
        lines += [
            ("fail when", f"the good end is beyond {told(fail)}: {told(ends.good)} is {fails} it"),
            ("pass when", f"the bad end is within {told(detect)}: {told(ends.bad)} is {passes} it"),
        ]
    return [*lines, *_floor(objective, verdict), *_power(objective, comparison)]


def _floor(objective: Objective, verdict: Verdict) -> Lines:
    """What raises both bounds of counts: no record holds how far the base's repeats lay apart."""
    if objective.kind is not Kind.COUNTED or verdict.bound_value < 0:
        return []
    if verdict.bound is not Bound.TOLERANCE:
        return []
    return [("floor", "for counts, half the range of the base's own repeats is nothing, too")]


def _held_to(objective: Objective, verdict: Verdict) -> Objective:
    """The objective with what the verdict is about as its tolerance."""
    if verdict.bound is not Bound.DRIFT or objective.drift is None:
        return objective
    return replace(objective, tolerance=Tolerance(objective.drift.fail))


def _power(objective: Objective, comparison: Comparison) -> Lines:
    lines: Lines = []
    if comparison.p is not None:
        chance = f"{comparison.p:.2g}: the chance of such data if the change were just accepted"
        lines.append(("p-value", chance))
    if comparison.mde is not None:
        size = amount_text(objective, comparison.mde, absolute=comparison.absolute)
        lines.append(
            ("finds", f"this much data finds a change of {size.removeprefix('+')} or more")
        )
    if comparison.needs:
        lines.append(("needs", f"about {comparison.needs} repeats to decide"))
    return lines


def _marks(objective: Objective, base: float, *, absolute: bool) -> tuple[float, float] | None:
    """Where fail begins and what a pass excludes, as worsenings; None where it cannot be told."""
    if objective.tolerance is None:
        return None
    scale, sign = (Scale.DIFFERENCE, 1) if absolute else (Scale.RATIO, _sign(objective))
    try:
        bounds = tolerance_bounds(objective.tolerance, base, scale, sign)
        return as_worsening(bounds.fail, scale, sign), as_worsening(bounds.detect, scale, sign)
    except (ValueError, ArithmeticError):  # a foreign record whose numbers do not fit together
        return None


def _sign(objective: Objective) -> int:
    return 1 if objective.better is Better.LOWER else -1


def _ends(good: str, bad: str, level: float, miss_rate: float) -> Lines:
    return [
        ("good end", f"{good}: {percent(level)} sure that it is not better"),
        ("bad end", f"{bad}: {percent(1 - miss_rate)} sure that it is not worse"),
    ]


def _side(objective: Objective, side: Side) -> str:
    units = "1 unit" if side.n == 1 else f"{side.n} units"
    return f"{show(side.value, objective.dimension)} over {units}"


def _division(objective: Objective, comparison: Comparison, base: Side) -> str:
    head, low = (show(s.value, objective.dimension) for s in (comparison.head, base))
    difference = comparison.head.value - base.value
    moved = amount_text(objective, difference, absolute=True)
    told = f"{head} - {low} = {moved}"
    if comparison.ratio is None:
        return told
    share = amount_text(objective, comparison.ratio - 1, absolute=False)
    return f"{head} / {low} = {comparison.ratio:.4g}, {share}; {told}"


def _beyond(objective: Objective, value: float, bound: float) -> str:
    worse = value > bound if objective.better is Better.LOWER else value < bound
    return "beyond" if worse else "within"

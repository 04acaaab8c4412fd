"""Numbers into words, direction-aware: how much it changed, how sure, what is excluded."""

from __future__ import annotations

import math
from dataclasses import dataclass

from gate.core.metric import Better
from gate.core.model import Objective
from gate.core.units import Dimension, show, show_points, show_ratio
from gate.core.verdict import Comparison, Row, Status, Verdict

_WORSE = {Dimension.TIME: ("slower", "faster"), Dimension.SIZE: ("larger", "smaller")}


def worse_word(objective: Objective) -> str:
    """What a worsening is called: `slower`, `larger`, `higher`, `lower`."""
    if objective.better is Better.HIGHER:
        return "lower"
    return _WORSE.get(objective.dimension, ("higher", "lower"))[0]


def better_word(objective: Objective) -> str:
    """What an improvement is called: `faster`, `smaller`, `lower`, `higher`."""
    if objective.better is Better.HIGHER:
        return "higher"
    return _WORSE.get(objective.dimension, ("higher", "lower"))[1]


def percent(share: float) -> str:
    """A confidence, rounded down so that it never promises more: 0.99957 is `99.95 %`."""
    return f"{math.floor(round(share * 1e4, 6)) / 100:g} %"


@dataclass(frozen=True, slots=True)
class Ends:
    """An interval of a change (or of a value, for a limit), its good end and its bad end."""

    good: float
    bad: float


@dataclass(frozen=True, slots=True)
class Change:
    """Head against base: `amount` relative, or in base units where `absolute`."""

    amount: float
    absolute: bool
    ends: Ends | None


def change_of(objective: Objective, verdict: Verdict) -> Change | None:
    """The change against the baseline, None where nothing was compared with one."""
    comparison = verdict.comparison
    if comparison is None or comparison.base is None:
        return None
    relative = comparison.ratio is not None and not comparison.absolute
    if relative and comparison.ratio is not None:
        low, high = comparison.low, comparison.high
        ends = _ends(objective, low, high, minus=1.0) if is_noisy(comparison) else None
        return Change(comparison.ratio - 1, absolute=False, ends=ends)
    amount = comparison.head.value - comparison.base.value
    low, high = comparison.difference_low, comparison.difference_high
    ends = _ends(objective, low, high, minus=0.0) if is_noisy(comparison) else None
    return Change(amount, absolute=True, ends=ends)


def value_of(row: Row) -> float | None:
    """Head's value as the verdict took it that the row shows; as it was measured, without one.

    A verdict cuts odd units off. The plain mean over all of them may lie beyond a limit that is
    kept, and would contradict it.
    """
    ordered = sorted(row.verdicts, key=lambda verdict: verdict.status is not row.status)
    sides = (v.comparison.head for v in ordered if v.comparison is not None)
    found = next((side.value for side in sides if side.n), row.value)
    return None if row.value is None or found is None else float(f"{found:.9g}")


def value_ends(objective: Objective, comparison: Comparison) -> Ends | None:
    """The interval of head's own value, None where it is exact or unknown."""
    head = comparison.head
    if head.low is None and head.high is None:
        return None
    ends = _ends(objective, head.low, head.high, minus=0.0)
    return None if ends.good == ends.bad else ends


def is_noisy(comparison: Comparison) -> bool:
    """Whether the compared numbers have an interval at all."""
    return comparison.p is not None or comparison.excluded is not None


def _ends(objective: Objective, low: float | None, high: float | None, *, minus: float) -> Ends:
    first = -math.inf if low is None else low - minus
    last = math.inf if high is None else high - minus
    return Ends(first, last) if objective.better is Better.LOWER else Ends(last, first)


def amount_text(objective: Objective, amount: float, *, absolute: bool) -> str:
    """A change with its sign: `+36.3 %`, `+22 kB`, `-0.2 pp`."""
    if not absolute:
        return show_ratio(amount)
    text = show_points(amount, objective.dimension)
    return text if amount <= 0 or not math.isfinite(amount) else f"+{text}"


def size_text(objective: Objective, amount: float, *, absolute: bool) -> str:
    """A change without its sign: `6 %`."""
    return amount_text(objective, abs(amount), absolute=absolute).removeprefix("+")


def change_text(objective: Objective, verdict: Verdict, miss_rate: float) -> str:
    """The change with its interval: `+36.3 % (99 % sure: at least +31 %)`, "" without a base."""
    change, comparison = change_of(objective, verdict), verdict.comparison
    if change is None or comparison is None or comparison.base is None:
        return ""
    text = amount_text(objective, change.amount, absolute=change.absolute)
    if change.amount == 0 and change.ends is None:
        return "unchanged"
    base = comparison.base.value
    if change.absolute and base > 0 and objective.dimension is Dimension.SIZE:
        text = f"{text} ({show_ratio(comparison.head.value / base - 1)})"
    if change.ends is None or (verdict.status is Status.PASS and (comparison.excluded or 0) > 0):
        return text  # what is excluded says the rest
    return f"{text} ({_sure_of(objective, verdict, change, change.ends, miss_rate)})"


def _sure_of(
    objective: Objective, verdict: Verdict, change: Change, ends: Ends, miss_rate: float
) -> str:
    """The end of the interval that decided, or both ends where neither did."""
    good = amount_text(objective, ends.good, absolute=change.absolute)
    bad = amount_text(objective, ends.bad, absolute=change.absolute)
    if verdict.status is Status.FAIL and math.isfinite(ends.good):
        level = verdict.comparison.level if verdict.comparison is not None else 0.0
        word = "at best" if _better(objective, ends.good) else "at least"
        return f"{percent(level)} sure: {word} {good}"
    if verdict.status is Status.PASS and math.isfinite(ends.bad):
        word = "at least" if _better(objective, ends.bad) else "at most"
        return f"{percent(1 - miss_rate)} sure: {word} {bad}"
    first, last = (good, bad) if ends.good <= ends.bad else (bad, good)
    return f"between {first} and {last}"


def value_text(objective: Objective, verdict: Verdict, miss_rate: float) -> str:
    """Head's value with its interval, for a limit: `342 ms (99 % sure: at least 331 ms)`."""
    if verdict.comparison is None:
        return ""
    value = show(verdict.comparison.head.value, objective.dimension)
    interval = interval_text(objective, verdict, miss_rate)
    return f"{value} ({interval})" if interval else value


def interval_text(objective: Objective, verdict: Verdict, miss_rate: float) -> str:
    """The end of the value's interval that decided, or both: `99 % sure: at least 331 ms`."""
    comparison = verdict.comparison
    ends = value_ends(objective, comparison) if comparison is not None else None
    if comparison is None or ends is None:
        return ""
    good, bad = show(ends.good, objective.dimension), show(ends.bad, objective.dimension)
    higher = objective.better is Better.HIGHER
    if verdict.status is Status.FAIL:
        return f"{percent(comparison.level)} sure: {'at most' if higher else 'at least'} {good}"
    if verdict.status is Status.PASS:
        return f"{percent(1 - miss_rate)} sure: {'at least' if higher else 'at most'} {bad}"
    first, last = (good, bad) if ends.good <= ends.bad else (bad, good)
    return f"between {first} and {last}"


def excluded_text(objective: Objective, verdict: Verdict, miss_rate: float) -> str:
    """What the data exclude: `slower than 6 % is excluded (95 % sure)`; "" where not known."""
    comparison = verdict.comparison
    if comparison is None or comparison.excluded is None or comparison.excluded <= 0:
        return ""
    size = size_text(objective, comparison.excluded, absolute=comparison.absolute)
    if verdict.status is Status.UNDECIDED:
        return f"up to {size} {worse_word(objective)} is not excluded"
    if verdict.status in {Status.PASS, Status.WARN}:
        sure = percent(1 - miss_rate)
        return f"{worse_word(objective)} than {size} is excluded ({sure} sure)"
    return ""


def is_improved(objective: Objective, verdict: Verdict) -> bool:
    """Whether the whole interval lies on the better side of the baseline."""
    change = change_of(objective, verdict)
    if change is None or verdict.status is not Status.PASS:
        return False
    return _better(objective, change.ends.bad if change.ends is not None else change.amount)


def _better(objective: Objective, change: float) -> bool:
    return change < 0 if objective.better is Better.LOWER else change > 0

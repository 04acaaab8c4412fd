"""A promise in plain sentences: what it is about, and what it may come to."""

from __future__ import annotations

from gate.core.metric import Better
from gate.core.model import Amount, Objective, Policy, Tolerance
from gate.core.sli import quantile_of, show_exact
from gate.core.units import Dimension, show, show_points, show_ratio

_STATISTICS = {
    "median": "the median of",
    "mean": "the mean of",
    "min": "the smallest",
    "max": "the largest",
    "sum": "the sum of",
    "count": "the number of",
    "rate": "the rate of",
}


def subject(objective: Objective) -> str:
    """What is measured, as a phrase: `the 95th percentile of lcp where page is home`."""
    sli, share = objective.sli, objective.dimension is Dimension.SHARE
    tags = " and ".join(f"{key} is {value}" for key, value in sli.tags)
    where = f" where {tags}" if tags else ""
    spread = f", for each {objective.each}" if objective.each else ""
    if sli.beyond is not None:
        bound = f"{sli.beyond.compare} {show_exact(sli.beyond.quantity)}"
        return f"the share of {sli.metric} {bound}{where}{spread}"
    words = "the share of" if share and sli.statistic == "rate" else _statistic(sli.statistic)
    return f"{words} {sli.metric}{where}{spread}"


def _statistic(name: str) -> str:
    quantile = quantile_of(name) if name not in _STATISTICS else None
    if quantile is None:
        return _STATISTICS.get(name, name)
    return f"the {_ordinal(f'{quantile * 100:g}')} percentile of"


def _ordinal(number: str) -> str:
    if "." in number:
        return f"{number}th"
    last = {"1": "st", "2": "nd", "3": "rd"}.get(number[-1], "th")
    return f"{number}{'th' if number.endswith(('11', '12', '13')) else last}"


def sentences(objective: Objective) -> tuple[str, ...]:
    """What is promised: first the limit, then what may change, then what does not block."""
    about = subject(objective)
    first, *others = _bounds(objective)
    comma = "," if objective.each else ""
    found = [f"{about[0].upper()}{about[1:]}{comma} {first}."]
    found.extend(f"It {part}." for part in others)
    if not objective.blocking:
        found.append("It is shown and never closes the gate.")
    return tuple(found)


def _bounds(objective: Objective) -> list[str]:
    found = []
    dimension = objective.dimension
    words = "at most" if objective.better is Better.LOWER else "at least"
    if (limit := objective.limit) is not None:
        warn = f", and warns from {show(limit.warn, dimension)}" if limit.warn is not None else ""
        found.append(f"is {words} {show(limit.fail, dimension)}{warn}")
    if objective.tolerance is not None:
        found.append(_tolerance(objective.tolerance, dimension))
    if (drift := objective.drift) is not None:
        most = _amount(drift.fail, dimension)
        found.append(f"gets at most {most} worse over {drift.days:g} days, build by build")
    return found


def _tolerance(tolerance: Tolerance, dimension: Dimension) -> str:
    if tolerance.fail.value < 0:
        gained = _amount(Amount(-tolerance.fail.value, tolerance.fail.relative), dimension)
        return f"gets at least {gained} better than the baseline"
    if tolerance.fail.value == 0:
        said = "does not get worse than the baseline"
    else:
        said = f"gets at most {_amount(tolerance.fail, dimension)} worse than the baseline"
    if tolerance.warn is not None:
        said += f", and warns from {_amount(tolerance.warn, dimension)}"
    if tolerance.floor:
        said += f"; a change below {show_points(tolerance.floor, dimension)} does not count"
    return said


def _amount(amount: Amount, dimension: Dimension) -> str:
    if amount.relative:
        return show_ratio(amount.value).removeprefix("+")
    return show_points(amount.value, dimension)


def rules(policy: Policy) -> tuple[str, ...]:
    """The policy in sentences."""
    share = Dimension.SHARE
    found = [
        f"Of checks of unchanged code {show(policy.alarm_rate, share)} find a regression.",
        f"Of worsenings that a check sets out to find {show(policy.miss_rate, share)} pass.",
        "What stays undecided closes the gate."
        if policy.undecided == "fail"
        else "What stays undecided warns.",
        "A change that loosens or deletes a promise is refused."
        if policy.loosening == "refuse"
        else "A change that loosens or deletes a promise is shown in every report.",
    ]
    if policy.budgets_from == "base":
        found.append("A change is judged by the budgets of its base, not by its own.")
    found.append(f"Baselines come from {', '.join(policy.branches)}.")
    if policy.bootstrap_until:
        found.append(f"Until {policy.bootstrap_until} a missing baseline does not close the gate.")
    return tuple(found)

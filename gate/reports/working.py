"""The sum behind an interval, with the numbers used: a pocket calculator can do it again."""

from __future__ import annotations

import math

from gate.core.metric import Better, Kind
from gate.core.model import Objective
from gate.core.stats.special import t_quantile
from gate.core.verdict import Comparison, Status, Verdict, Working

Lines = list[tuple[str, str]]

_METHODS = {
    "paired": "paired: each unit of head against the unit of base beside it",
    "together": "together: both sides in one session, not unit by unit",
    "stored": "stored: head against runs of other days",
    "shares": "shares: events of trials, divided by how much more the units (or, against a stored "
    "base, days) vary than by chance",
    "exact": "exact: the values as they are, without any interval",
    "drift": "drift: head against the mean of stored runs of some time ago; the scatter of all "
    "stored runs between says how far days lie apart",
    "level": "level: one side against a fixed bound",
}
_HOLM = (
    "the alarm rate is shared equally over budgets (or by `weight:`), then by Holm's steps over "
    "the tolerances of one budget; what fails hands its share on"
)
_LENT = "; moderated by the check's other objectives, where at least 8 are compared like it"
_ALONE = "a limit errs for itself: it shares its alarm rate with no other bound"


def working_lines(objective: Objective, verdict: Verdict, comparison: Comparison) -> Lines:
    """Method, estimand, spreads, shares of error and both bounds, in the order of the sum.

    Nothing for a comparison whose record holds no working (an outcome of version 1).
    """
    working = comparison.working
    if working is None:
        return []
    return [
        ("method", _method(working)),
        ("estimand", _estimand(objective, comparison, working)),
        *_spreads(comparison, working),
        *_share(comparison),
        *_bounds(objective, comparison, working),
        ("to decide", _undecided(verdict, comparison, working)),
    ]


def _method(working: Working) -> str:
    said = _METHODS.get(working.method, working.method)
    if working.method != "stored":
        return said
    runs = "1 stored run says" if working.runs == 1 else f"{working.runs} stored runs say"
    return f"{said}; {runs} where the base lies"


def _estimand(objective: Objective, comparison: Comparison, working: Working) -> str:
    if working.method == "shares":
        return "the share of events in all trials of a side"
    if working.method == "exact":
        return "the value itself"
    mean = "mean" if comparison.absolute else "geometric mean"
    cut = ", an eighth cut from each end from 8 units on" if objective.kind is Kind.TIMING else ""
    return f"the {mean} over units of each unit's {objective.sli.statistic or 'value'}{cut}"


def _spreads(comparison: Comparison, working: Working) -> Lines:
    if working.method == "exact":
        return []
    if working.method == "shares":
        known = _known(working.spread_df)
        return [("spread", f"they vary {_digits(working.spread)} times as much as chance{known}")]
    scale = "in the metric's base unit" if comparison.absolute else "of the natural logarithm"
    units = f"one unit varies by sd {_digits(working.spread)} {scale}{_known(working.spread_df)}"
    lent = working.method != "level" and working.spread_df > 0
    lines: Lines = [("spread", f"{units}{_LENT}" if lent else units)]
    if working.sessions > 0:
        between = f"sessions vary by sd {_digits(working.sessions)} {scale}"
        lines.append(("sessions", f"{between}{_known(working.sessions_df)}"))
    if working.error > 0:
        error = f"{_digits(working.error)}, the standard error"
        lines.append(("error", f"{error}{_known(working.df)}"))
    return lines


def _known(df: float) -> str:
    return f" (known to {_digits(df)} degrees of freedom)" if df > 0 else ""


def _share(comparison: Comparison) -> Lines:
    if comparison.p is None:
        return []
    alarm = f"{_digits(_alarm(comparison))} for a false fail"
    why = _HOLM if comparison.base is not None else _ALONE
    return [("may err", f"{alarm}, {_digits(comparison.miss)} for a false pass; {why}")]


def _alarm(comparison: Comparison) -> float:
    return 1 - comparison.level


def _bounds(objective: Objective, comparison: Comparison, working: Working) -> Lines:
    """Both sums with their quantiles; none where the bounds are not made of a standard error."""
    if comparison.p is None or not all(0 < c < 1 for c in (_alarm(comparison), comparison.miss)):
        return []
    if working.method == "shares":
        return _share_sums(comparison, working)
    if not comparison.absolute and _at_zero(comparison):
        return []
    if working.error <= 0:
        return [("bounds", "no unit differs: only the number of units says how sure that is")]
    middle, told = _middle(comparison)
    good, bad = (1, -1) if objective.better is Better.HIGHER else (-1, 1)
    df = _df(working.df)
    return [
        ("estimate" if comparison.base else "starts at", told),
        (
            "good sum",
            _sum(comparison, working, middle, (good, -t_quantile(_alarm(comparison), df))),
        ),
        ("bad sum", _sum(comparison, working, middle, (bad, -t_quantile(comparison.miss, df)))),
    ]


def _df(told: float) -> float:
    """Degrees of freedom, endless where none are told; less than these no record of ours holds."""
    return told if told >= _FEWEST else math.inf


def _at_zero(comparison: Comparison) -> bool:
    """Whether what a logarithm is taken of has none: only a record of strangers says so."""
    if comparison.base is None:
        return comparison.head.value <= 0
    return comparison.ratio is not None and comparison.ratio <= 0


def _share_sums(comparison: Comparison, working: Working) -> Lines:
    """Wilson's ends of both sides and their sum (Newcombe), or whose interval a limit's is."""
    rule = "Newcombe's interval from two of Wilson" if comparison.base else "Clopper-Pearson's"
    lines: Lines = [("bounds", f"{rule}, events and trials divided by {_digits(working.spread)}")]
    if len(working.counts) == 2:
        events, trials = map(_digits, working.counts)
        return [*lines, ("counts", f"{events} of {trials}")]
    base, head = working.counts[:2], working.counts[2:]
    if len(head) != 2 or not all(_is_share(*counts) for counts in (base, head)):
        return lines
    for name, chance in (("good sum", _alarm(comparison)), ("bad sum", comparison.miss)):
        z = -t_quantile(chance, _df(working.spread_df))
        sides = f"base {_wilson(base, z)}; head {_wilson(head, z)}"
        lines.append((name, f"by z = {_digits(z)}, Wilson's ends: {sides}"))
    how = "root of the squared ways to Wilson's ends that make it smaller (larger)"
    return [
        *lines,
        ("ends", f"head less (1 + what is tolerated) times base, less (plus) the {how}"),
    ]


def _is_share(events: float, trials: float) -> bool:
    return 0 <= events <= trials and 0 < trials < math.inf


def _wilson(counts: tuple[float, ...], z: float) -> str:
    """One share with Wilson's interval, as Newcombe's takes it."""
    events, trials = counts
    share = events / trials
    middle = share + z * z / (2 * trials)
    half = z * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    low, high = ((middle + way * half) / (1 + z * z / trials) for way in (-1, 1))
    ends = f"{_digits(max(0.0, low))} to {_digits(min(1.0, high))}"
    return f"{_digits(events)} of {_digits(trials)} = {_digits(share)}, {ends}"


def _middle(comparison: Comparison) -> tuple[float, str]:
    """The estimate on the scale of the sum, and how it comes about."""
    head, base = comparison.head.value, comparison.base
    if base is None:
        at = head if comparison.absolute else math.log(head)
        return at, _digits(at) if comparison.absolute else f"ln({_digits(head)}) = {_digits(at)}"
    if comparison.absolute or comparison.ratio is None:
        at = comparison.difference or 0.0
        return at, f"{_digits(head)} - {_digits(base.value)} = {_digits(at)}"
    at = math.log(comparison.ratio)
    return at, f"ln({_digits(comparison.ratio)}) = {_digits(at)}"


def _sum(
    comparison: Comparison, working: Working, middle: float, quantile: tuple[int, float]
) -> str:
    way, t = quantile
    end = middle + way * t * working.error
    sign = "+" if way > 0 else "-"
    told = f"{_digits(middle)} {sign} {_digits(t)} x {_digits(working.error)} = {_digits(end)}"
    if comparison.absolute:
        return told
    whole = f"; e^{_digits(end)} = {_digits(math.exp(end))}" if end < _MOST_LOG else ""
    return f"{told}{whole} {'times the base' if comparison.base else ''}".rstrip()


_MOST_LOG = 700.0
_FEWEST = 0.01


def _undecided(verdict: Verdict, comparison: Comparison, working: Working) -> str:
    """What would decide: units, or the design that needs no other day."""
    if verdict.status is not Status.UNDECIDED:
        return ""
    if comparison.needs:
        return f"about {comparison.needs} units a side, by this design"
    if working.method == "stored":
        return "no number of units: measure the base in turn, `gate check --against REV`"
    if working.method == "level":
        return "no number of units up to 1000: the value lies too near to the bound"
    return "no number of units up to 1000: a wider tolerance, or a larger `detect:`"


def _digits(value: float) -> str:
    return f"{value:.6g}"

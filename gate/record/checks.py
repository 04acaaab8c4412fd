"""What must hold of values in a record before anybody computes with them.

The core is built by our own code and trusts it; a record may come from somebody else.
"""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from gate.core.model import Accepted, Objective, Policy, Promises, Waiver
from gate.core.quiet import Quiet
from gate.core.run import BaseTree, Looks, Measurement, Run, Shards, Turn
from gate.core.sample import Unit, Values, can_pool
from gate.core.sli import STATISTICS, Beyond, Sli, quantile_of
from gate.core.verdict import Outcome, Side


def problem_of(value: object) -> str:
    """Why the value cannot be of a record that we wrote, "" where it can."""
    match value:
        case Sli():
            return _sli(value)
        case Beyond(compare=compare) if compare not in {">", ">=", "<", "<="}:
            return f"unknown comparison {compare[:20]!r}"
        case Policy():
            return _policy(value)
        case Promises() | Objective():
            return _promised(value)
        case Measurement():
            return _measurement(value)
        case Unit(index=index, seconds=seconds) if index < 0 or seconds < 0:
            return "expected an index and seconds of at least 0"
        case Turn(unit=number) | BaseTree(seed=number) if number < 0:
            return "expected a unit and a seed of at least 0"
        case Side(n=n) if n < 0:
            return "expected a count of at least 0"
        case Waiver(expires=day) | Accepted(until=day) if not _is_day(day):
            return "expected a day such as 2027-01-31"
        case Run(seconds=seconds, unread=unread) if min(seconds, unread) < 0:
            return "expected seconds and unread attempts of at least 0"
        case Looks() | Quiet():
            return _looks(value) if isinstance(value, Looks) else _quiet(value)
        case Shards():
            return _shards(value)
        case Outcome(attempt=attempt) if attempt < 1:
            return "attempts count from 1"
        case _:
            return ""


def _measurement(value: Measurement) -> str:
    if not value.units:
        return "a measurement holds at least one unit"
    if not can_pool(value.units, value.sli):
        return "what load generators measured of one unit cannot be put together"
    if value.sli.statistic in {"", "rate"} and _has_values(value):
        return f"single values have no statistic {value.sli.statistic!r}"
    return ""


def _promised(value: Promises | Objective) -> str:
    match value:
        case Promises(weights=weights) if any(weight <= 0 for _, weight in weights):
            return "expected weights of budgets above 0"
        case Objective(weight=weight, repeat_min=repeat) if weight <= 0 or repeat < 1:
            return "expected a weight above 0 and at least one repeat"
        case Objective(limit=None, tolerance=None):
            return "an objective has a limit or a tolerance"
        case _:
            return ""


def _looks(looks: Looks) -> str:
    if not (_rising(looks.declared) and _rising(looks.asked)):
        return "expected looks at rising numbers of units from 1"
    if not 1 <= len(looks.asked) <= len(looks.declared):
        return "expected between one look and as many as were declared"
    return ""


def _shards(shards: Shards) -> str:
    """A part is one of those that there are, once, and measures what the split says."""
    if not shards.parts or shards.generators < 1:
        return "expected at least one part and one load generator"
    if not shards.split:
        whole = all((part.shard, part.generator) == (0, 1) for part in shards.parts)
        return "" if whole and shards.generators == 1 else "expected the parts of an unsplit check"
    own = dict(enumerate(shards.split, start=1))
    if any(own.get(part.shard) != part.budgets for part in shards.parts):
        return "expected parts with the budgets of their shards"
    places = {(part.shard, part.generator) for part in shards.parts}
    if any(not 1 <= generator <= shards.generators for _, generator in places):
        return f"expected load generators from 1 to {shards.generators}"
    return "a part is there twice" if len(places) < len(shards.parts) else ""


def _quiet(quiet: Quiet) -> str:
    if not 0 <= quiet.dropped <= quiet.units:
        return "expected no more dropped units than were watched"
    known = all(each.unit >= 0 for each in quiet.disturbed)
    return "" if known else "expected units of at least 0"


def _rising(looks: tuple[int, ...]) -> bool:
    return all(before < after for before, after in pairwise((0, *looks)))


def _has_values(measurement: Measurement) -> bool:
    return any(isinstance(unit.data, Values) for unit in measurement.units)


def _sli(sli: Sli) -> str:
    known = sli.statistic in {"", *STATISTICS} or quantile_of(sli.statistic) is not None
    if not known:
        return f"unknown statistic {sli.statistic[:20]!r}"
    if len(dict(sli.tags)) != len(sli.tags):
        return "a tag is there twice"
    if (sli.statistic == "share") != (sli.beyond is not None):
        return "a share has a bound, and nothing else has one"
    return ""


def _policy(policy: Policy) -> str:
    if not (0 < policy.alarm_rate < 1 and 0 < policy.miss_rate < 1):
        return "expected alarm and miss rates between 0 and 1"
    if policy.undecided not in {"warn", "fail"}:
        return "expected undecided to be warn or fail"
    if policy.loosening not in {"warn", "refuse"} or policy.budgets_from not in {"head", "base"}:
        return "expected loosening to be warn or refuse, and budgets_from head or base"
    if policy.bootstrap_until and not _is_day(policy.bootstrap_until):
        return "expected bootstrap_until to be a day such as 2027-01-31"
    return "expected a time of at least 0" if policy.time < 0 else ""


def _is_day(text: str) -> bool:
    if len(text) != len("2027-01-31"):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True

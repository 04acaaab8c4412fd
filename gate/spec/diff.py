"""What a change of the budgets lets through: promises deleted or loosened, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from gate.core.metric import Better
from gate.core.model import Amount, Limit, Objective, Policy, Promises, Tolerance
from gate.core.units import Dimension, show, show_points, show_ratio


def loosened(base: Promises, head: Promises) -> tuple[str, ...]:
    """Every promise of the base that the head does not keep as strictly, in the base's order.

    An objective that was renamed (`was:`) is compared with what it was called before. Tightened and
    new promises are not mentioned.
    """
    now = {objective.id: objective for objective in head.objectives}
    renamed = {objective.was: objective for objective in head.objectives if objective.was}
    budgets = {objective.budget for objective in head.objectives}
    said: list[str] = []
    for name in dict.fromkeys(o.budget for o in base.objectives if o.budget not in budgets):
        count = sum(objective.budget == name for objective in base.objectives)
        said.append(f"the budget {name} was deleted, with {_objectives(count)}")
    for before in base.objectives:
        after = now.get(before.id) or renamed.get(before.id)
        if after is not None:
            said.extend(f"{after.id}: {change}" for change in _objective(before, after))
        elif before.budget in budgets:
            said.append(_deleted(before, head))
    said.extend(f"policy: {change}" for change in _policy(base.policy, head.policy))
    said.extend(_waivers(base, head))
    return tuple(said)


def _objectives(count: int) -> str:
    return "its only objective" if count == 1 else f"its {count} objectives"


def _deleted(objective: Objective, head: Promises) -> str:
    entry = next((r for r in head.retired if r.objective == objective.id), None)
    if entry is not None:
        return f"{objective.id} was retired by {entry.owner}: {entry.reason}"
    return f"{objective.id} was deleted"


def _objective(before: Objective, after: Objective) -> Iterator[str]:
    if before.blocking and not after.blocking:
        yield "does not block any more"
    yield from _limit(before, after)
    yield from _tolerance(before, after)
    if before.each != after.each:
        yield f"is spread over {after.each or 'nothing'} instead of {before.each or 'nothing'}"
    if after.repeat_min < before.repeat_min:
        yield f"is measured {after.repeat_min} instead of {before.repeat_min} times"


def _limit(before: Objective, after: Objective) -> Iterator[str]:
    old, new = before.limit, after.limit
    if old is None:
        return
    if new is None:
        yield f"the limit of {show(old.fail, before.dimension)} was removed"
        return
    if before.dimension is not after.dimension or before.better is not after.better:
        yield "the limit is about another quantity now"
        return
    if _looser(old.fail, new.fail, before.better):
        yield (
            f"the limit was loosened from {show(old.fail, before.dimension)} "
            f"to {show(new.fail, before.dimension)}"
        )
    yield from _limit_warning(old, new, before)


def _limit_warning(old: Limit, new: Limit, objective: Objective) -> Iterator[str]:
    if old.warn is None:
        return
    if new.warn is None:
        yield f"the warning at {show(old.warn, objective.dimension)} was removed"
    elif _looser(old.warn, new.warn, objective.better):
        yield (
            f"the warning was loosened from {show(old.warn, objective.dimension)} "
            f"to {show(new.warn, objective.dimension)}"
        )


def _looser(old: float, new: float, better: Better) -> bool:
    return new > old if better is Better.LOWER else new < old


def _tolerance(before: Objective, after: Objective) -> Iterator[str]:
    old, new = before.tolerance, after.tolerance
    if old is None:
        return
    dimension = before.dimension
    if new is None:
        yield f"the tolerance of {_amount(old.fail, dimension)} was removed"
        return
    yield from _change("the tolerance", old.fail, new.fail, dimension)
    if old.warn is not None and new.warn is None:
        yield f"the warning at {_amount(old.warn, dimension)} worse was removed"
    elif old.warn is not None and new.warn is not None:
        yield from _change("the tolerance's warning", old.warn, new.warn, dimension)
    yield from _resolution(old, new, dimension)


def _resolution(old: Tolerance, new: Tolerance, dimension: Dimension) -> Iterator[str]:
    if new.floor > old.floor:
        yield (
            f"the floor was raised from {show_points(old.floor, dimension)} "
            f"to {show_points(new.floor, dimension)}"
        )
    if new.detect is not None and old.detect is not None:
        yield from _change("what is detected", old.detect, new.detect, dimension)
    elif new.detect is not None:
        yield f"what is detected was set to {_amount(new.detect, dimension)}"


def _change(what: str, old: Amount, new: Amount, dimension: Dimension) -> Iterator[str]:
    texts = f"from {_amount(old, dimension)} to {_amount(new, dimension)}"
    if old.relative != new.relative:
        yield f"{what} was changed {texts}"
    elif new.value > old.value:
        yield f"{what} was loosened {texts}"


def _amount(amount: Amount, dimension: Dimension) -> str:
    if amount.relative:
        return show_ratio(amount.value).removeprefix("+")
    return show_points(amount.value, dimension)


def _policy(old: Policy, new: Policy) -> Iterator[str]:
    if old.undecided == "fail" and new.undecided != "fail":
        yield "undecided objectives only warn now"
    if old.signoff and not new.signoff:
        yield "it signs no release off any more"
    if new.alarm_rate < old.alarm_rate:
        rates = f"from {_share(old.alarm_rate)} to {_share(new.alarm_rate)}"
        yield f"the alarm rate was lowered {rates}"
    if new.miss_rate > old.miss_rate:
        yield f"the miss rate was raised from {_share(old.miss_rate)} to {_share(new.miss_rate)}"
    if new.bootstrap_until > old.bootstrap_until:
        yield f"a missing baseline does not block before {new.bootstrap_until}"


def _share(value: float) -> str:
    return show(value, Dimension.SHARE)


def _waivers(base: Promises, head: Promises) -> Iterator[str]:
    known = {(waiver.objective, waiver.bound): waiver for waiver in base.waivers}
    for waiver in head.waivers:
        old = known.get((waiver.objective, waiver.bound))
        what = f"{waiver.objective}: its {waiver.bound} is waived until {waiver.expires}"
        if old is None:
            yield f"{what} by {waiver.owner}: {waiver.reason}"
        elif waiver.expires > old.expires:
            yield f"{what} instead of {old.expires}"
        elif old.ceiling is not None and waiver.ceiling != old.ceiling:
            yield f"{what} with another ceiling"
    accepted = {(entry.objective, entry.value) for entry in base.accepted}
    for entry in head.accepted:
        if (entry.objective, entry.value) not in accepted:
            yield f"{entry.objective}: a regression was accepted by {entry.owner}: {entry.reason}"

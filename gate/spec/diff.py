"""What a change of the budgets lets through: promises deleted or loosened, each as data."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from gate.core.loosening import How, Loosening
from gate.core.metric import Better
from gate.core.model import Amount, Drift, Limit, Objective, Place, Promises, Tolerance
from gate.core.sli import show_exact
from gate.core.units import Dimension, Quantity, show, show_points, show_ratio
from gate.spec.diff_rules import of_accepted, of_policy, of_waivers

_NOWHERE = Place()


def loosened(base: Promises, head: Promises, *, policy: Place = _NOWHERE) -> tuple[Loosening, ...]:
    """Every promise of the base that the head does not keep as strictly, in the base's order.

    An objective that was renamed (`was:`) is compared with what it was called before, a member of
    an `each` that got or lost a promise of its own with the one for all. Tightened and new promises
    are not mentioned. `policy` is where the policy is written.
    """
    found = [*_objectives(base, head), *_replaced_members(base, head)]
    found.extend(replace(each, place=policy) for each in of_policy(base.policy, head.policy))
    found.extend(of_waivers(base, head))
    found.extend(of_accepted(base, head))
    return tuple(found)


def _objectives(base: Promises, head: Promises) -> Iterator[Loosening]:
    budgets = {objective.budget for objective in head.objectives}
    gone: list[Objective] = []
    for before in base.objectives:
        after = _after(before, head)
        if after is not None:
            yield from _between(before, after)
        elif (retired := _retired(before, head)) is not None:
            yield retired
        elif before.budget in budgets:
            yield _deleted(before)
        else:
            gone.append(before)
    for name in dict.fromkeys(objective.budget for objective in gone):
        yield _deleted_budget(name, [each for each in gone if each.budget == name], base)


def _after(before: Objective, head: Promises) -> Objective | None:
    """What became of an objective: the one of its id, the one that says so, or the one for all."""
    for after in head.objectives:
        if after.id == before.id:
            return after
    for after in head.objectives:
        if after.was == before.id:
            return after
    return _for_all(before, head)


def _for_all(member: Objective, promises: Promises) -> Objective | None:
    """The objective spread by `each` that holds for a member which has none of its own."""
    for each in promises.objectives:
        if each.each and each.budget == member.budget and not member.each:
            value = member.sli.tag(each.each)
            if value is not None and each.sli.with_tag(each.each, value) == member.sli:
                return replace(each, each="")
    return None


def _replaced_members(base: Promises, head: Promises) -> Iterator[Loosening]:
    """Members that got a promise of their own, against the one that held for all."""
    known = {objective.id for objective in base.objectives}
    for after in head.objectives:
        if after.id not in known and not (after.was and after.was in known):
            before = _for_all(after, base)
            if before is not None:
                yield from _between(before, after)


def _retired(before: Objective, head: Promises) -> Loosening | None:
    entry = next((each for each in head.retired if each.objective == before.id), None)
    if entry is None:
        return None
    return Loosening(
        before.id,
        How.RETIRED,
        new=entry.reason,
        place=entry.place,
        was=before.place,
        owner=entry.owner,
    )


def _deleted(before: Objective) -> Loosening:
    return Loosening(before.id, How.DELETED, was=before.place, owner=before.owner)


def _deleted_budget(name: str, gone: list[Objective], base: Promises) -> Loosening:
    had = sum(objective.budget == name for objective in base.objectives)
    all_of_it = "its only objective" if had == 1 else f"its {had} objectives"
    owners = {objective.owner for objective in gone}
    return Loosening(
        f"the budget {name}",
        How.DELETED,
        old=all_of_it if len(gone) == had else f"{len(gone)} of {all_of_it}",
        was=Place(gone[0].place.file),
        owner=", ".join(sorted(owners - {""})),
    )


def _between(before: Objective, after: Objective) -> Iterator[Loosening]:
    for each in _changes(before, after):
        yield replace(
            each,
            subject=after.id,
            place=after.place,
            was=before.place,
            owner=before.owner,
        )


def _said(what: str) -> Loosening:
    return Loosening("", How.SAID, what)


def _changes(before: Objective, after: Objective) -> Iterator[Loosening]:
    if before.blocking and not after.blocking:
        yield _said("does not block any more")
    yield from _limit(before, after)
    yield from _tolerance(before, after)
    yield from _drift(before.drift, after.drift, before.dimension)
    if before.baseline != after.baseline and after.tolerance is not None:
        now, then = (name or "the last runs" for name in (after.baseline, before.baseline))
        yield _said(f"is held to {now} instead of {then}")
    if before.each != after.each:
        now, then = after.each or "nothing", before.each or "nothing"
        yield _said(f"is spread over {now} instead of {then}")
    if after.repeat_min < before.repeat_min:
        yield _said(f"is measured {after.repeat_min} instead of {before.repeat_min} times")


def _limit(before: Objective, after: Objective) -> Iterator[Loosening]:
    old, new, dimension = before.limit, after.limit, before.dimension
    if old is None:
        return
    if new is None:
        yield Loosening("", How.REMOVED, "the limit", show(old.fail, dimension))
        return
    if dimension is not after.dimension or before.better is not after.better:
        yield _said("the limit is about another quantity now")
        return
    if _looser(old.fail, new.fail, before.better):
        yield Loosening("", How.LOOSENED, "the limit", *_pair(old.fail, new.fail, dimension))
    yield from _limit_warning(old, new, before)


def _limit_warning(old: Limit, new: Limit, objective: Objective) -> Iterator[Loosening]:
    if old.warn is None:
        return
    if new.warn is None:
        # A limit that is as tight as the warning was warns of nothing less.
        if _looser(old.warn, new.fail, objective.better):
            yield Loosening("", How.REMOVED, "the warning", show(old.warn, objective.dimension))
    elif _looser(old.warn, new.warn, objective.better):
        pair = _pair(old.warn, new.warn, objective.dimension)
        yield Loosening("", How.LOOSENED, "the warning", *pair)


def _looser(old: float, new: float, better: Better) -> bool:
    """Whether a limit lets more through; the same one in another unit does not."""
    return _grows(old, new) if better is Better.LOWER else _grows(new, old)


def _pair(old: float, new: float, dimension: Dimension) -> tuple[str, str]:
    """Both as people read them, exactly where they would read the same."""
    before, after = show(old, dimension), show(new, dimension)
    if before != after:
        return before, after
    return show_exact(Quantity(old, dimension)), show_exact(Quantity(new, dimension))


def _tolerance(before: Objective, after: Objective) -> Iterator[Loosening]:
    old, new = before.tolerance, after.tolerance
    if old is None:
        return
    dimension = before.dimension
    if new is None:
        yield Loosening("", How.REMOVED, "the tolerance", _amount(old.fail, dimension))
        return
    yield from _change("the tolerance", old.fail, new.fail, dimension)
    if old.warn is not None and new.warn is None:
        if old.warn.relative != new.fail.relative or new.fail.value > old.warn.value:
            yield Loosening("", How.REMOVED, "the warning", _amount(old.warn, dimension))
    elif old.warn is not None and new.warn is not None:
        yield from _change("the tolerance's warning", old.warn, new.warn, dimension)
    yield from _resolution(old, new, dimension)


def _resolution(old: Tolerance, new: Tolerance, dimension: Dimension) -> Iterator[Loosening]:
    if _grows(old.floor, new.floor):
        pair = (show_points(old.floor, dimension), show_points(new.floor, dimension))
        yield Loosening("", How.LOOSENED, "the floor", *pair)
    if new.detect is not None and old.detect is not None:
        yield from _change("what is detected", old.detect, new.detect, dimension)
    elif new.detect is not None:
        yield _said(f"what is detected was set to {_amount(new.detect, dimension)}")


def _drift(old: Drift | None, new: Drift | None, dimension: Dimension) -> Iterator[Loosening]:
    """A drift is looser where it lets more through in all, or as much in less time."""
    if old is None:
        return
    if new is None:
        yield Loosening("", How.REMOVED, "the drift budget", _over(old, dimension))
    elif old.fail.relative != new.fail.relative:
        pair = (_over(old, dimension), _over(new, dimension))
        yield Loosening("", How.CHANGED, "the drift budget", *pair)
    elif _grows(old.fail.value, new.fail.value) or _grows(new.days, old.days):
        pair = (_over(old, dimension), _over(new, dimension))
        yield Loosening("", How.LOOSENED, "the drift budget", *pair)


def _over(drift: Drift, dimension: Dimension) -> str:
    return f"{_amount(drift.fail, dimension)} over {drift.days:g} d"


def _grows(old: float, new: float) -> bool:
    return new > old and not math.isclose(old, new, rel_tol=1e-9)


def _change(what: str, old: Amount, new: Amount, dimension: Dimension) -> Iterator[Loosening]:
    pair = (_amount(old, dimension), _amount(new, dimension))
    if old.relative != new.relative:  # which of them is the stricter only the value decides
        yield Loosening("", How.CHANGED, what, *pair)
    elif _grows(old.value, new.value):
        yield Loosening("", How.LOOSENED, what, *pair)


def _amount(amount: Amount, dimension: Dimension) -> str:
    if amount.relative:
        return show_ratio(amount.value).removeprefix("+")
    return show_points(amount.value, dimension)

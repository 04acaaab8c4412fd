"""What a change lets through beside the bounds: a looser policy, new waivers, what was accepted."""

from __future__ import annotations

from collections.abc import Iterator

from gate.core.loosening import How, Loosening
from gate.core.metric import Better
from gate.core.model import Policy, Promises, Waiver
from gate.core.units import Dimension, show

_POLICY = "policy"


def of_policy(old: Policy, new: Policy) -> Iterator[Loosening]:
    """Every rule of the policy that is less strict, without its place."""
    for what in _less(old, new):
        yield Loosening(_POLICY, How.SAID, what)
    for name, before, after, worse in (
        ("the alarm rate", old.alarm_rate, new.alarm_rate, new.alarm_rate < old.alarm_rate),
        ("the miss rate", old.miss_rate, new.miss_rate, new.miss_rate > old.miss_rate),
    ):
        if worse:
            yield Loosening(_POLICY, How.LOOSENED, name, _share(before), _share(after))


def _less(old: Policy, new: Policy) -> Iterator[str]:
    if old.undecided == "fail" and new.undecided != "fail":
        yield "undecided objectives only warn now"
    if old.signoff and not new.signoff:
        yield "it signs no release off any more"
    if old.loosening == "refuse" and new.loosening != "refuse":
        yield "what a change loosens is only shown now"
    if old.budgets_from == "base" and new.budgets_from != "base":
        yield "a change is judged by its own budgets now, not by those of the base"
    if old.store and new.store != old.store:
        # Where a store is, may be secret: which one, is in the file.
        yield "its runs are kept, and compared with, in another store"
    if new.bootstrap_until > old.bootstrap_until:
        yield f"a missing baseline does not block before {new.bootstrap_until}" + (
            f", not {old.bootstrap_until}" if old.bootstrap_until else ""
        )
    if new.branches != old.branches:
        before, after = ", ".join(old.branches), ", ".join(new.branches)
        yield f"its branches are {after} instead of {before}: only those are trusted"


def _share(value: float) -> str:
    return show(value, Dimension.SHARE)


def of_waivers(base: Promises, head: Promises) -> Iterator[Loosening]:
    """New waivers, and those that last longer or let more through."""
    better = {objective.id: objective for objective in head.objectives}
    known = {(waiver.objective, waiver.bound): waiver for waiver in base.waivers}
    owners = {objective.id: objective.owner for objective in base.objectives}
    for waiver in head.waivers:
        old = known.get((waiver.objective, waiver.bound))
        what = f"its {waiver.bound} is waived until {waiver.expires}"
        objective = better.get(waiver.objective)
        lower = objective is None or objective.better is Better.LOWER
        if old is None:
            what = f"{what} by {waiver.owner}: {waiver.reason}"
        elif waiver.expires > old.expires:
            what = f"{what} instead of {old.expires}"
        elif _higher(old, waiver, lower=lower):
            what = f"{what} with another ceiling"
        else:
            continue
        owner = owners.get(waiver.objective, "")
        yield Loosening(waiver.objective, How.SAID, what, place=waiver.place, owner=owner)


def _higher(old: Waiver, new: Waiver, *, lower: bool) -> bool:
    if old.ceiling is None or new.ceiling == old.ceiling:
        return False
    return new.ceiling is None or (new.ceiling > old.ceiling) is lower


def of_accepted(base: Promises, head: Promises) -> Iterator[Loosening]:
    """Regressions that this change says are wanted."""
    known = {(entry.objective, entry.value, entry.until) for entry in base.accepted}
    for entry in head.accepted:
        if (entry.objective, entry.value, entry.until) not in known:
            yield Loosening(
                entry.objective,
                How.ACCEPTED,
                f"a regression was accepted: {entry.reason}",
                place=entry.place,
                owner=entry.owner,
            )

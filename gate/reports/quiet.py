"""What disturbed the repeats of a budget, and how many were dropped, in sentences."""

from __future__ import annotations

from collections.abc import Iterable

from gate.core.quiet import ONE_IN, Cause, Disturbance, Quiet, Watched
from gate.core.verdict import Outcome

_SIDES = {Watched.HEAD: "head", Watched.BASE: "base", Watched.BOTH: "side by side"}


def disturbed_repeats(outcome: Outcome) -> tuple[str, ...]:
    """Budget by budget: the repeats that were dropped, by side, and those that had to be kept."""
    budgets = dict.fromkeys(each.budget for each in outcome.quiet)
    return tuple(
        sentence
        for budget in budgets
        for sentence in _sentences([q for q in outcome.quiet if q.budget == budget])
    )


def _sentences(sides: list[Quiet]) -> Iterable[str]:
    budget = sides[0].budget
    units = max(each.units for each in sides)
    dropped = max(each.dropped for each in sides)
    if dropped:
        by_side = ", ".join(
            f"{count} {_SIDES[side.side]}"
            for side in sides
            if (count := sum(each.dropped for each in side.disturbed))
        )
        yield (
            f"{budget}: {dropped} of {units} repeats dropped on both sides and measured again "
            f"({by_side}): {_worst(sides, dropped=True)}"
        )
    kept = {each.unit for side in sides for each in side.disturbed if not each.dropped}
    if kept:
        yield (
            f"{budget}: {len(kept)} of {units} repeats were disturbed and kept, as at most one in "
            f"{ONE_IN} is dropped: {_worst(sides, dropped=False)}"
        )


def _worst(sides: list[Quiet], *, dropped: bool) -> str:
    """The worst of each cause."""
    worst: dict[Cause, Disturbance] = {}
    for side in sides:
        for each in side.disturbed:
            for by in each.by if each.dropped is dropped else ():
                worst[by.cause] = max(worst.get(by.cause, by), by, key=_badness)
    return "; ".join(worst[cause].sentence for cause in Cause if cause in worst)


def _badness(by: Disturbance) -> float:
    return -by.amount if by.cause is Cause.FREQUENCY else by.amount

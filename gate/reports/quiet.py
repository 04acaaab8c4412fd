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


def _sentences(entries: list[Quiet]) -> Iterable[str]:
    """Of a budget: one entry a side, and again for what was measured again to confirm it."""
    budget = entries[0].budget
    sides = [side for side in Watched if any(each.side is side for each in entries)]
    units = max(sum(each.units for each in entries if each.side is side) for side in sides)
    dropped = max(sum(each.dropped for each in entries if each.side is side) for side in sides)
    if dropped:
        by_side = ", ".join(
            f"{count} {_SIDES[side]}"
            for side in sides
            if (count := sum(d.dropped for e in entries if e.side is side for d in e.disturbed))
        )
        yield (
            f"{budget}: {dropped} of {units} repeats dropped on both sides and measured again "
            f"({by_side}): {_worst(entries, dropped=True)}"
        )
    kept = {each.unit for entry in entries for each in entry.disturbed if not each.dropped}
    if kept:
        yield (
            f"{budget}: {len(kept)} of {units} repeats were disturbed and kept, as at most one in "
            f"{ONE_IN} is dropped: {_worst(entries, dropped=False)}"
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

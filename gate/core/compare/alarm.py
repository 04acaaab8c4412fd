"""Sharing the alarm rate over all tolerances of a check, and who is blamed in a red one."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

BLAMED_WRONGLY = 0.05
"""The share of wrong names among the blamed that is aimed at (false discovery rate)."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One p-value with its budget and its weight in the sharing."""

    id: str
    p: float
    budget: str = ""
    weight: float = 1.0


def shares(
    claims: Sequence[Claim], alarm_rate: float, weights: Mapping[str, float] | None = None
) -> dict[str, float]:
    """Each claim's share of the alarm rate: equal over budgets, by Holm's steps within one.

    A claim is rejected where its p-value is at most its share. What is rejected hands its share to
    the rest of its budget, and a budget that is rejected whole to the other budgets: a graphical
    procedure (Bretz, Maurer, Brannath and Posch 2009), so that the chance of any false rejection
    is at most `alarm_rate`, whatever the dependence. `weights` are of the budgets, 1 if not named;
    raises `ValueError` for one that is not above zero.
    """
    given = weights or {}
    if not all(0 < weight < math.inf for weight in given.values()):
        msg = "the weight of a budget is a number above zero"
        raise ValueError(msg)
    left = {b: list(group) for b, group in _by_budget(claims).items()}
    total = sum(given.get(b, 1.0) for b in left)
    part = {b: alarm_rate * given.get(b, 1.0) / total for b in left}
    result: dict[str, float] = {}
    while True:
        rejected = _step(left, part, result)
        if not rejected:
            break
        for budget in [b for b, group in left.items() if not group]:
            del left[budget]
            freed = part.pop(budget)
            heirs = sum(given.get(b, 1.0) for b in left)
            for heir in left:
                part[heir] += freed * given.get(heir, 1.0) / heirs
    return result


def _by_budget(claims: Sequence[Claim]) -> dict[str, list[Claim]]:
    groups: dict[str, list[Claim]] = {}
    for claim in sorted(claims, key=lambda c: (c.p / c.weight, c.id)):
        groups.setdefault(claim.budget, []).append(claim)
    return groups


def _step(
    left: Mapping[str, list[Claim]], part: Mapping[str, float], result: dict[str, float]
) -> bool:
    """Write down every share as it stands and take out, budget by budget, what is rejected."""
    any_rejected = False
    for budget, group in left.items():
        weight = sum(claim.weight for claim in group)
        at = 0
        for claim in group:
            result[claim.id] = part[budget] * claim.weight / weight
            if claim.p > result[claim.id]:
                break
            weight -= claim.weight
            at += 1
        for claim in group[at:]:
            result[claim.id] = part[budget] * claim.weight / weight
        del group[:at]
        any_rejected |= at > 0
    return any_rejected


def blamed(claims: Sequence[Claim], rate: float = BLAMED_WRONGLY) -> frozenset[str]:
    """The claims that the data blame (Benjamini and Hochberg 1995); never changes a verdict."""
    ordered = sorted(claims, key=lambda c: (c.p, c.id))
    last = 0
    for rank, claim in enumerate(ordered, start=1):
        if claim.p <= rate * rank / len(ordered):
            last = rank
    return frozenset(claim.id for claim in ordered[:last])

"""Sharing the alarm rate over all tolerances of a check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Claim:
    """One p-value with its weight in the sharing."""

    id: str
    p: float
    weight: float = 1.0


def shares(claims: Sequence[Claim], alarm_rate: float) -> dict[str, float]:
    """Each claim's share of the alarm rate by Holm's step-down procedure (1979), weighted.

    A claim is rejected where its p-value is below its share; the chance that any true claim is
    rejected is at most `alarm_rate`, whatever the dependence between them.
    """
    ordered = sorted(claims, key=lambda claim: (claim.p / claim.weight, claim.id))
    left = sum(claim.weight for claim in ordered)
    result: dict[str, float] = {}
    stopped = 0.0
    for claim in ordered:
        share = stopped * claim.weight or alarm_rate * claim.weight / left
        result[claim.id] = share
        if not stopped and claim.p > share:
            stopped = alarm_rate / left
        left -= claim.weight
    return result

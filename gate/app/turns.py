"""Which of two trees goes first: in balanced random order, the same for the same seed."""

from __future__ import annotations

import hashlib


def base_first(seed: int, budget: str, unit: int) -> bool:
    """Whether the base is measured before head in this unit.

    Drawn for every two units, the second of which turns the order round: over an even number of
    units each goes first equally often, and a drift of the machine favours neither (ABBA).
    """
    drawn = hashlib.sha256(f"{seed} {budget} {unit // 2}".encode()).digest()[0] % 2
    return drawn == unit % 2

"""Limits from a first measurement: the value and a stated headroom, rounded up."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from gate.app.init.text import Text
from gate.core.metric import Kind
from gate.core.units import Dimension, show

_HEADROOM = {
    Kind.EXACT: 0.05,
    Kind.COUNTED: 0.10,
    Kind.LAB: 0.50,
    Kind.LATENCY: 1.00,
}
"""How much worse than the first value a limit is: the more, the more other machines differ."""
_LEAST = {"cls": (0.1, "Google's bound for good"), "tbt": (0.2, "Lighthouse's bound for good")}
"""Where a value of 0 needs a limit that is no multiple of it."""


@dataclass(frozen=True, slots=True)
class Value:
    """What was measured of one objective, in base units."""

    value: float
    dimension: Dimension
    kind: Kind


@dataclass(frozen=True, slots=True)
class Measured:
    """First values by objective id, the day, and why others have none (also by id)."""

    day: str
    values: Mapping[str, Value]
    missing: Mapping[str, str]

    def promise(self, text: Text, objective: str, metric: str, other: str) -> None:
        """Add the limit of an objective; `other` says what stands there where there is no value."""
        found = self.values.get(objective)
        headroom = _HEADROOM.get(found.kind) if found else None
        if found is None or headroom is None:
            why = self.missing.get(objective, "not measured")
            text.off("    limit: " + other, f"an example, no limit is invented: {why}")
            return
        least, whose = _LEAST.get(metric, (0.0, ""))
        bound = rounded_up(found.value * (1 + headroom))
        told = f"measured {show(found.value, found.dimension)} here on {self.day}"
        if least > bound:
            text.add(f"    limit: {written(least, found.dimension)}", f"{told}; {whose}")
        elif bound > 0:
            why = f"{told}, and {headroom:.0%} headroom"
            text.add(f"    limit: {written(bound, found.dimension)}", why)
        else:
            text.off("    limit: " + other, f"{told}, from which no headroom can be taken")


def rounded_up(value: float) -> float:
    """The next number of two significant digits."""
    if value <= 0:
        return 0.0
    step = 10.0 ** (math.floor(math.log10(value)) - 1)
    return float(f"{math.ceil(value / step * (1 - 1e-9)) * step:.3g}")


def written(value: float, dimension: Dimension) -> str:
    """A bound as a budget has it: bytes and counts are whole."""
    whole = dimension is Dimension.SIZE and value < 1000
    return show(math.ceil(value) if whole else value, dimension)

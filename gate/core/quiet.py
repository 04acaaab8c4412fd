"""Whether the machine was quiet while a unit was measured: readings, and the rule over them.

The rule looks only at what head and base cannot have caused: processor time of processes that are
certainly not ours, time that the host took away (as a part of what was wanted, so that whoever
wants more does not look more disturbed), a lowered bound of the frequency, and heat. What our own
load moves too (the frequency itself, the container's quota, the pressure, servers that may have
worked for us) is recorded and drops nothing: a slow head would be dropped more often than its base.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

OTHERS = 0.125
"""The part of the machine's cores that others took over a unit: from here it is disturbed.

A quarter of a core of two. A part of the machine, because where many cores are free one busy
program takes nothing from us; `bench/quiet.py` measures what others cost.
"""
STEAL = 0.05
"""The part of the processor time wanted on this machine that the host gave to others."""
LEAST = 0.05
"""Seconds of others or of steal below which nothing is said: five ticks of the kernel's clock."""
CEILING = 0.95
"""Of the frequency that cores were allowed at first: below it a unit is disturbed."""
ONE_IN = 5
"""At most one in so many units of a budget is dropped."""


class Cause(StrEnum):
    """What disturbed a unit."""

    OTHERS = "others"
    STEAL = "steal"
    FREQUENCY = "frequency"
    HEAT = "heat"


class Watched(StrEnum):
    """Whose unit was watched: one tree's, or both trees' side by side."""

    HEAD = "head"
    BASE = "base"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Reading:
    """What the machine did during one unit; None is what it does not tell.

    `seconds` is the time between both looks, `cores` are those that we may use. `others` are
    processor seconds of processes that are certainly not ours, `who` took most of them; `unsure`
    are those of processes that are not ours and may have worked for us (servers, other users'
    processes, containers). `busy` are the machine's processor seconds, ours included, `stolen`
    those that its host withheld. `ceiling` is the lowest bound of a core's frequency as a part of
    what it was at first, `clock` the fastest core's frequency as a part of the hardware's. `hot`
    counts throttling for heat. `throttled` is the time that our container was out of its quota,
    `waited` that some task waited for a core.
    """

    seconds: float
    cores: int = 1
    others: float | None = None
    who: str = ""
    unsure: float | None = None
    busy: float | None = None
    stolen: float | None = None
    ceiling: float | None = None
    clock: float | None = None
    hot: int | None = None
    throttled: float | None = None
    waited: float | None = None


@dataclass(frozen=True, slots=True)
class Disturbance:
    """One cause with its amount: cores, parts (steal, frequency) or a count; who, where known."""

    cause: Cause
    amount: float
    who: str = ""

    @property
    def sentence(self) -> str:
        """What happened, in words."""
        part = f"{self.amount * 100:.0f} %"
        match self.cause:
            case Cause.OTHERS:
                of = f" ({self.who})" if self.who else ""
                return f"another process{of} took {part} of a core"
            case Cause.STEAL:
                return f"the host withheld {part} of the processor time"
            case Cause.FREQUENCY:
                return f"the cores were held to {part} of their frequency"
            case Cause.HEAT:
                return f"a core was throttled for heat ({self.amount:.0f} times)"


def disturbances(reading: Reading) -> tuple[Disturbance, ...]:
    """What disturbed the unit, nothing where it was quiet or the machine does not tell."""
    found = []
    others = reading.others or 0.0
    if reading.seconds > 0 and others >= max(LEAST, OTHERS * reading.cores * reading.seconds):
        found.append(Disturbance(Cause.OTHERS, others / reading.seconds, reading.who))
    stolen = reading.stolen or 0.0
    if stolen >= LEAST and steal_of(reading) >= STEAL:
        found.append(Disturbance(Cause.STEAL, steal_of(reading)))
    if reading.ceiling is not None and reading.ceiling < CEILING:
        found.append(Disturbance(Cause.FREQUENCY, reading.ceiling))
    if reading.hot:
        found.append(Disturbance(Cause.HEAT, float(reading.hot)))
    return tuple(found)


def steal_of(reading: Reading) -> float:
    """The part of the wanted processor time that the host withheld, 0 where it is not told."""
    stolen = reading.stolen or 0.0
    wanted = stolen + (reading.busy or 0.0)
    return stolen / wanted if wanted > 0 else 0.0


def may_drop(dropped: int, minimum: int, begun: int) -> bool:
    """Whether one more unit of a budget may be dropped; the minimum is always measured."""
    return dropped < max(minimum, begun) // ONE_IN


@dataclass(frozen=True, slots=True)
class Disturbed:
    """A unit measured under a disturbance: `dropped` with its pair, or kept as there were many."""

    unit: int
    dropped: bool
    by: tuple[Disturbance, ...]


@dataclass(frozen=True, slots=True)
class Quiet:
    """How quiet the machine was during a budget's units on one side.

    `units` were watched, of which `dropped` went, by themselves or with their pair; `disturbed` are
    those that were disturbed themselves. Of the readings the median and the most of `others` and
    `unsure` in cores, the most of steal as a part, the lowest `ceiling` and `clock`, the sum of
    `hot`, and the most that the container was `throttled` and tasks `waited`, as parts of a unit's
    time. None is not told.
    """

    budget: str
    side: Watched
    units: int
    dropped: int = 0
    disturbed: tuple[Disturbed, ...] = ()
    others: float | None = None
    others_most: float | None = None
    unsure: float | None = None
    unsure_most: float | None = None
    steal_most: float | None = None
    ceiling: float | None = None
    clock: float | None = None
    hot: int | None = None
    throttled_most: float | None = None
    waited_most: float | None = None


def summary(
    budget: str,
    side: Watched,
    readings: tuple[Reading, ...],
    disturbed: tuple[Disturbed, ...],
    dropped: int = 0,
) -> Quiet:
    """The readings of one side of a budget in few numbers."""
    others = _rates((r.others, r.seconds) for r in readings)
    unsure = _rates((r.unsure, r.seconds) for r in readings)
    hot = [r.hot for r in readings if r.hot is not None]
    return Quiet(
        budget=budget,
        side=side,
        units=len(readings),
        dropped=dropped,
        disturbed=disturbed,
        others=_median(others),
        others_most=max(others, default=None),
        unsure=_median(unsure),
        unsure_most=max(unsure, default=None),
        steal_most=max((steal_of(r) for r in readings if r.stolen is not None), default=None),
        ceiling=min((r.ceiling for r in readings if r.ceiling is not None), default=None),
        clock=min((r.clock for r in readings if r.clock is not None), default=None),
        hot=sum(hot) if hot else None,
        throttled_most=max(_rates((r.throttled, r.seconds) for r in readings), default=None),
        waited_most=max(_rates((r.waited, r.seconds) for r in readings), default=None),
    )


def _rates(amounts: Iterable[tuple[float | None, float]]) -> list[float]:
    return sorted(
        amount / seconds for amount, seconds in amounts if amount is not None and seconds > 0
    )


def _median(ordered: list[float]) -> float | None:
    if not ordered:
        return None
    last = len(ordered) - 1
    return (ordered[math.floor(last / 2)] + ordered[math.ceil(last / 2)]) / 2

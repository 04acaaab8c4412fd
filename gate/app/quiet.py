"""Dropping units that something disturbed, each with its pair, and telling of it.

A unit is disturbed or not by what others did to the machine, never by what it measured; both sides
of a pair go, and at most one unit in five of a budget. What was dropped is measured again later,
under its own number and in the order that was drawn for it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from gate.app.ledger import Ledger
from gate.core.metric import Kind
from gate.core.quiet import (
    Disturbance,
    Disturbed,
    Quiet,
    Reading,
    Watched,
    disturbances,
    may_drop,
    summary,
)

_STEADY = frozenset({Kind.EXACT, Kind.COUNTED})
Moment = TypeVar("Moment")


class Watcher(Protocol[Moment]):
    """Whoever can tell what the machine did between two looks."""

    def look(self) -> Moment:
        """This moment."""

    def reading(self, before: Moment, after: Moment) -> Reading:
        """What happened between two moments."""


@dataclass(frozen=True, slots=True)
class _Taken:
    side: Watched
    unit: int
    reading: Reading
    dropped: bool = False


@dataclass(slots=True)
class Guard:
    """Watches the units of one budget; without a watcher it sees nothing and drops nothing."""

    watcher: Watcher[Any] | None = None
    dropped: int = 0
    _taken: list[_Taken] = field(default_factory=list)
    _open: list[_Taken] = field(default_factory=list)

    @contextlib.contextmanager
    def watching(self, side: Watched) -> Iterator[None]:
        """Look before and after a unit of this side."""
        if self.watcher is None:
            yield
            return
        before = self.watcher.look()
        yield
        reading = self.watcher.reading(before, self.watcher.look())
        self._open.append(_Taken(side, -1, reading))

    def settled(
        self, unit: int, *, minimum: int, begun: int, last: bool = False
    ) -> tuple[Disturbance, ...]:
        """What disturbed a unit where it is to be dropped, now that both sides are measured.

        Nothing is dropped where it was the last one that there can be.
        """
        taken, self._open = self._open, []
        by = tuple(each for one in taken for each in disturbances(one.reading))
        drop = bool(by) and not last and may_drop(self.dropped, minimum, begun)
        self.dropped += drop
        self._taken += [_Taken(one.side, unit, one.reading, drop) for one in taken]
        return by if drop else ()

    def told(self, budget: str) -> tuple[Quiet, ...]:
        """What the record says of a budget, side by side."""
        return tuple(
            summary(
                budget,
                side,
                tuple(one.reading for one in mine),
                tuple(
                    Disturbed(one.unit, one.dropped, by)
                    for one in mine
                    if (by := disturbances(one.reading))
                ),
                sum(one.dropped for one in mine),
            )
            for side in Watched
            if (mine := [one for one in self._taken if one.side is side])
        )


def guard_of(ledgers: tuple[Ledger, ...], watcher: Watcher[Any] | None) -> Guard:
    """The guard of a budget and its observers: what is counted and exact, nothing disturbs."""
    kinds = {objective.kind for ledger in ledgers for objective in ledger.objectives.values()}
    return Guard(watcher if kinds - _STEADY else None)

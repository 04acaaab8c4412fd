"""What a report of a history is made from."""

from __future__ import annotations

from dataclasses import dataclass, field

from gate.core.model import Objective
from gate.core.trend import Change, Trace
from gate.core.units import Dimension


@dataclass(frozen=True, slots=True)
class Mover:
    """The commits that a change point lies between, as far as the checkout knows them.

    `commits` are sha, author and subject of some of the `count`; `authors` are all. `same` says
    that one commit was measured twice: it was not the code.
    """

    first: str
    last: str
    count: int | None = None
    authors: tuple[str, ...] = ()
    commits: tuple[tuple[str, str, str], ...] = ()
    same: bool = False


@dataclass(frozen=True, slots=True)
class History:
    """The history of one objective on a branch, "" for all.

    `objective` is the promise as it is now, None where nobody promises it any more. `movers` are
    those of the trace's changes, in their order; `environments` say in words what a key stands for.
    """

    name: str
    branch: str
    trace: Trace
    objective: Objective | None = None
    movers: tuple[Mover, ...] = ()
    environments: tuple[tuple[str, str], ...] = field(default=())

    @property
    def dimension(self) -> Dimension:
        """Of its values; a plain number where none was stored."""
        points = self.trace.points
        known = {dimension.value: dimension for dimension in Dimension}
        return known.get(points[-1].unit, Dimension.NUMBER) if points else Dimension.NUMBER

    @property
    def moved(self) -> tuple[tuple[Change, Mover], ...]:
        """Every change point, oldest first, with the commits that it lies between."""
        changes = self.trace.changes
        alone = tuple(Mover(c.before.commit, c.at.commit) for c in changes)
        return tuple(zip(changes, self.movers or alone, strict=True))

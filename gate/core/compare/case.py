"""What is compared: two sides of units, the runs before them, and what is tolerated."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from gate.core.metric import Kind
from gate.core.model import Tolerance


class Design(StrEnum):
    """How the two sides were measured: it fixes what varies between them."""

    PAIRED = "paired"
    """Unit i of base beside unit i of head."""
    TOGETHER = "together"
    """In one session, in turn, but not pair by pair."""
    STORED = "stored"
    """Base on another day: the variance between sessions counts."""


@dataclass(frozen=True, slots=True)
class Units:
    """One side, unit by unit: the statistic of each and what is known about its inside.

    `values` are the statistics in base units; `counts` events and trials (proportions only);
    `rounds` the single values in order (kept where rounds may alternate); `blocks` the variance of
    log(statistic) that the inside of a unit shows (latency only); `saturated` whether a unit's own
    load signals say that the system could not keep up.
    """

    values: tuple[float, ...]
    counts: tuple[tuple[int, int], ...] = ()
    rounds: tuple[tuple[float, ...], ...] = ()
    blocks: tuple[float, ...] = ()
    saturated: tuple[bool, ...] = ()


@dataclass(frozen=True, slots=True)
class Session:
    """An earlier run of the same objective; `accepted` where a baseline may rest on it."""

    units: Units
    accepted: bool = True


@dataclass(frozen=True, slots=True)
class Case:
    """One question to the judge, parsed: nothing in it needs to be checked again.

    `sign` is +1 where more is worse, -1 where less is worse. `history` is oldest first and holds
    neither side. `prior` is the stated sd between sessions on the log scale. `reference` marks a
    benchmark outside the repository, which no change can move. What is not `blocking` takes no
    share of the alarm rate: it is decided at the whole rate, on its own. `part` of both error rates
    may be spent now: earlier attempts at the same question spent the rest.
    """

    id: str
    kind: Kind
    sign: int
    tolerance: Tolerance
    design: Design
    base: Units
    head: Units
    history: tuple[Session, ...] = ()
    prior: float | None = None
    budget: str = ""
    weight: float = 1.0
    reference: bool = False
    blocking: bool = True
    part: float = 1.0

"""One run of a history: the value of one objective, and where and when it was measured."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Point:
    """The value of one objective in one run, in base units of its dimension `unit`.

    `series` and `environment` are keys: only points that share both may be compared. `accepted`
    says that somebody took the run as baseline by hand.
    """

    entry: str
    at: str
    commit: str
    branch: str
    environment: str
    series: str
    value: float
    n: int
    unit: str
    status: str
    accepted: bool = False


@dataclass(frozen=True, slots=True)
class Story:
    """What a store holds of one objective on one branch, oldest first."""

    objective: str
    points: tuple[Point, ...]

"""Samples: what one unit (a process, a run, a page load) gave for one SLI, and its reduction."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from gate.core.sli import Sli, quantile_of


@dataclass(frozen=True, slots=True)
class Values:
    """Single values in the order they came, in base units; at least one, all finite."""

    values: tuple[float, ...]
    form: Literal["values"] = "values"

    def __post_init__(self) -> None:
        """Refuse an empty sample and what is not finite."""
        if not self.values:
            msg = "a sample holds at least one value"
            raise ValueError(msg)
        if not all(map(math.isfinite, self.values)):
            msg = "a sample holds finite values only"
            raise ValueError(msg)

    @property
    def n(self) -> int:
        """How many values."""
        return len(self.values)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of how many: failed requests of all requests."""

    events: int
    trials: int
    form: Literal["counts"] = "counts"

    def __post_init__(self) -> None:
        """Refuse what cannot be a share, and zero trials: nothing of nothing is not 0 %."""
        if not 0 <= self.events <= self.trials or self.trials == 0:
            msg = f"expected 0 <= events <= trials and trials > 0, got {self.events}/{self.trials}"
            raise ValueError(msg)

    @property
    def n(self) -> int:
        """How many trials."""
        return self.trials


@dataclass(frozen=True, slots=True)
class Reduced:
    """A statistic that the tool itself computed over `n` values, in base units."""

    value: float
    n: int
    form: Literal["reduced"] = "reduced"

    def __post_init__(self) -> None:
        """Refuse what is not finite and a statistic of nothing."""
        if not math.isfinite(self.value) or self.n < 1:
            msg = f"expected a finite value over n >= 1, got {self.value} over {self.n}"
            raise ValueError(msg)


Data = Values | Counts | Reduced


@dataclass(frozen=True, slots=True)
class Unit:
    """One repetition: its data, which repetition it was, and who produced it."""

    data: Data
    index: int
    generator: str = ""
    shard: str = ""
    seconds: float = 0.0


def pool(units: Sequence[Unit], sli: Sli) -> tuple[Data, ...]:
    """One data set a unit, in order: the samples of its load generators are put together.

    Raises `ValueError` for statistics that cannot be: each generator reduced its own samples.
    """
    pooled = [_together(group, sli.statistic) for group in _groups(units)]
    found = tuple(data for data in pooled if data is not None)
    if len(found) < len(pooled):
        msg = f"{sli.statistic} of each load generator is no {sli.statistic} of all of them"
        raise ValueError(msg)
    return found


def can_pool(units: Sequence[Unit], sli: Sli) -> bool:
    """Whether what load generators gave for each unit can be put together."""
    return all(_together(group, sli.statistic) is not None for group in _groups(units))


def _groups(units: Sequence[Unit]) -> list[list[Data]]:
    """The data of each unit, by load generator."""
    groups: dict[tuple[str, int], list[Unit]] = {}
    for unit in units:
        groups.setdefault((unit.shard, unit.index), []).append(unit)
    return [
        [unit.data for unit in sorted(group, key=lambda unit: unit.generator)]
        for _, group in sorted(groups.items())
    ]


def _together(group: Sequence[Data], statistic: str) -> Data | None:
    """The data of generators that loaded at the same time as one; None where that cannot be."""
    if len(group) == 1:
        return group[0]
    values = [data for data in group if isinstance(data, Values)]
    if len(values) == len(group):
        return Values(tuple(value for data in values for value in data.values))
    counts = [data for data in group if isinstance(data, Counts)]
    if len(counts) == len(group):
        return Counts(sum(c.events for c in counts), sum(c.trials for c in counts))
    reduced = [data for data in group if isinstance(data, Reduced)]
    if len(reduced) < len(group):
        return None
    found = _of_all(reduced, statistic)
    return None if found is None else Reduced(found, sum(data.n for data in reduced))


def _of_all(reduced: Sequence[Reduced], statistic: str) -> float | None:
    """One statistic of all samples from that of each part of them."""
    values = [data.value for data in reduced]
    match statistic:
        case "rate" | "sum" | "count":
            return math.fsum(values)
        case "min":
            return min(values)
        case "max":
            return max(values)
        case "mean":
            n = sum(data.n for data in reduced)
            return math.fsum(data.value * data.n for data in reduced) / n
        case _:
            return None


def reduce_unit(data: Data, sli: Sli) -> float:
    """The SLI's statistic within one unit. Raises `ValueError` where the data cannot give it."""
    match data:
        case Reduced(value=value):
            return value
        case Counts(events=events, trials=trials):
            return events / trials
        case Values(values=values):
            return _statistic(values, sli)


def _statistic(values: tuple[float, ...], sli: Sli) -> float:
    quantile = quantile_of(sli.statistic)
    if quantile is not None:
        return quantile_linear(values, quantile)
    match sli.statistic:
        case "mean":
            return math.fsum(values) / len(values)
        case "min":
            return min(values)
        case "max":
            return max(values)
        case "last":
            return values[-1]
        case "sum":
            return math.fsum(values)
        case "count":
            return float(len(values))
        case "share" if sli.beyond is not None:
            return sum(map(sli.beyond.holds, values)) / len(values)
        case other:
            msg = f"single values have no statistic {other!r}"
            raise ValueError(msg)


def quantile_linear(values: tuple[float, ...], quantile: float) -> float:
    """Linear interpolation on rank q(n-1): Hyndman and Fan type 7, as k6 and numpy do it."""
    ordered = sorted(values)
    rank = quantile * (len(ordered) - 1)
    below = math.floor(rank)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (rank - below)

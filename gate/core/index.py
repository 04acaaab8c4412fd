"""Measurements and rows by what they are of: looked up once a record, not once an objective.

A check of a thousand objectives asks each of thirty stored runs for every one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Generic, TypeVar

from gate.core.run import Measurement
from gate.core.verdict import Row

T = TypeVar("T")
_KEPT = 256
"""How many records' indexes are kept: those of a check, with its looks and stored runs."""


class _Same(Generic[T]):
    """A sequence that equals only itself: to compare it by value would cost what is to be saved."""

    def __init__(self, values: Sequence[T]) -> None:
        self.values = values

    def __hash__(self) -> int:
        return id(self.values)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.values is self.values


def member_id(measurement: Measurement) -> str:
    """The id of the concrete objective that a measurement answers."""
    budget, _, _ = measurement.objective.partition("/")
    own = measurement.objective == f"{budget}/{measurement.sli}"
    script = measurement.objective.startswith(f"{budget}/script: ")
    return measurement.objective if own or script else f"{budget}/{measurement.sli}"


def by_member(measurements: tuple[Measurement, ...]) -> Mapping[str, tuple[Measurement, ...]]:
    """The measurements of each concrete objective, in their order."""
    return _by_member(_Same(measurements))


def by_objective(measurements: tuple[Measurement, ...]) -> Mapping[str, tuple[Measurement, ...]]:
    """The measurements that each promise asked for, in their order."""
    return _by_objective(_Same(measurements))


def rows_by_id(rows: tuple[Row, ...]) -> Mapping[str, tuple[Row, ...]]:
    """The rows of each objective."""
    return _rows_by_id(_Same(rows))


def first_of(index: Mapping[str, tuple[T, ...]], names: Sequence[str]) -> tuple[T, ...]:
    """What an index holds under the first of these names that it knows."""
    return next((index[name] for name in names if name in index), ())


@lru_cache(maxsize=_KEPT)
def _by_member(measurements: _Same[Measurement]) -> Mapping[str, tuple[Measurement, ...]]:
    return _grouped(measurements.values, member_id)


@lru_cache(maxsize=_KEPT)
def _by_objective(measurements: _Same[Measurement]) -> Mapping[str, tuple[Measurement, ...]]:
    return _grouped(measurements.values, lambda measurement: measurement.objective)


@lru_cache(maxsize=_KEPT)
def _rows_by_id(rows: _Same[Row]) -> Mapping[str, tuple[Row, ...]]:
    return _grouped(rows.values, lambda row: row.objective.id)


def _grouped(values: Sequence[T], name: Callable[[T], str]) -> Mapping[str, tuple[T, ...]]:
    groups: dict[str, list[T]] = {}
    for value in values:
        groups.setdefault(name(value), []).append(value)
    return {key: tuple(group) for key, group in groups.items()}

"""How one number moved over the runs of a store: by the store's own index, or by reading them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol, TypeVar, runtime_checkable

from gate.core.index import member_id
from gate.core.shards import environment_of
from gate.core.trend import Point
from gate.seams.store import Entry, EntryHead, Store

T = TypeVar("T")


@runtime_checkable
class Archive(Protocol):
    """What a store may offer beside its entries. Raises `StoreError` as the store does."""

    def history(
        self, objective: str, branch: str = "", since: str = "", most: int = 0
    ) -> tuple[Point, ...]:
        """The values of one objective in valid runs, oldest first.

        `since` is a time as runs write it, "" for all; `branch` likewise. Of more than `most` runs
        as many, spread evenly, the first and the last among them; 0 for all.
        """

    def objectives(self, branch: str = "", since: str = "") -> tuple[str, ...]:
        """The ids that have a history, in order."""


def archive_of(store: Store) -> Archive:
    """The store's own archive, or one that reads every entry once."""
    return store if isinstance(store, Archive) else Entries(store)


def thinned(values: Sequence[T], most: int) -> Sequence[T]:
    """Of more than `most` values as many, spread evenly; 0 for all."""
    if not most or len(values) <= most:
        return values
    last = len(values) - 1
    return [values[round(i * last / (most - 1))] for i in range(most)]


class Entries:
    """The archive of a store that has none: reads what it needs, each entry once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._read: dict[str, dict[str, Point]] = {}

    def history(
        self, objective: str, branch: str = "", since: str = "", most: int = 0
    ) -> tuple[Point, ...]:
        """The values of one objective, oldest first."""
        found = (points.get(objective) for points in self._points(branch, since, most))
        return tuple(point for point in found if point is not None)

    def objectives(self, branch: str = "", since: str = "") -> tuple[str, ...]:
        """The ids that have a history, in order."""
        return tuple(sorted({name for points in self._points(branch, since) for name in points}))

    def _points(self, branch: str, since: str, most: int = 0) -> Iterator[dict[str, Point]]:
        for head in thinned(self._heads(branch, since), most):
            if head.id not in self._read:
                self._read[head.id] = points_of(self._store.get(head.id), head)
            yield self._read[head.id]

    def _heads(self, branch: str, since: str) -> list[EntryHead]:
        """Those of valid runs, oldest first."""
        found = [
            head
            for head in self._store.heads()
            if head.valid and head.at >= since and branch in {"", head.branch}
        ]
        return sorted(found, key=lambda head: (head.at, head.id))


def points_of(entry: Entry, head: EntryHead) -> dict[str, Point]:
    """The value of every objective that has one."""
    series = {member_id(each): each.series_key for each in entry.run.measurements}
    return {
        row.objective.id: Point(
            entry=head.id,
            at=head.at,
            commit=head.commit,
            branch=head.branch,
            environment=environment_of(entry.run, row.objective.budget).key,
            series=series.get(row.objective.id, ""),
            value=row.value,
            n=row.n,
            unit=row.objective.dimension.value,
            status=row.status.value,
            accepted=entry.accepted,
        )
        for row in entry.outcome.rows
        if row.value is not None
    }

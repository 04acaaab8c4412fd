"""Runs with the names of their files, and why they cannot be one check."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from gate.core.run import Part, Run
from gate.core.shards import budgets_here


@dataclass(frozen=True, slots=True)
class Given:
    """A run as it was handed in. `name` is what people call it: its file."""

    name: str
    run: Run

    @property
    def part(self) -> Part:
        """The part of a check that the run is; one that is of no shard is a part, too."""
        run = self.run
        if run.shards is not None:
            return run.shards.parts[0]
        confirms = run.confirmation is not None
        budgets = budgets_here(run)
        return Part(run.id, run.started, budgets, run.environment, confirms=confirms)

    @property
    def split(self) -> tuple[tuple[str, ...], ...]:
        """The budgets of each shard of the check, () where it was not split."""
        return self.run.shards.split if self.run.shards is not None else ()

    @property
    def generators(self) -> int:
        """How many generators of load share each shard."""
        return self.run.shards.generators if self.run.shards is not None else 1


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why runs cannot be united, and what to do."""

    message: str
    hint: str


def in_order(given: Iterable[Given]) -> tuple[Given, ...]:
    """By shard and load generator, then by time: the same whatever the order of the files."""
    return tuple(sorted(given, key=_order))


def _order(given: Given) -> tuple[int, int, str, str, str]:
    part = given.part
    return part.shard, part.generator, part.started, part.run_id, given.name


def pairs(given: Sequence[Given]) -> Iterable[tuple[Given, Given]]:
    """Every two of them."""
    return combinations(given, 2)


def shared_budgets(one: Given, two: Given) -> tuple[str, ...]:
    """The budgets that both measured."""
    other = set(two.part.budgets)
    return tuple(name for name in one.part.budgets if name in other)

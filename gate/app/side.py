"""One tree while it is measured: its own services and ports, its budgets, a ledger for each."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from pathlib import Path

from gate.app.bench import Bench, Place, open_bench, questions
from gate.app.ledger import Ledger
from gate.app.select import Selection, objectives_of
from gate.app.systems import Systems
from gate.spec import Budget, Spec

_ELSEWHERE = (
    "its tree lies on another file system than head's, which may be faster or slower; "
    "PERFGATE_CACHE=DIR names a folder beside the repository"
)
_SUBMODULE = (
    "its commit of then is not in the clone here; `git fetch` in it, or let `prepare:` of a "
    "service run `git submodule update --init`"
)

Filled = Callable[[Mapping[str, str]], Spec]
"""The budgets with every variable filled in, also with what the services of a tree export."""


class Side:
    """A tree with what drives it. Its services are up once it is made."""

    def __init__(
        self,
        selection: Selection,
        systems: Systems,
        filled: Filled,
        place: Place,
        *,
        names: frozenset[str] | None = None,
    ) -> None:
        """`names` are the budgets that are measured here, None for all that are selected.

        `lacking` are submodules that the tree should have.
        """
        self._selection = selection
        self.systems = systems
        self._names = names
        self.lacking: tuple[str, ...] = ()
        for budget in selection.all:
            if budget.service and self.measures(budget.name):
                systems.ensure(budget.service, serves=budget.runner.serves)
        self.spec = filled(systems.exports)
        self.place = Place(
            place.root, place.harness, place.scratch, {**place.environ, **systems.exports}
        )
        self._budgets: Mapping[str, Budget] = {each.name: each for each in self.spec.budgets}
        self.ledgers = {
            chosen.name: self._ledger(chosen.name)
            for chosen in selection.all
            if self.measures(chosen.name)
        }

    @property
    def root(self) -> Path:
        """The tree."""
        return self.place.root

    @property
    def seconds(self) -> float:
        """What went into the tools."""
        ledgers = self.ledgers.values()
        return sum(ledger.tool_seconds + ledger.opening_seconds for ledger in ledgers)

    @property
    def notes(self) -> tuple[str, ...]:
        """What the runners noted; the base's says so."""
        own = [note for each in self.ledgers.values() for note in each.notes]
        if not self.place.base:
            return tuple(own)
        if self.place.root.stat().st_dev != self.place.harness.stat().st_dev:
            own.append(_ELSEWHERE)
        own.extend(
            f"its tree has no submodule {name}: {_SUBMODULE}"
            for name in self.lacking
            if not any((self.root / name).glob("*"))  # `prepare:` may have brought it
        )
        return tuple(f"base: {note}" for note in own)

    def measures(self, name: str) -> bool:
        """Whether a budget is measured on this tree."""
        return self._names is None or name in self._names

    def open(self, name: str, stack: contextlib.ExitStack) -> Bench | None:
        """The budget with its observers, ready to be measured; None where it is refused."""
        budget = self._budgets[name]
        watchers = self._selection.observers.get(name, ())
        observers = tuple(self._budgets[each.name] for each in watchers)
        serves = budget.runner.serves
        down = self.systems.ensure(budget.service, serves=serves) if budget.service else None
        if down is not None:
            for each in (budget, *observers):
                self.ledgers[each.name].stop(down)
            return None
        return open_bench(budget, observers, self.ledgers, self.place, self.systems, stack)

    def _ledger(self, name: str) -> Ledger:
        budget = self._budgets[name]
        objectives = objectives_of(budget, self.spec.promises.objectives)
        known = {objective.id: objective for objective in objectives}
        return Ledger(name, questions(objectives), known, budget.repeat.minimum)

"""What reading the budgets gives: resolved values, frozen, with secrets apart."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gate.core.metric import Catalogue
from gate.core.model import Objective, Place, Promises
from gate.seams.runner import Options, Repeat
from gate.seams.service import Service
from gate.spec.redact import Secrets


@dataclass(frozen=True, slots=True)
class Budget:
    """One budget file with its runner. `runner` is a Runner, or an Observer where `during` is set.

    `name` is the file's stem, `title` what reports call it. `timeout` is seconds for one unit,
    `paths` are the globs whose changes concern it. `spread` names the members of each objective
    that was spread over declared values, by the id it would have had. An observer's service and
    repeats are those of the budget that it observes.
    """

    name: str
    runner: Any
    options: Options
    catalogue: Catalogue
    objectives: tuple[Objective, ...]
    repeat: Repeat
    attempts: int = 2
    timeout: float = 600.0
    service: str = ""
    during: str = ""
    paths: tuple[str, ...] = ()
    spread: tuple[tuple[str, tuple[str, ...]], ...] = ()
    title: str = ""
    owner: str = ""
    why: str = ""
    weight: float = 1.0
    place: Place = field(default_factory=Place)


@dataclass(frozen=True, slots=True)
class Spec:
    """Everything that the budget folders say, under one profile.

    `only` are the budgets that the profile measures, () for all, `profiles` the names that there
    are. `notes` are sentences for people:
    nothing in them is wrong.
    """

    root: Path
    folders: tuple[Path, ...]
    budgets: tuple[Budget, ...]
    promises: Promises
    services: tuple[Service, ...] = ()
    only: tuple[str, ...] = ()
    secrets: Secrets = field(default_factory=Secrets)
    notes: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()

    def budget(self, name: str) -> Budget:
        """The budget of that name; raises `KeyError` where there is none."""
        return {budget.name: budget for budget in self.budgets}[name]

    def service(self, name: str) -> Service:
        """The service of that name; raises `KeyError` where there is none."""
        return {service.name: service for service in self.services}[name]

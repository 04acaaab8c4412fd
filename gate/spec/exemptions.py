"""waivers.yml, accepted.yml and retired.yml: each entry against the objectives that there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from gate.core.metric import Catalogue
from gate.core.model import Accepted, Objective, Retired, Waiver
from gate.core.sli import SliError
from gate.errors import UsageError
from gate.spec.bounds import Measure, WrongError, read_value
from gate.spec.files import Files
from gate.spec.models import Written
from gate.spec.objectives import old_id
from gate.spec.problems import Problem, shown
from gate.spec.reserved import AcceptedFile, RetiredFile, WaiverFile
from gate.spec.selectors import find_objectives
from gate.spec.translate import read_model
from gate.spec.values import Budget
from gate.spec.variables import refuse
from gate.spec.yaml_marks import Document, Path

Entry = TypeVar("Entry", bound=Written)


@dataclass(slots=True)
class Exemptions:
    """Reads the entries against the budgets; what is wrong is added to `problems`."""

    files: Files
    budgets: Sequence[Budget]
    problems: list[Problem] = field(default_factory=list)

    def waivers(self) -> tuple[Waiver, ...]:
        """Every waiver, one for each member where it names a spread objective."""
        found: dict[tuple[str, str], Waiver] = {}
        for document, path, file in self._entries("waivers", WaiverFile):
            for objective in self._objectives(document, path, file.objective):
                waiver = self._waiver(document, path, file, objective)
                if waiver is None:
                    break
                key = (waiver.objective, waiver.bound)
                if key in found:
                    message = f"a second waiver for the {waiver.bound} of {waiver.objective}"
                    hint = f"the first is at {found[key].place}"
                    self.problems.append(document.problem(path, message, hint))
                found.setdefault(key, waiver)
        return tuple(found.values())

    def accepted(self) -> tuple[Accepted, ...]:
        """Every accepted regression."""
        found: dict[str, Accepted] = {}
        for document, path, file in self._entries("accepted", AcceptedFile):
            for objective in self._objectives(document, path, file.objective):
                value = self._value(document, (*path, "value"), objective)
                if value is None:
                    break
                place = document.place(path)
                if objective.id in found:
                    message = f"a second entry for {objective.id}"
                    hint = f"the first is at {found[objective.id].place}"
                    self.problems.append(document.problem(path, message, hint))
                found.setdefault(
                    objective.id,
                    Accepted(objective.id, value, file.reason, file.owner, file.until, place),
                )
        return tuple(found.values())

    def retired(self) -> tuple[Retired, ...]:
        """Every retired id; one that is still declared is a problem."""
        found: list[Retired] = []
        declared = {objective.id for budget in self.budgets for objective in budget.objectives}
        for document, path, file in self._entries("retired", RetiredFile):
            where = (*path, "id")
            try:
                name = self._retired_id(file.id)
            except SliError as error:
                self.problems.append(document.problem(where, str(error)))
                continue
            if name in declared:
                message = f"{name} is retired, but still declared"
                self.problems.append(document.problem(where, message, "remove one of them"))
            found.append(Retired(name, file.reason, file.owner, document.place(path)))
        return tuple(found)

    def _retired_id(self, text: str) -> str:
        budget, slash, _ = text.partition("/")
        if not slash:
            raise SliError(f"{text!r} is no objective: write BUDGET/SLI", 0)
        known = next((b.catalogue for b in self.budgets if b.name == budget), None)
        return old_id(text, budget, known or Catalogue("", ()))

    def _waiver(
        self, document: Document, path: Path, file: WaiverFile, objective: Objective
    ) -> Waiver | None:
        bounds = {"limit": objective.limit, "tolerance": objective.tolerance}
        if {**bounds, "drift": objective.drift}[file.bound] is None:
            message = f"{objective.id} has no {file.bound}"
            self.problems.append(document.problem((*path, "bound"), message))
            return None
        ceiling = None
        if "ceiling" in file.model_fields_set:
            where = (*path, "ceiling")
            ceiling = self._value(document, where, objective)
            if ceiling is None:
                return None
            measure = _measure(objective)
            limit = objective.limit if file.bound == "limit" else None
            if limit and not measure.tighter(limit.fail, ceiling):
                message = f"the ceiling {file.ceiling} is not beyond the limit: it would never help"
                self.problems.append(document.problem(where, message))
                return None
        return Waiver(
            objective=objective.id,
            bound=file.bound,
            reason=file.reason,
            owner=file.owner,
            expires=file.expires,
            ceiling=ceiling,
            ticket=file.ticket,
            place=document.place(path),
        )

    def _objectives(self, document: Document, path: Path, text: str) -> tuple[Objective, ...]:
        try:
            return find_objectives(self.budgets, text)
        except UsageError as error:
            where = (*path, "objective")
            self.problems.append(document.problem(where, error.message, error.hint))
            return ()

    def _value(self, document: Document, path: Path, objective: Objective) -> float | None:
        try:
            return read_value(document.at(path), _measure(objective), path)
        except WrongError as error:
            self.problems.append(document.problem(error.path, error.message, error.hint))
            return None

    def _entries(self, name: str, model: type[Entry]) -> Iterator[tuple[Document, Path, Entry]]:
        for document in self.files.reserved.get(name, ()):
            if document.problems or document.data is None:
                continue
            self.problems.extend(refuse(document, document.data, ()))
            if not isinstance(document.data, list):
                came = shown(document.data)
                self.problems.append(
                    document.problem((), f"expected a list of entries, got {came}")
                )
                continue
            for index, data in enumerate(document.data):
                entry = read_model(model, data, document, (index,))
                if isinstance(entry, tuple):
                    self.problems.extend(entry)
                else:
                    yield document, (index,), entry


def _measure(objective: Objective) -> Measure:
    return Measure(str(objective.sli), objective.dimension, objective.better)

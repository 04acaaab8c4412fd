"""Objectives as written become objectives as judged: resolved, inherited, spread over members."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from gate.core.metric import Catalogue, CatalogueError, Metric, better_of, dimension_of, kind_of
from gate.core.model import Drift, Limit, Objective, Origin, Tolerance
from gate.core.sli import Sli, SliError, parse_sli
from gate.seams.runner import Implied
from gate.spec.bounds import Measure, WrongError, read_limit
from gate.spec.inherit import Inheritance
from gate.spec.models import ObjectiveFile
from gate.spec.problems import Problem
from gate.spec.selectors import Producer, SelectorError
from gate.spec.translate import read_model
from gate.spec.yaml_marks import Document, Path

OF_SCRIPT = "script: "
"""What stands in an id between the budget and the SLI of a threshold in the user's own script."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What all objectives of one budget share. `profiles` are the names that a limit may use."""

    document: Document
    budget: str
    producer: Producer
    inheritance: Inheritance
    profile: str
    profiles: tuple[str, ...]
    repeat_min: int


@dataclass(slots=True)
class Objectives:
    """The objectives of one budget file as they are read, and what is wrong with them."""

    setting: Setting
    problems: list[Problem] = field(default_factory=list)
    spread: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    def read(self) -> tuple[Objective, ...]:
        """All objectives, those that the runner implies last. Look at `problems` first."""
        written = self.setting.document.at(("objectives",))
        entries = written if isinstance(written, list) else []
        templates = [t for i in range(len(entries)) if (t := self._template(("objectives", i)))]
        self._say_misfits()
        stated = list(self._spread(templates))
        implied = list(self._implied({objective.id for objective in stated}))
        return (*stated, *implied)

    def _template(self, path: Path) -> Objective | None:
        document = self.setting.document
        file = read_model(ObjectiveFile, document.at(path), document, path)
        if not isinstance(file, ObjectiveFile):
            self.problems.extend(file)
            return None
        try:
            sli, metric = self.setting.producer.resolve(file.sli)
        except SelectorError as error:
            self._say_selector((*path, "sli"), error)
            return None
        try:
            stated = file.each if "each" in file.model_fields_set else None
            each = self.setting.producer.each(stated, sli, metric)
        except SelectorError as error:
            self._say_selector((*path, "each"), error)
            return None
        measure = Measure(metric.name, dimension_of(sli, metric), better_of(sli, metric))
        plain = Objective(
            id=f"{self.setting.budget}/{sli}",
            budget=self.setting.budget,
            sli=sli,
            dimension=measure.dimension,
            better=measure.better,
            kind=kind_of(sli, metric),
            each=each,
            repeat_min=self.setting.repeat_min,
            place=document.place(path),
        )
        return self._with_bounds(plain, file, measure, path)

    def _with_bounds(
        self, plain: Objective, file: ObjectiveFile, measure: Measure, path: Path
    ) -> Objective | None:
        before = len(self.problems)
        inherited = self.setting.inheritance
        limit = self._limit(file, measure, path)
        tolerance = self._tolerance(file, measure, path)
        drift = self._drift(file, measure, path)
        was = self._was(file, plain, path)
        if file.baseline and tolerance is None:
            message = "baseline names the pin that a tolerance is held to, and there is none"
            self._say(WrongError((*path, "baseline"), message, "remove it, or add `tolerance:`"))
        if len(self.problems) > before:
            return None
        if limit is None and tolerance is None and drift is None:
            hint = "write `limit:` (a fixed bound) or `tolerance:` (against the baseline)"
            self._say(WrongError(path, "an objective without limit and tolerance", hint))
            return None
        return replace(
            plain,
            limit=limit,
            tolerance=tolerance,
            drift=drift,
            was=was,
            blocking=inherited.value(file, "blocking"),
            owner=inherited.value(file, "owner"),
            why=inherited.value(file, "why"),
            weight=inherited.value(file, "weight"),
            name=file.name,
            baseline=file.baseline,
        )

    def _limit(self, file: ObjectiveFile, measure: Measure, path: Path) -> Limit | None:
        if "limit" not in file.model_fields_set:
            return None
        setting = self.setting
        try:
            where = (*path, "limit")
            return read_limit(file.limit, measure, where, setting.profile, setting.profiles)
        except WrongError as error:
            self._say(error)
            return None

    def _tolerance(self, file: ObjectiveFile, measure: Measure, path: Path) -> Tolerance | None:
        inherited = self.setting.inheritance
        try:
            tolerance = inherited.tolerance(file, measure, path)
            if tolerance is not None:
                detect = inherited.detect(file, measure, tolerance, path)
                return replace(tolerance, detect=detect)
        except WrongError as error:
            self._say(error)
            return None
        if "detect" in file.model_fields_set:
            message = "detect says how fine a tolerance is looked at, and there is none"
            self._say(WrongError((*path, "detect"), message, "remove it, or add `tolerance:`"))
        return None

    def _drift(self, file: ObjectiveFile, measure: Measure, path: Path) -> Drift | None:
        try:
            return self.setting.inheritance.drift(file, measure, path)
        except WrongError as error:
            self._say(error)
            return None

    def _was(self, file: ObjectiveFile, plain: Objective, path: Path) -> str:
        if not file.was:
            return ""
        where = (*path, "was")
        try:
            was = old_id(file.was, self.setting.budget, self.setting.producer.catalogue)
        except SliError as error:
            self._say(WrongError(where, str(error)))
            return ""
        if was == plain.id:
            self._say(WrongError(where, "this is the objective's own id", "remove `was:`"))
        elif plain.each and not self.setting.producer.members(plain.each):
            message = f"the values of {plain.each} show only when measured, so `was:` is not clear"
            hint = f"write an objective of its own for the {plain.each} that was renamed"
            self._say(WrongError(where, message, hint))
        return was

    def _spread(self, templates: list[Objective]) -> Iterator[Objective]:
        """Every objective once; a more specific selector replaces the member of a spread one."""
        specific = {template.sli for template in templates if not template.each}
        first: dict[str, Objective] = {}
        for template in templates:
            members = self.setting.producer.members(template.each) if template.each else ()
            found = [_member(template, value) for value in members] if members else [template]
            kept = [o for o in found if not members or o.sli not in specific]
            if members:
                self.spread.append((template.id, tuple(objective.id for objective in kept)))
            for objective in kept:
                if objective.id in first:
                    self._say_twice(objective, first[objective.id])
                else:
                    first[objective.id] = objective
                    yield objective

    def _implied(self, stated: set[str]) -> Iterator[Objective]:
        """What holds without being written; of several limits on one SLI the tightest."""
        producer, budget = self.setting.producer, self.setting.budget
        found: dict[str, Objective] = {}
        for implied in producer.runner.implied(producer.options):
            try:
                sli, metric = producer.catalogue.resolve(implied.sli)
            except CatalogueError as error:
                if not implied.script:
                    raise
                message = f"the threshold on {implied.sli} in the script: {error}"
                self._say(WrongError(("runner",), message, "correct the script"))
                continue
            name = f"{budget}/{OF_SCRIPT}{sli}" if implied.script else f"{budget}/{sli}"
            measure = Measure(metric.name, dimension_of(sli, metric), better_of(sli, metric))
            known = found[name].limit if name in found else None
            if name in stated or (known and not measure.tighter(implied.limit.fail, known.fail)):
                continue
            found[name] = self._implied_objective(name, implied, sli, metric)
        yield from found.values()

    def _implied_objective(
        self, name: str, implied: Implied, sli: Sli, metric: Metric
    ) -> Objective:
        file = self.setting.inheritance.file
        return Objective(
            id=name,
            budget=self.setting.budget,
            sli=sli,
            dimension=dimension_of(sli, metric),
            better=better_of(sli, metric),
            kind=kind_of(sli, metric),
            limit=implied.limit,
            blocking=file.blocking,
            owner=file.owner,
            why=implied.why,
            repeat_min=self.setting.repeat_min,
            origin=Origin.SCRIPT if implied.script else Origin.IMPLIED,
            place=self.setting.document.place(("runner",)),
        )

    def _say_misfits(self) -> None:
        for error in self.setting.inheritance.unfitting():
            self._say(error)

    def _say_twice(self, objective: Objective, first: Objective) -> None:
        place = objective.place
        message = f"the objective {objective.id} is declared twice"
        hint = f"it is first at {first.place}; one objective has both its limit and its tolerance"
        lines = self.setting.document.source.lines
        self.problems.append(Problem(place, message, lines[place.line - 1], hint))

    def _say_selector(self, path: Path, error: SelectorError) -> None:
        document = self.setting.document
        self.problems.append(
            document.problem(path, str(error), error.hint, column=error.column or 0)
        )

    def _say(self, error: WrongError) -> None:
        document = self.setting.document
        self.problems.append(document.problem(error.path, error.message, error.hint, key=error.key))


def _member(template: Objective, value: str) -> Objective:
    sli = template.sli.with_tag(template.each, value)
    return replace(
        template,
        id=f"{template.budget}/{sli}",
        sli=sli,
        each="",
        name=f"{template.name} ({value})" if template.name else "",
        was=_with_tag(template.was, template.each, value) if template.was else "",
    )


def _with_tag(objective_id: str, tag: str, value: str) -> str:
    budget, _, rest = objective_id.partition("/")
    sli = parse_sli(rest)
    return objective_id if sli.tag(tag) is not None else f"{budget}/{sli.with_tag(tag, value)}"


def old_id(text: str, budget: str, catalogue: Catalogue) -> str:
    """The id that an earlier objective had, from an id or an SLI of the same budget.

    Nothing can be asked about what is no longer there; only where the runner still knows the metric
    is its statistic named. Raises `SliError`.
    """
    head, slash, rest = text.partition("/")
    if rest.startswith(OF_SCRIPT):
        return f"{head}/{OF_SCRIPT}{parse_sli(rest.removeprefix(OF_SCRIPT))}"
    of_id = bool(slash) and not set(head) & set("({: ")
    name, sli = (head, parse_sli(rest)) if of_id else (budget, parse_sli(text))
    metric = next((m for m in catalogue.metrics if m.name == sli.metric), None)
    if name == budget and metric is not None and not sli.statistic:
        sli = sli.with_statistic(metric.default)
    return f"{name}/{sli}"

"""From budget folders to one spec: the only way in. All that is wrong is said at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from gate.core.model import Objective, Promises
from gate.seams.service import Service
from gate.spec.exemptions import Exemptions
from gate.spec.files import Files, read_folders
from gate.spec.heads import Head, Heads
from gate.spec.inherit import Inheritance
from gate.spec.objectives import Objectives, Setting
from gate.spec.policy import Rules, read_rules
from gate.spec.problems import Problem, SpecProblemsError
from gate.spec.redact import Secrets, too_short
from gate.spec.references import check_references, service_of
from gate.spec.selectors import RunnerLike
from gate.spec.services import exports_of, read_services
from gate.spec.values import Budget, Spec
from gate.spec.variables import Filling


def load(
    folders: Sequence[Path],
    root: Path,
    *,
    runners: Callable[[str], RunnerLike],
    runner_names: Sequence[str],
    profile: str = "",
    env: Mapping[str, str],
    measuring: bool,
    shown_from: Path | None = None,
    tree: bool = True,
) -> Spec:
    """Read the folders under a profile; messages name files as seen from `shown_from`, or the root.

    `env` fills variables in; while measuring it holds what the services export too. One that is
    unset is an error when `measuring`, else a note, and its text stays as written. Without the
    `tree` the budgets alone are there, and no script of theirs is looked for. Raises
    `NothingToDoError` without any budget, `UsageError` for an unknown profile, `SpecProblemsError`
    with everything that is wrong in the files.
    """
    files = read_folders(folders, shown_from or root)
    problems = list(files.problems)
    filling = Filling(env, measuring)
    rules = read_rules(files, profile, tuple(files.budgets), problems)
    services = read_services(files, filling, root, problems)
    problems.extend(filling.taken())
    exports = exports_of(files)
    heads = Heads(runners, runner_names, rules, filling, root, exports, tree)
    reading = _Reading(files, rules, services, heads, problems)
    budgets = reading.budgets({*exports})
    promises = reading.promises(budgets)
    secrets, notes = _secrets(rules, services, heads.secrets, env)
    if problems:
        raise SpecProblemsError(_sorted(problems, files.order), secrets)
    return Spec(
        root=root,
        folders=tuple(folders),
        budgets=budgets,
        promises=promises,
        services=services,
        only=rules.only,
        secrets=secrets,
        notes=tuple(map(secrets.redact, (*files.notes, *filling.notes, *notes))),
        profiles=rules.profiles,
    )


@dataclass(slots=True)
class _Reading:
    """The files on their way to budgets; what is wrong is added to `problems`."""

    files: Files
    rules: Rules
    services: tuple[Service, ...]
    heads: Heads
    problems: list[Problem] = field(default_factory=list)

    def budgets(self, services: set[str]) -> tuple[Budget, ...]:
        """Every budget whose head can be read, with its objectives."""
        heads = {
            name: head
            for name, document in self.files.budgets.items()
            if (head := self.heads.read(name, document, service_of(self.files, name))) is not None
        }
        self.problems.extend(self.heads.problems)
        self.problems.extend(check_references(self.files, services, heads))
        budgets = tuple(self._budget(head, heads) for head in heads.values())
        self.problems.extend(self._not_renamed(budgets))
        return budgets

    def promises(self, budgets: tuple[Budget, ...]) -> Promises:
        """All that a check is judged by."""
        promises = Promises(
            objectives=tuple(o for budget in budgets for o in budget.objectives),
            policy=self.rules.policy,
            weights=tuple((b.name, b.weight) for b in budgets if b.weight != 1),
        )
        if self.problems:
            # Against budgets with problems an entry could look wrong that is not.
            return promises
        exemptions = Exemptions(self.files, budgets, self.problems)
        return replace(
            promises,
            waivers=exemptions.waivers(),
            accepted=exemptions.accepted(),
            retired=exemptions.retired(),
        )

    def _budget(self, head: Head, heads: Mapping[str, Head]) -> Budget:
        file, producer = head.file, head.producer
        repeat = heads[file.during].repeat if file.during in heads else head.repeat
        setting = Setting(
            document=head.document,
            budget=head.name,
            producer=producer,
            inheritance=Inheritance(file, self.rules.defaults),
            profile=self.rules.policy.profile,
            profiles=self.rules.profiles,
            repeat_min=repeat.minimum,
        )
        reader = Objectives(setting)
        objectives = reader.read()
        self.problems.extend(reader.problems)
        return Budget(
            name=head.name,
            runner=producer.runner,
            options=producer.options,
            catalogue=producer.catalogue,
            objectives=objectives,
            repeat=repeat,
            attempts=head.attempts,
            timeout=head.timeout,
            service=service_of(self.files, head.name),
            during=file.during,
            paths=file.paths,
            spread=tuple(reader.spread),
            title=file.name,
            owner=file.owner,
            why=file.why,
            weight=file.weight,
            place=head.document.place(()),
        )

    def _not_renamed(self, budgets: Sequence[Budget]) -> Iterator[Problem]:
        objectives: list[Objective] = [o for budget in budgets for o in budget.objectives]
        declared = {objective.id for objective in objectives}
        for objective in objectives:
            if objective.was in declared and objective.was != objective.id:
                line = self.files.budgets[objective.budget].source.lines[objective.place.line - 1]
                message = f"{objective.was} is still declared, so it was not renamed"
                yield Problem(objective.place, message, line, "correct `was:`")


def _secrets(
    rules: Rules, services: Sequence[Service], found: Sequence[str], env: Mapping[str, str]
) -> tuple[Secrets, list[str]]:
    """What to hide, and notes about what is too short to be hidden."""
    named = [(name, env[name]) for name in rules.secrets if name in env]
    for service in services:
        pairs = (*service.env, *service.exports)
        named.extend((name, value) for name, value in pairs if name in rules.secrets)
    notes = [
        f"the value of {name} is too short to be hidden in reports"
        for name, value in named
        if too_short(value)
    ]
    return Secrets.of((*(value for _, value in named), *found)), notes


def _sorted(problems: Sequence[Problem], order: Sequence[str]) -> list[Problem]:
    """Every problem once, by file and place."""
    ranks = {name: rank for rank, name in enumerate(order)}
    final = {problem.place for problem in problems if problem.final}
    return sorted(
        (p for p in dict.fromkeys(problems) if p.final or p.place not in final),
        key=lambda p: (ranks.get(p.place.file, -1), p.place.file, p.place.line, p.place.column),
    )

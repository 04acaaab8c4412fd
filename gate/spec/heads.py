"""The head of a budget file: its common keys, its runner, and the runner's own options."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gate.errors import GateError
from gate.seams.runner import Options, Repeat
from gate.spec.models import BudgetFile
from gate.spec.paths import check_paths, outside
from gate.spec.policy import Rules
from gate.spec.problems import Problem, known_hint, shown
from gate.spec.redact import secrets_in
from gate.spec.selectors import Producer, RunnerLike
from gate.spec.translate import keys_of, read_model, salvage
from gate.spec.variables import Filling, fill_options, refuse
from gate.spec.yaml_marks import Data, Document


@dataclass(frozen=True, slots=True)
class Head:
    """A budget without its objectives. `observes` says whether its runner watches another one."""

    name: str
    document: Document
    file: BudgetFile
    producer: Producer
    repeat: Repeat
    attempts: int
    timeout: float

    @property
    def observes(self) -> bool:
        """Whether the runner can only be used with `during:`."""
        return not hasattr(self.producer.runner, "open")


@dataclass(slots=True)
class Heads:
    """Reads the heads of all budgets; problems and secrets are collected on the way."""

    runners: Callable[[str], RunnerLike]
    runner_names: Sequence[str]
    rules: Rules
    filling: Filling
    root: Path
    exports: Mapping[str, frozenset[str]]
    tree: bool = True
    problems: list[Problem] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)

    def read(self, name: str, document: Document, service: str) -> Head | None:
        """The head of one file, of what is right in it; None where that is not enough."""
        data = document.data
        if document.problems:
            return None
        if not isinstance(data, dict):
            came = "an empty file" if data is None else shown(data)
            hint = "a budget begins with `runner:` and has `objectives:`"
            self.problems.append(document.problem((), f"expected a budget, got {came}", hint))
            return None
        runner = self._runner(document, data)
        own = keys_of(runner.options) if runner else ()
        common = {k: v for k, v in data.items() if k in _common(own)}
        for key, value in common.items():
            self.problems.extend(refuse(document, value, (key,)))
        file = self._file(document, common, own)
        if runner is None:
            return None
        rest = {k: v for k, v in data.items() if k not in common}
        options = self._options(document, runner, rest, self.exports.get(service, frozenset()))
        if options is None or file is None:
            return None
        self._check_globs(document, file)
        producer = Producer(runner, options, runner.catalogue(options))
        return self._head(name, document, file, producer)

    def _runner(self, document: Document, data: dict[str, Data]) -> RunnerLike | None:
        name = data.get("runner")
        names = sorted(self.runner_names)
        if "runner" not in data:
            hint = f"the runners are: {', '.join(names)}"
            self.problems.append(document.problem((), "the key 'runner' is missing", hint))
            return None
        if not isinstance(name, str) or name not in names:
            message = (
                f"there is no runner {name!r}"
                if isinstance(name, str)
                else (f"expected the name of a runner, got {shown(name)}")
            )
            hint = known_hint(str(name), names, "runners")
            self.problems.append(document.problem(("runner",), message, hint))
            return None
        try:
            return self.runners(name)
        except GateError as error:
            self.problems.append(document.problem(("runner",), error.message, error.hint))
            return None

    def _file(
        self, document: Document, common: dict[str, Data], own: Sequence[str]
    ) -> BudgetFile | None:
        file = read_model(BudgetFile, common, document, also=own)
        if isinstance(file, BudgetFile):
            return file
        self.problems.extend(problem for problem in file if not self._said(problem))
        return salvage(BudgetFile, common)

    def _said(self, problem: Problem) -> bool:
        """Whether the runner's own problem says it already."""
        return any(known.place == problem.place for known in self.problems)

    def _options(
        self,
        document: Document,
        runner: RunnerLike,
        written: dict[str, Data],
        later: frozenset[str],
    ) -> Options | None:
        filled = fill_options(document, written, self.filling, later)
        self.problems.extend(self.filling.taken())
        self.secrets.extend(secrets_in(filled))
        also = keys_of(BudgetFile)
        options = read_model(runner.options, filled, document, also=also, nulls=True)
        self.problems.extend(
            problem
            for problem in check_paths(document, filled, self.root, tree=self.tree)
            if isinstance(options, Options) or problem.place not in {p.place for p in options}
        )
        if isinstance(options, Options):
            return options
        # A text that still holds a variable is judged once it is filled in.
        wrong = [p for p in options if p.place not in self.filling.unresolved]
        left = salvage(runner.options, filled)
        self.problems.extend(options if left is None else wrong)
        return left

    def _check_globs(self, document: Document, file: BudgetFile) -> None:
        for index, glob in enumerate(file.paths):
            why = outside(self.root, glob)
            if why:
                self.problems.append(document.problem(("paths", index), f"{glob!r}: {why}"))

    def _head(self, name: str, document: Document, file: BudgetFile, producer: Producer) -> Head:
        stated, shared = file.model_fields_set, self.rules.defaults
        attempts, timeout = file.attempts, file.timeout
        if shared is not None and "attempts" in shared.model_fields_set - stated:
            attempts = shared.attempts
        if shared is not None and "timeout" in shared.model_fields_set - stated:
            timeout = shared.timeout
        repeat = self._repeat(file, producer.runner)
        return Head(name, document, file, producer, repeat, attempts, timeout)

    def _repeat(self, file: BudgetFile, runner: RunnerLike) -> Repeat:
        """The profile's repeats, the file's, the policy's or the runner's.

        Where repeating does not help (a file has one size), only the file can ask for it.
        """
        shared = self.rules.defaults.repeat if self.rules.defaults else None
        if runner.repeat.maximum > 1:
            return self.rules.repeat or file.repeat or shared or runner.repeat
        return file.repeat or runner.repeat


def _common(own: Sequence[str]) -> set[str]:
    """The common keys of a budget whose runner has these own ones; only `paths` may be both."""
    clash = {key for key in own if key in keys_of(BudgetFile) and key != "paths"}
    if clash:
        msg = f"a runner's options may not have the key {min(clash)!r}: every budget has it"
        raise TypeError(msg)
    return set(keys_of(BudgetFile)) - set(own)

"""`${NAME}`, `${NAME:-default}` and `$$`, only where a value is no promise."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from gate.core.model import Place
from gate.spec.problems import Problem
from gate.spec.yaml_marks import Data, Document, Path

ALLOWED = ("script", "scripts", "base", "dsn", "headers", "env")
"""The keys of a budget below which variables are filled in; in services.yml they are anywhere."""
_BELOW = ", ".join(ALLOWED)

_PATTERN = re.compile(
    r"\$(?:(?P<escaped>\$)|\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?P<default>[^{}]*))?\}"
    r"|(?P<bad>\{))",
    re.ASCII,
)
_PROMISED = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]*(?::-[^{}]*)?\}", re.ASCII)


@dataclass(slots=True)
class Filling:
    """Fills variables in from a given environment, and collects what could not be filled.

    `later` names what a service will export: it stays as written until the service is up. An
    unset variable is a problem when `measuring`, else a note, and stays as written. `unresolved` is
    where a text still has a variable, so that nobody judges it yet.
    """

    env: Mapping[str, str]
    measuring: bool
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unresolved: set[Place] = field(default_factory=set)

    def taken(self) -> list[Problem]:
        """The problems since the last call."""
        found, self.problems = self.problems, []
        return found

    def fill(
        self, document: Document, data: Data, path: Path, later: frozenset[str] = frozenset()
    ) -> Data:
        """The data with the variables of every text in it filled in."""
        match data:
            case str():
                return self._text(document, data, path, later)
            case list():
                return [self.fill(document, item, (*path, i), later) for i, item in enumerate(data)]
            case dict():
                return {k: self.fill(document, v, (*path, k), later) for k, v in data.items()}
            case _:
                return data

    def _text(self, document: Document, text: str, path: Path, later: frozenset[str]) -> str:
        def put(found: re.Match[str]) -> str:
            if found["escaped"]:
                return "$"
            if found["bad"]:
                message = "expected ${NAME} or ${NAME:-default}; $$ stands for a dollar sign"
                self.problems.append(document.problem(path, message, column=found.start()))
                return found[0]
            value, default = self.env.get(found["name"]), found["default"]
            if value is None and found["name"] in later:
                self.unresolved.add(document.place(path))
                return found[0]
            if not value and default is not None:
                return str(default)
            if value is None:
                self.unresolved.add(document.place(path))
                self._unset(document, path, str(found["name"]), found.start())
                return found[0]
            return value

        return _PATTERN.sub(put, text)

    def _unset(self, document: Document, path: Path, name: str, column: int) -> None:
        problem = document.problem(
            path,
            f"the variable {name} is not set",
            f"set it, or write a default: ${{{name}:-…}}",
            column=column,
        )
        if self.measuring:
            self.problems.append(problem)
        else:
            self.notes.append(f"{problem.place}: {problem.message}; it has to be when measuring")


def refuse(document: Document, data: Data, path: Path) -> Iterator[Problem]:
    """A problem for every variable below `path`: promises never depend on the environment."""
    match data:
        case str():
            found = _PROMISED.search(data)
            if found:
                message = f"{found[0]} is not allowed here: a promise is the same everywhere"
                hint = f"variables stand in services.yml, and in a budget below {_BELOW}"
                problem = document.problem(path, message, hint, column=found.start())
                yield replace(problem, final=True)
        case list():
            for index, item in enumerate(data):
                yield from refuse(document, item, (*path, index))
        case dict():
            for key, value in data.items():
                yield from refuse(document, value, (*path, key))
        case _:
            pass


def fill_options(
    document: Document, data: dict[str, Data], filling: Filling, later: frozenset[str]
) -> dict[str, Data]:
    """Options with variables filled in below the allowed keys and refused everywhere else."""
    return {key: _option(document, value, (key,), filling, later) for key, value in data.items()}


def _option(
    document: Document, data: Data, path: Path, filling: Filling, later: frozenset[str]
) -> Data:
    if path[-1] in ALLOWED:
        return filling.fill(document, data, path, later)
    if isinstance(data, dict):
        return {k: _option(document, v, (*path, k), filling, later) for k, v in data.items()}
    if isinstance(data, list):
        return [_option(document, v, (*path, i), filling, later) for i, v in enumerate(data)]
    filling.problems.extend(refuse(document, data, path))
    return data

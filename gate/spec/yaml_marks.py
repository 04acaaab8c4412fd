"""A YAML document as plain data with the place of every key and value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gate.core.model import Place
from gate.spec.problems import Problem

Data = None | bool | int | float | str | list["Data"] | dict[str, "Data"]
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A position in a file; line and column count from 1. `quoted` where a quote stands there."""

    line: int
    column: int
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it is shown in messages: its name and its lines."""

    file: str
    lines: tuple[str, ...] = ()

    def problem(self, mark: Mark, message: str, hint: str = "") -> Problem:
        """A problem at a mark, with the line there."""
        inside = 1 <= mark.line <= len(self.lines)
        line = self.lines[mark.line - 1] if inside else ""
        return Problem(Place(self.file, mark.line, mark.column), message, line, hint)


@dataclass(frozen=True, slots=True)
class Document:
    """One file's data, with the mark of every key and value by path.

    `problems` is what is wrong with the YAML itself; where there is any, the data is partial.
    """

    source: Source
    data: Data
    keys: Mapping[Path, Mark]
    values: Mapping[Path, Mark]
    problems: tuple[Problem, ...] = ()

    def mark(self, path: Path, *, key: bool = False) -> Mark:
        """Where a key or value stands; for what is not there, where it would belong."""
        if key and path in self.keys:
            return self.keys[path]
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, Mark(1, 1))

    def place(self, path: Path, *, key: bool = False) -> Place:
        """The place of a key or value."""
        mark = self.mark(path, key=key)
        return Place(self.source.file, mark.line, mark.column)

    def problem(
        self, path: Path, message: str, hint: str = "", *, key: bool = False, column: int = 0
    ) -> Problem:
        """A problem at a key or value, `column` characters into a value on one line."""
        mark = self.mark(path, key=key)
        if column and self._reads_through(mark, path):
            mark = Mark(mark.line, mark.column + column + mark.quoted)
        return self.source.problem(mark, message, hint)

    def at(self, path: Path) -> Data:
        """The data at a path, None where there is none."""
        found: Data = self.data
        for step in path:
            if isinstance(found, dict) and isinstance(step, str):
                found = found.get(step)
            elif isinstance(found, list) and isinstance(step, int) and step < len(found):
                found = found[step]
            else:
                return None
        return found

    def _reads_through(self, mark: Mark, path: Path) -> bool:
        """Whether the value stands on its line character by character, without escapes."""
        text = self.at(path)
        line = self.source.lines[mark.line - 1] if mark.line <= len(self.source.lines) else ""
        return isinstance(text, str) and line.startswith(text, mark.column - 1 + mark.quoted)

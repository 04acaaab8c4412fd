"""Problems of budget files: each with its place, the line itself, a caret and a hint."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from gate.core.model import Place
from gate.errors import SpecError
from gate.spec.redact import Secrets

MOST_SHOWN = 20
_WIDEST = 100


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in a file. `source` is the line that `place` points into.

    `final` says that nothing else about this place helps: it is not what it will be.
    """

    place: Place
    message: str
    source: str = ""
    hint: str = ""
    final: bool = False

    @property
    def text(self) -> str:
        """Place and message, then the line with a caret below the column; without the hint."""
        first = f"{self.place}: {self.message}"
        if not self.source.strip():
            return first
        line, caret = _excerpt(self.source, self.place.column)
        return f"{first}\n  {line}\n  {caret}"


class SpecProblemsError(SpecError):
    """Everything that is wrong in the budget files, in the order of the files."""

    def __init__(self, problems: Iterable[Problem], secrets: Secrets | None = None) -> None:
        """Write at most twenty problems, secrets out; a single one keeps its hint apart."""
        hide = (secrets or Secrets()).redact
        # Who shows them one by one shows no secret either.
        self.problems = tuple(_hidden(problem, hide) for problem in problems)
        shown = self.problems[:MOST_SHOWN]
        if len(shown) == 1:
            super().__init__(hide(shown[0].text), hint=shown[0].hint)
            return
        blocks = [f"{p.text}\nhint: {p.hint}" if p.hint else p.text for p in shown]
        more = len(self.problems) - len(shown)
        if more:
            blocks.append(f"and {more} more")
        super().__init__(hide("\n\n".join(blocks)))


def _hidden(problem: Problem, hide: Callable[[str], str]) -> Problem:
    return replace(
        problem,
        message=hide(problem.message),
        source=hide(problem.source),
        hint=hide(problem.hint),
    )


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name that was probably meant, "" where none is near."""
    names = list(known)
    folded = [candidate for candidate in names if candidate.lower() == name.lower()]
    found = folded or difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    return found[0] if found else ""


def known_hint(name: str, known: Sequence[str], what: str) -> str:
    """Write `did you mean limit? known keys: …`."""
    near = nearest(name, known)
    start = f"did you mean {near}? " if near else ""
    return f"{start}known {what}: {', '.join(known) or 'none'}"


def shown(value: object) -> str:
    """What was written, for a message: short, on one line, without control characters."""
    match value:
        case None:
            return "nothing"
        case bool():
            return str(value).lower()
        case str():
            return repr(value if len(value) <= _WIDEST else f"{value[:_WIDEST]}…")
        case int() | float():
            return f"the number {value}"
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case _:
            return repr(value)[:_WIDEST]


def _excerpt(source: str, column: int) -> tuple[str, str]:
    """The part of the line around the column, and the line with the caret."""
    start = max(0, column - 1 - _WIDEST // 2) if len(source) > _WIDEST else 0
    part = source[start : start + _WIDEST]
    line = "".join(c if c.isprintable() or c == "\t" else "\N{REPLACEMENT CHARACTER}" for c in part)
    before = line[: max(0, column - 1 - start)]
    return line.rstrip(), "".join("\t" if c == "\t" else " " for c in before) + "^"

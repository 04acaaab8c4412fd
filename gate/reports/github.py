"""Annotations for GitHub: workflow commands that put each broken promise at its budget's line.

Written to the log of a step. GitHub keeps ten errors, ten warnings and ten notices of a step and
cuts a message at 4096 characters (actions/runner, ExecutionContext.cs), so the worst nine stand
here and the tenth says how many more there are.
"""

from __future__ import annotations

import re

from gate.core.loosening import Loosening
from gate.core.verdict import Exit, Outcome
from gate.reports.escape import cut
from gate.reports.rows import RowView
from gate.reports.view import View, view_of

_KEPT = 10
_LONGEST = 1200
"""Of a message before it is escaped, which makes it at most three times as long."""


class GitHub:
    """Errors for what closes the gate, warnings for what asks for a look, one notice for all."""

    name = "github"
    suffix = ".log"

    def render(self, outcome: Outcome) -> str:
        """The whole report as text: one command a line."""
        view = view_of(outcome)
        lines = (*_errors(view), *_warnings(view), _notice(view))
        return "\n".join(lines) + "\n"


REPORT = GitHub()


def _errors(view: View) -> tuple[str, ...]:
    if view.exit is not Exit.OK and not view.blocking:
        title = f"perfgate: {view.exit_sentence}"
        return (command("error", {"title": title}, view.headline.whole),)
    return _most("error", tuple(_row("error", row) for row in view.blocking), "close the gate")


def _warnings(view: View) -> tuple[str, ...]:
    lines = (
        *(_row("warning", row) for row in view.noted),
        *map(_loosening, view.loosenings),
        *(command("warning", {"title": "perfgate: warning"}, line) for line in view.warnings),
    )
    return _most("warning", lines, "ask for a look")


def _loosening(each: Loosening) -> str:
    file, line = each.place.file, each.place.line
    where = {"file": file, "line": str(line)} if file and line else {}
    title = "perfgate: budget loosened or deleted in this change"
    return command("warning", {**where, "title": title}, each.sentence)


def _most(level: str, lines: tuple[str, ...], what: str) -> tuple[str, ...]:
    """All of them, or the first nine and how many more there are."""
    if len(lines) <= _KEPT:
        return lines
    more = f"{len(lines) - _KEPT + 1} more {what}: see the summary"
    return (*lines[: _KEPT - 1], command(level, {"title": "perfgate"}, more))


def _notice(view: View) -> str:
    return command("notice", {"title": f"perfgate: {view.exit_sentence}"}, view.headline.whole)


def _row(level: str, row: RowView) -> str:
    where = {"file": row.file, "line": str(row.line)} if row.file and row.line else {}
    causes = (f"{word}: {place}" for word, place in row.causes)
    parts = (row.sentence, *row.notes, *causes, *row.remedies, f"reproduce: {row.reproduce}")
    title = cut(f"{row.mark.word}: {row.id}", _LONGEST)
    return command(level, {**where, "title": title}, "\n".join(filter(None, parts)))


def command(level: str, properties: dict[str, str], message: str) -> str:
    """A workflow command: a line of the log that the runner turns into an annotation."""
    told = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{level} {told}::{_data(cut(message, _LONGEST))}"


def _data(text: str) -> str:
    """A message as the runner reads it back (docs: workflow commands)."""
    return re.sub(r"[%\r\n]", lambda match: f"%{ord(match[0]):02X}", text)


def _property(text: str) -> str:
    return re.sub(r"[%\r\n:,]", lambda match: f"%{ord(match[0]):02X}", text)

"""Logging commands for Azure Pipelines: issues at the budget's line, and how the task ended.

Written to the log of a step. The agent takes `##vso[…]` anywhere in a line, ends it at the first
`]`, parts properties at `;`, and reads `%AZP25 %3B %0D %0A %5D` back (azure-pipelines-agent,
Command.cs). `task.uploadsummary` takes the path of a file, so it stands in the pipeline, not here.
"""

from __future__ import annotations

import re

from gate.core.verdict import Exit, Outcome
from gate.reports.escape import cut
from gate.reports.rows import RowView
from gate.reports.view import View, view_of

_KEPT = 50
_LONGEST = 1200
"""Of a message before it is escaped, which makes it at most six times as long."""
_CODES = {"%": "%AZP25", ";": "%3B", "\r": "%0D", "\n": "%0A", "]": "%5D"}


class Azure:
    """Errors for what closes the gate, warnings for what asks for a look, one result for all."""

    name = "azure"
    suffix = ".log"

    def render(self, outcome: Outcome) -> str:
        """The whole report as text: one command a line."""
        view = view_of(outcome)
        lines = (*_errors(view), *_warnings(view), _complete(view))
        return "\n".join(lines) + "\n"


REPORT = Azure()


def _errors(view: View) -> tuple[str, ...]:
    if view.exit is not Exit.OK and not view.blocking:
        return (_issue("error", {}, f"perfgate: {view.headline.whole}; {view.exit_sentence}"),)
    return _most("error", tuple(_row("error", row) for row in view.blocking), "close the gate")


def _warnings(view: View) -> tuple[str, ...]:
    said = (*view.loosened, *view.warnings)
    lines = (
        *(_row("warning", row) for row in view.noted),
        *(_issue("warning", {}, f"perfgate: {line}") for line in said),
    )
    return _most("warning", lines, "ask for a look")


def _most(level: str, lines: tuple[str, ...], what: str) -> tuple[str, ...]:
    """All of them, or the first and how many more there are."""
    if len(lines) <= _KEPT:
        return lines
    more = f"perfgate: {len(lines) - _KEPT + 1} more {what}: see the summary"
    return (*lines[: _KEPT - 1], _issue(level, {}, more))


def _complete(view: View) -> str:
    """The result of the task; the exit code of the step says the same where it is passed on."""
    issues = bool(view.noted or view.loosened or view.warnings)
    good = "SucceededWithIssues" if issues else "Succeeded"
    result = good if view.exit is Exit.OK else "Failed"
    return _command("task.complete", {"result": result}, view.headline.whole)


def _row(level: str, row: RowView) -> str:
    where = {"sourcepath": row.file, "linenumber": str(row.line)} if row.file and row.line else {}
    causes = (f"{word}: {place}" for word, place in row.causes)
    parts = (row.sentence, *row.notes, *causes, *row.remedies, f"reproduce: {row.reproduce}")
    message = f"{row.id}: {'; '.join(filter(None, parts))}"
    return _issue(level, {**where, "code": row.mark.word}, message)


def _issue(level: str, properties: dict[str, str], message: str) -> str:
    return _command("task.logissue", {"type": level, **properties}, message)


def _command(name: str, properties: dict[str, str], message: str) -> str:
    told = "".join(f"{key}={_property(value)};" for key, value in properties.items())
    return f"##vso[{name} {told}]{_data(cut(message, _LONGEST))}"


def _data(text: str) -> str:
    """A message as the agent reads it back."""
    return re.sub(r"[%\r\n]", lambda match: _CODES[match[0]], text)


def _property(text: str) -> str:
    return re.sub(r"[%;\r\n\]]", lambda match: _CODES[match[0]], text)

"""What the step hands on: outputs, the summary, and annotations in the log."""

from __future__ import annotations

import contextlib
import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from gate.ci.step import Step
from gate.core.verdict import Effect, Exit, Outcome, Status
from gate.errors import GateError, UsageError
from gate.reports.escape import code
from gate.reports.github import command
from gate.reports.safe import harmless, visible
from gate.spec import SpecProblemsError

_VERDICTS = {
    Exit.OK: "pass",
    Exit.FAILED: "fail",
    Exit.USAGE: "usage",
    Exit.MISSING: "missing",
    Exit.UNDECIDED: "undecided",
    Exit.BUG: "bug",
}
_ANNOTATED = 9
_LONGEST_SUMMARY = 8000


def verdict_of(outcome: Outcome) -> str:
    """The output `verdict`: `skipped` where the gate is open because nothing was concerned."""
    if outcome.exit is Exit.OK and all(row.status is Status.SKIPPED for row in outcome.rows):
        return "skipped"
    return _VERDICTS.get(outcome.exit, "bug")


def unfinished() -> dict[str, str]:
    """The outputs that hold until others are set: a step that is killed has no good ones."""
    return {"verdict": _VERDICTS[Exit.BUG], "exit-code": str(Exit.BUG.value)}


def outputs_of(outcome: Outcome) -> dict[str, str]:
    """The outputs that follow from an outcome alone."""
    blocking = sum(row.effect is Effect.BLOCKS for row in outcome.rows)
    return {
        "verdict": verdict_of(outcome),
        "exit-code": str(outcome.exit.value),
        "failed": str(blocking),
        "baseline-sha": baseline_of(outcome),
    }


def baseline_of(outcome: Outcome) -> str:
    """The commit that most bounds were compared with, "" where none was."""
    commits = Counter(
        verdict.baseline.commit
        for row in outcome.rows
        for verdict in row.verdicts
        if verdict.baseline is not None and verdict.baseline.commit
    )
    return commits.most_common(1)[0][0] if commits else ""


def failure_outputs(error_exit: int) -> dict[str, str]:
    """The outputs where nothing was judged."""
    known = Exit(error_exit) if error_exit in set(Exit) else Exit.BUG
    return {"verdict": _VERDICTS.get(known, "bug"), "exit-code": str(error_exit), "failed": "0"}


def failure_commands(error: GateError, message: str) -> str:
    """An error as annotations: of budgets, each problem at its line; else one for all."""
    problems = error.problems if isinstance(error, SpecProblemsError) else ()
    title = f"perfgate: nothing was judged (exit {int(error.exit)})"
    if len(problems) <= 1 and not problems:
        return command("error", {"title": title}, message) + "\n"
    lines = [
        command(
            "error",
            {"file": each.place.file, "line": str(each.place.line), "title": title},
            "\n".join(filter(None, (each.message, each.hint))),
        )
        for each in problems[:_ANNOTATED]
    ]
    more = len(problems) - _ANNOTATED
    if more > 0:
        lines.append(command("error", {"title": title}, f"{more} more problems: see the log"))
    return "".join(f"{line}\n" for line in lines)


def failure_fact(message: str) -> str:
    """A message as a block of code in Markdown; nothing in it is markup."""
    lines = "\n".join(map(visible, message[:_LONGEST_SUMMARY].split("\n")))
    longest = max((len(run) for run in re.findall(r"`+", lines)), default=0)
    ticks = "`" * max(3, longest + 1)
    return harmless(f"{ticks}text\n{lines}\n{ticks}")


def write_summary(step: Step, text: str, full: str) -> None:
    """The report in the step's summary; where there is no room, where it stands."""
    if not step.summary(text):
        step.summary(f"The summary is full: see {code(full)}.")


@contextlib.contextmanager
def lost_files() -> Iterator[list[str]]:
    """What the runner's files do not take is a note: the exit code says the same."""
    notes: list[str] = []
    try:
        yield notes
    except OSError as error:
        notes.append(f"{error.filename} cannot be written: {error.strerror or error}")


def report_folder(wanted: str, environ: Mapping[str, str]) -> Path:
    """The folder for records and reports: the one that was asked for, or a new one of the job.

    Raises `UsageError` where it cannot be made.
    """
    above = Path(environ.get("RUNNER_TEMP") or tempfile.gettempdir())
    try:
        if wanted:
            folder = Path(wanted).resolve()
            folder.mkdir(parents=True, exist_ok=True)
            return folder
        return Path(tempfile.mkdtemp(prefix="perfgate-", dir=above if above.is_dir() else None))
    except (OSError, ValueError) as error:
        raise UsageError(
            f"the folder for the reports, {wanted or above}, cannot be made: {error}",
            hint="name another with the input `report-dir`",
        ) from None

"""What stays after a check: the records, the reports, and the run in the store of baselines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from gate.app.check import Checked
from gate.app.kept import keep_in
from gate.app.pdf import NAME as PDF
from gate.app.pdf import browser, pdf
from gate.app.workspace import Workspace
from gate.core.verdict import Outcome
from gate.errors import UsageError
from gate.record import encode_outcome, encode_run, write_atomic
from gate.reports import find as find_report
from gate.seams.report import Folder

RUN, OUTCOME = "run.json", "outcome.json"


def write_records(checked: Checked, out: Path) -> None:
    """Write `run.json` and `outcome.json`, each whole or not at all."""
    write_atomic(out / RUN, encode_run(checked.run))
    write_atomic(out / OUTCOME, encode_outcome(checked.outcome))


def parse_reports(texts: Sequence[str]) -> tuple[tuple[str, Path], ...]:
    """Read `FORMAT=PATH`; raises `UsageError` for an unknown format before anything runs.

    A PDF needs a browser: raises `ToolError` where there is none.
    """
    found = []
    for text in texts:
        name, sign, path = text.partition("=")
        if not sign or not path:
            raise UsageError(
                f"--report {text}: expected FORMAT=PATH", hint="for example --report html=gate.html"
            )
        browser() if name == PDF else find_report(name)
        found.append((name, Path(path)))
    return tuple(found)


def write_reports(outcome: Outcome, reports: Sequence[tuple[str, Path]]) -> tuple[Path, ...]:
    """Write each report; returns where they are."""
    written = []
    for name, path in reports:
        for file, text in _files(name, path, outcome):
            write_atomic(file, text)
        written.append(path)
    return tuple(written)


def _files(name: str, path: Path, outcome: Outcome) -> Iterator[tuple[Path, bytes]]:
    """Every file of a report: the one at its path, or those of the folder that the path is."""
    if name == PDF:
        yield path, pdf(outcome)
        return
    report = find_report(name)
    if isinstance(report, Folder):
        for inside, text in report.files(outcome).items():
            yield path / Path(inside).name, text.encode()
    else:
        yield path, report.render(outcome).encode()


def keep(workspace: Workspace, checked: Checked) -> str:
    """Put a clean, complete run of a trusted branch into the store; says what it did, "" if not."""
    branches = workspace.spec.promises.policy.branches
    return keep_in(workspace.store, branches, checked.run, checked.outcome)

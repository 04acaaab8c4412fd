"""What stays after a check: the records, the reports, and the run in the store of baselines."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gate.app.check import Checked
from gate.app.workspace import Workspace
from gate.ci.commits import trusted
from gate.core.verdict import Outcome, Status
from gate.errors import UsageError
from gate.record import encode_outcome, encode_run, write_atomic
from gate.reports import find as find_report
from gate.seams.store import Entry

RUN, OUTCOME = "run.json", "outcome.json"


def write_records(checked: Checked, out: Path) -> None:
    """Write `run.json` and `outcome.json`, each whole or not at all."""
    write_atomic(out / RUN, encode_run(checked.run))
    write_atomic(out / OUTCOME, encode_outcome(checked.outcome))


def parse_reports(texts: Sequence[str]) -> tuple[tuple[str, Path], ...]:
    """Read `FORMAT=PATH`; raises `UsageError` for an unknown format before anything runs."""
    found = []
    for text in texts:
        name, sign, path = text.partition("=")
        if not sign or not path:
            raise UsageError(
                f"--report {text}: expected FORMAT=PATH", hint="for example --report html=gate.html"
            )
        find_report(name)
        found.append((name, Path(path)))
    return tuple(found)


def write_reports(outcome: Outcome, reports: Sequence[tuple[str, Path]]) -> tuple[Path, ...]:
    """Write each report; returns where they are."""
    written = []
    for name, path in reports:
        write_atomic(path, find_report(name).render(outcome).encode())
        written.append(path)
    return tuple(written)


def keep(workspace: Workspace, checked: Checked) -> str:
    """Put a clean, complete run of a trusted branch into the store; says what it did, "" if not."""
    run, outcome = checked.run, checked.outcome
    complete = all(row.value is not None or row.status is Status.SKIPPED for row in outcome.rows)
    branches = workspace.spec.promises.policy.branches
    clean = bool(run.commit.sha) and not run.commit.dirty
    if not (clean and complete and trusted(run.commit.branch, branches)):
        return ""
    if not any(row.value is not None for row in outcome.rows):
        return ""
    workspace.store.put(Entry(run, outcome))
    return f"kept as {run.id} in {workspace.store.where}"

"""`gate check`: measure, judge and report."""

from __future__ import annotations

from typing import Any

import click

from gate.cli.options import comparing, opened, selecting
from gate.cli.progress import progress
from gate.cli.show import shown
from gate.cli.streams import err, tell


@click.command("check")
@selecting
@comparing
@click.option("--report", "reports", multiple=True, metavar="FORMAT=PATH", help="Also write this.")
@click.option("--json", "as_json", is_flag=True, help="Print outcome.json instead of a table.")
@click.option("--quiet", is_flag=True, help="No progress and no notes.")
def command(*, reports: tuple[str, ...], as_json: bool, quiet: bool, **given: Any) -> int:  # noqa: ANN401  # click's parameters
    """Measure what the budgets promise, compare, and open or close the build."""
    from gate.app.check import check
    from gate.app.keep import keep, parse_reports, write_records, write_reports
    from gate.app.workspace import check_depth, check_store

    wanted = parse_reports(reports)
    workspace = opened(**given)
    check_store(workspace)
    check_depth(workspace)
    with progress(quiet=quiet) as told:
        checked = check(workspace, told)
    write_records(checked, workspace.out)
    tell(shown(checked.outcome, as_json=as_json))
    written = write_reports(checked.outcome, wanted)
    kept = keep(workspace, checked)
    if not quiet:
        for note in (*(f"wrote {path}" for path in written), kept):
            err(f"{note}\n" if note else "")
    return checked.outcome.exit


__all__ = ["command"]

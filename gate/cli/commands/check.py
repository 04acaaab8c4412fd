"""`gate check`: measure, judge and report."""

from __future__ import annotations

from typing import Any

import click

from gate.cli import values
from gate.cli.options import comparing, proposing, selecting


@click.command("check")
@selecting
@comparing
@proposing
@click.option(
    "--report",
    "reports",
    multiple=True,
    metavar="FORMAT=PATH",
    shell_complete=values.formats,
    help="Also write this.",
)
@click.option("--json", "as_json", is_flag=True, help="Print outcome.json instead of a table.")
@click.option("--quiet", is_flag=True, help="No progress and no notes.")
def command(*, reports: tuple[str, ...], as_json: bool, quiet: bool, **given: Any) -> int:  # noqa: ANN401  # click's parameters
    """Measure what the budgets promise, compare, and open or close the build."""
    from gate.cli.doing import do_check

    return do_check(reports=reports, as_json=as_json, quiet=quiet, **given).outcome.exit


__all__ = ["command"]

"""`gate report`: an outcome in another form."""

from __future__ import annotations

from pathlib import Path

import click

from gate.cli import values
from gate.cli.streams import err, out


@click.command("report")
@click.argument(
    "outcome", type=click.Path(path_type=Path, dir_okay=False), default=Path(".gate/outcome.json")
)
@click.option(
    "--report",
    "reports",
    multiple=True,
    metavar="FORMAT=PATH",
    shell_complete=values.formats,
    help="Write this report.",
)
@click.option("--format", "name", default="", help="Print this format to stdout.")
def command(*, outcome: Path, reports: tuple[str, ...], name: str) -> int:
    """Write reports of OUTCOME (outcome.json); without options print it for the terminal."""
    from gate.app.keep import parse_reports, write_reports
    from gate.cli.show import shown
    from gate.record import decode_outcome, read_bounded
    from gate.reports import find

    wanted = parse_reports(reports)
    read = decode_outcome(read_bounded(outcome, made_by="gate check"), str(outcome))
    for path in write_reports(read, wanted):
        err(f"wrote {path}\n")
    if name:
        out(find(name).render(read))
    elif not wanted:
        out(shown(read))
    return 0

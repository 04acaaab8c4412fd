"""`gate judge`: decide a stored run again, without any tool."""

from __future__ import annotations

import os
from pathlib import Path

import click

from gate.cli.show import shown
from gate.cli.streams import tell

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("judge")
@click.argument("run", type=_FILE, default=Path(".gate/run.json"))
@click.option("--baseline", default="", metavar="REF", help="Compare with this stored run.")
@click.option("--store", default="", metavar="KIND:PLACE", help="Default: the run's own policy.")
@click.option(
    "--at", default="", metavar="TIME", help="Judge as of this UTC time; default: the run's."
)
@click.option(
    "--out", type=_FILE, default=None, help="Where outcome.json goes; default: beside RUN."
)
@click.option("--json", "as_json", is_flag=True, help="Print outcome.json instead of a table.")
def command(  # one parameter an option
    *, run: Path, baseline: str, store: str, at: str, out: Path | None, as_json: bool
) -> int:
    """Judge RUN (run.json) against the stored runs and write outcome.json."""
    from gate.app.rejudge import rejudge
    from gate.record import encode_outcome, write_atomic

    outcome = rejudge(run, baseline=baseline, store=store, at=at, environ=os.environ)
    write_atomic(out or run.parent / "outcome.json", encode_outcome(outcome))
    tell(shown(outcome, as_json=as_json))
    return outcome.exit

"""`gate judge`: decide stored runs again, without any tool."""

from __future__ import annotations

from pathlib import Path

import click

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("judge")
@click.argument("runs", metavar="[RUN]...", type=_FILE, nargs=-1)
@click.option("--baseline", default="", metavar="REF", help="Compare with this stored run.")
@click.option("--store", default="", metavar="KIND:PLACE", help="Default: the run's own policy.")
@click.option(
    "--at", default="", metavar="TIME", help="Judge as of this UTC time; default: the run's."
)
@click.option(
    "--out",
    type=_FILE,
    default=None,
    help="Where outcome.json goes; default: beside RUN, of several runs .gate/outcome.json.",
)
@click.option(
    "--keep", is_flag=True, help="Keep the run as `gate check` does: clean, whole, of its branches."
)
@click.option("--json", "as_json", is_flag=True, help="Print outcome.json instead of a table.")
def command(  # one parameter an option
    *,
    runs: tuple[Path, ...],
    baseline: str,
    store: str,
    at: str,
    out: Path | None,
    keep: bool,
    as_json: bool,
) -> int:
    """Judge RUN (default .gate/run.json) against the stored runs and write outcome.json.

    Several runs of one check are united first, whatever their order: the shards of a matrix, each
    with its own environment (`gate measure --shard 2/4`); load generators of one system, unit by
    unit (`--generator 1/3`); runs of the same budget in one environment, as further repeats. What
    a shard that is not given was to measure is missing. The united run goes to run.json beside
    outcome.json.
    """
    from gate.cli.doing import do_judge

    return do_judge(
        runs=runs, baseline=baseline, store=store, at=at, out=out, keep=keep, as_json=as_json
    ).outcome.exit

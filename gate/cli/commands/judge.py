"""`gate judge`: decide stored runs again, without any tool."""

from __future__ import annotations

import os
from pathlib import Path

import click

from gate.cli.show import shown
from gate.cli.streams import err, tell

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
    from gate.app.rejudge import rejudge
    from gate.record import encode_outcome, encode_run, write_atomic

    runs = runs or (Path(".gate/run.json"),)
    place = out or (runs[0] if len(runs) == 1 else Path(".gate/run.json")).with_name("outcome.json")
    whole = place.with_name("run.json")
    if len(runs) > 1:
        _refuse_own(whole, runs)
    judged = rejudge(runs, baseline=baseline, store=store, at=at, environ=os.environ)
    if len(runs) > 1:
        write_atomic(whole, encode_run(judged.run))
    write_atomic(place, encode_outcome(judged.outcome))
    tell(shown(judged.outcome, as_json=as_json))
    if keep:
        from gate.app.kept import keep_in

        branches = judged.run.promises.policy.branches
        kept = keep_in(judged.store, branches, judged.run, judged.outcome)
        err(f"{kept or 'not kept: only a clean, complete run of a trusted branch is'}\n")
    return judged.outcome.exit


def _refuse_own(whole: Path, runs: tuple[Path, ...]) -> None:
    """Refuse to write the united run over one of those that it is made of."""
    from gate.errors import UsageError

    if whole.resolve() in {run.resolve() for run in runs}:
        raise UsageError(
            f"the united run would be written to {whole}, which is one of the runs",
            hint="name another place: `--out united/outcome.json`",
        )

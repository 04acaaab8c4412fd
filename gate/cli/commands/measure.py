"""`gate measure`: run the tools and write run.json."""

from __future__ import annotations

from typing import Any

import click

from gate.cli.options import comparing, opened, selecting, sharing
from gate.cli.progress import progress
from gate.cli.streams import out


@click.command("measure")
@selecting
@comparing
@sharing
@click.option("--quiet", is_flag=True, help="No progress.")
def command(*, quiet: bool, **given: Any) -> int:  # noqa: ANN401  # click's parameters
    """Measure what the budgets promise and write run.json; nothing is judged.

    With `--shard 2/4` that is a part of the check: run-2-of-4.json. The budgets are split in the
    same way by every shard; `gate judge run-*.json` unites them all and misses what is absent.
    """
    from gate.app.check import check
    from gate.app.shards import record_name
    from gate.app.workspace import check_depth
    from gate.record import encode_run, write_atomic

    workspace = opened(**given)
    check_depth(workspace)
    with progress(quiet=quiet) as told:
        run = check(workspace, told).run  # an attempt counts, whoever looks at it
    path = workspace.out / record_name(workspace)
    write_atomic(path, encode_run(run))
    out(f"{path}\n")
    return 0

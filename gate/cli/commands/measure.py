"""`gate measure`: run the tools and write run.json."""

from __future__ import annotations

from typing import Any

import click

from gate.cli.options import comparing, proposing, selecting, sharing
from gate.cli.streams import out


@click.command("measure")
@selecting
@comparing
@proposing
@sharing
@click.option("--quiet", is_flag=True, help="No progress.")
def command(*, quiet: bool, **given: Any) -> int:  # noqa: ANN401  # click's parameters
    """Measure what the budgets promise and write run.json; nothing is judged.

    With `--shard 2/4` that is a part of the check: run-2-of-4.json. The budgets are split in the
    same way by every shard; `gate judge run-*.json` unites them all and misses what is absent.
    """
    from gate.cli.doing import do_measure

    out(f"{do_measure(quiet=quiet, **given)}\n")
    return 0

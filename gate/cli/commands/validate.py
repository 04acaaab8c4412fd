"""`gate validate`: whether the budgets are right."""

from __future__ import annotations

from typing import Any

import click

from gate.cli.options import opened, selecting
from gate.cli.streams import err, out


@click.command("validate")
@selecting
def command(**given: Any) -> int:  # noqa: ANN401  # click's parameters
    """Check every budget file without running anything."""
    from gate.app.refusals import refuse_impossible

    spec = opened(**given).spec
    refuse_impossible(spec)
    for note in spec.notes:
        err(f"note: {note}\n")
    count = len(spec.promises.objectives)
    out(f"{len(spec.budgets)} budgets with {count} objectives are valid\n")
    return 0

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
    from gate.core.counted import counted

    spec = opened(**given).spec
    refuse_impossible(spec)
    for note in spec.notes:
        err(f"note: {note}\n")
    budgets = counted(len(spec.budgets), "budget")
    objectives = counted(len(spec.promises.objectives), "objective")
    out(f"{budgets} with {objectives} {'is' if len(spec.budgets) == 1 else 'are'} valid\n")
    return 0

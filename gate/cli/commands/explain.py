"""`gate explain`: why an objective got its verdict."""

from __future__ import annotations

from pathlib import Path

import click

from gate.cli import values
from gate.cli.streams import out
from gate.errors import UsageError


@click.command("explain")
@click.argument("objective", shell_complete=values.objectives)
@click.argument(
    "outcome", type=click.Path(path_type=Path, dir_okay=False), default=Path(".gate/outcome.json")
)
def command(*, objective: str, outcome: Path) -> int:
    """Print the arithmetic behind the verdict on OBJECTIVE in OUTCOME (outcome.json)."""
    import difflib

    from gate.core.naming import meant
    from gate.record import decode_outcome, read_bounded
    from gate.reports.explain import explain

    read = decode_outcome(read_bounded(outcome, made_by="gate check"), str(outcome))
    known = [row.objective.id for row in read.rows]
    found = meant(objective, known)
    if len(found) > 1:
        raise UsageError(f"{objective!r} names several", hint=f"which one: {', '.join(found)}")
    if not found:
        near = difflib.get_close_matches(objective, known, n=3, cutoff=0.3) or known[:5]
        raise UsageError(
            f"{outcome} has no objective {objective!r}", hint=f"it has: {', '.join(near)}"
        )
    out(explain(read, found[0]))
    return 0

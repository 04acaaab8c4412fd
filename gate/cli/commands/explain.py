"""`gate explain`: why an objective got its verdict."""

from __future__ import annotations

import re
from pathlib import Path

import click

from gate.cli import values
from gate.cli.streams import out
from gate.errors import UsageError

_STATISTIC = re.compile(r"/[a-z]\w*(?:\.\d+)?\((.*)\)$")


@click.command("explain")
@click.argument("objective", shell_complete=values.objectives)
@click.argument(
    "outcome", type=click.Path(path_type=Path, dir_okay=False), default=Path(".gate/outcome.json")
)
def command(*, objective: str, outcome: Path) -> int:
    """Print the arithmetic behind the verdict on OBJECTIVE in OUTCOME (outcome.json)."""
    import difflib

    from gate.record import decode_outcome, read_bounded
    from gate.reports.explain import explain

    read = decode_outcome(read_bounded(outcome), str(outcome))
    known = [row.objective.id for row in read.rows]
    # As in a waiver, the metric's own statistic may be left out: web/lcp{page:home}.
    found = [each for each in known if objective in {each, _STATISTIC.sub(r"/\1", each)}]
    if len(found) != 1:
        near = difflib.get_close_matches(objective, known, n=3, cutoff=0.3) or known[:5]
        raise UsageError(
            f"{outcome} has no objective {objective!r}", hint=f"it has: {', '.join(near)}"
        )
    out(explain(read, found[0]))
    return 0

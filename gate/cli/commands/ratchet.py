"""`gate ratchet`: tighter limits for promises that were kept with room to spare for long."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from gate.cli.options import opened, storing
from gate.cli.streams import err, out, plain


@click.command("ratchet")
@storing
@click.option("--profile", default="", help="The profile whose limits are looked at.")
@click.option(
    "--runs", type=click.IntRange(min=8), default=20, show_default=True, help="How many last runs."
)
@click.option(
    "--days",
    type=click.IntRange(min=0),
    default=14,
    show_default=True,
    help="Over how many days these runs have to reach.",
)
@click.option(
    "--headroom",
    type=click.FloatRange(0, 10),
    default=0.1,
    show_default=True,
    help="How far beyond the worst of them the limit stays, as a part of it.",
)
@click.option(
    "--patch", type=click.Path(path_type=Path, dir_okay=False), help="Write the patch here."
)
@click.option("--apply", "apply_", is_flag=True, help="Write the tighter limits to the budgets.")
def command(
    *,
    runs: int,
    days: int,
    headroom: float,
    patch: Path | None,
    apply_: bool,
    **given: Any,  # noqa: ANN401  # click's parameters
) -> int:
    """Propose tighter limits where the last stored runs kept them with room to spare.

    Prints a patch that `git apply` takes; nothing is written without --apply or --patch.
    """
    from gate.app.ratchet.proposals import ratchet
    from gate.core.ratchet import Rules
    from gate.record import write_atomic

    workspace = opened(**given)
    found = ratchet(workspace, Rules(runs=runs, days=days, headroom=headroom))
    told = (*(t.sentence for t in found.tighter), *(a.sentence for a in found.as_it_is))
    err(plain("".join(f"{each}\n" for each in told)))
    if not found.tighter:
        err("nothing is proposed\n")
        return 0
    if patch is not None:
        write_atomic(patch, found.patch.encode())
        err(f"wrote {patch}: look at it, then `git apply {patch}`\n")
    if apply_:
        for file, (_, after) in found.texts.items():
            write_atomic(workspace.root / file, after.encode())
            err(f"wrote {file}: review and commit it\n")
    if patch is None and not apply_:
        out(found.patch)
    return 0

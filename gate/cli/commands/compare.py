"""`gate compare`: how one run differs from another, objective by objective."""

from __future__ import annotations

import os

import click

from gate.cli.streams import out


@click.command("compare")
@click.argument("base")
@click.argument("head", default=".gate/run.json")
@click.option("--store", default="", metavar="KIND:PLACE", help="Another store than the policy's.")
@click.option("--json", "as_json", is_flag=True, help="Print outcome.json instead of text.")
def command(*, base: str, head: str, store: str, as_json: bool) -> int:
    """Compare HEAD (default .gate/run.json) with BASE: records, ids of stored runs, or revisions.

    Every objective of HEAD is asked whether it changed, those without a tolerance too. Limits say
    nothing about a change and are left out. The exit code is of HEAD's tolerances alone: 1 broken,
    3 not comparable, 4 undecided, else 0. Nothing is measured; `gate check --against BASE` does.
    """
    from gate.app.comparing import compare
    from gate.record import encode_outcome
    from gate.reports.between import render

    found = compare(base, head, store=store, environ=os.environ)
    if as_json:
        out(encode_outcome(found.outcome).decode())
    else:
        out(render(found.outcome, found.base, found.head))
        for name in found.gone:
            out(f"only promised in the first: {name}\n")
    return found.outcome.exit

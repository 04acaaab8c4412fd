"""`gate schema`: the JSON Schema of a budget file."""

from __future__ import annotations

import click

from gate.cli.streams import out


@click.command("schema")
@click.argument(
    "kind",
    type=click.Choice(["budget", "services", "policy", "waivers", "accepted", "retired"]),
    default="budget",
)
def command(*, kind: str) -> int:
    """Print the JSON Schema (2020-12) of one KIND of file in budgets/, for editors."""
    import json

    from gate.spec.schema import schema

    out(json.dumps(schema(kind), indent=2, sort_keys=True) + "\n")
    return 0

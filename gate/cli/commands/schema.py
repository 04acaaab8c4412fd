"""`gate schema`: the JSON Schema of a budget file."""

from __future__ import annotations

from pathlib import Path

import click

from gate.cli.streams import out

_KINDS = ("budget", "services", "policy", "waivers", "accepted", "retired")


@click.command("schema")
@click.argument("kind", type=click.Choice(_KINDS), default="budget")
@click.option(
    "--all",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write the schemas of every kind into this folder, such as budgets/.schema.",
)
def command(*, kind: str, folder: Path | None) -> int:
    """Print the JSON Schema (2020-12) of one KIND of file in budgets/, for editors.

    An editor with a YAML language server completes a budget whose first line is
    `# yaml-language-server: $schema=.schema/budget.schema.json`.
    """
    import json

    from gate.record import write_atomic
    from gate.spec.schema import schema

    if folder is None:
        out(json.dumps(schema(kind), indent=2, sort_keys=True) + "\n")
        return 0
    for each in _KINDS:
        path = folder / f"{each}.schema.json"
        write_atomic(path, (json.dumps(schema(each), indent=2, sort_keys=True) + "\n").encode())
        out(f"{path}\n")
    return 0

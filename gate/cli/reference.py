"""The reference page of the command line, made from the commands themselves.

`pytest tests/cli/test_reference.py --update-golden` writes the committed page anew.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import click

from gate.cli.main import group

_HEAD = """\
<!-- Made by gate/cli/reference.py from the commands: change those, then run
pytest tests/cli/test_reference.py --update-golden -->

# Commands

`gate COMMAND --help` prints the same. Results go to stdout, progress and notes to stderr. Every
command ends with one of the [exit codes](../index.md#exit-codes).
"""


def reference() -> str:
    """The page `docs/reference/commands.md`."""
    context = click.Context(group, info_name="gate")
    return "\n".join([_HEAD, *_pages(group, context)])


def _pages(command: click.Group, context: click.Context) -> Iterator[str]:
    for name in command.list_commands(context):
        found = command.get_command(context, name)
        if found is None or found.hidden:
            continue
        inner = click.Context(found, info_name=name, parent=context)
        yield _page(found, inner)
        if isinstance(found, click.Group):
            yield from _pages(found, inner)


def _page(command: click.Command, context: click.Context) -> str:
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    about = inspect.cleandoc(command.help or "").replace("\b\n", "")
    options = [record for param in command.params if (record := param.get_help_record(context))]
    parts = [f"## {context.command_path}", f"`{usage}`", about]
    if options:
        rows = (f"| `{names}` | {_cell(text)} |" for names, text in options)
        parts.append("\n".join(["| option | |", "| --- | --- |", *rows]))
    return "\n\n".join(part for part in parts if part) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")

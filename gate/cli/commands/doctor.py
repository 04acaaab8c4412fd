"""`gate doctor`: what is here, what is missing, and how to get it."""

from __future__ import annotations

from pathlib import Path

import click

from gate.cli.show import colour_wanted
from gate.cli.streams import out, plain

_MARKS = {"ok": ("ok  ", "32"), "warn": ("note", "33"), "bad": ("BAD ", "31")}


@click.command("doctor")
def command() -> int:
    """Look at tools and machine; exit 3 where something that the budgets need is missing."""
    from gate.app.doctor import examine
    from gate.core.verdict import Exit
    from gate.tools import Level

    lines = examine(Path.cwd())
    colour = colour_wanted()
    for line in lines:
        mark, code = _MARKS[line.status.value]
        shown = f"\x1b[{code}m{mark}\x1b[0m" if colour else mark
        out(f"{shown}  {plain(f'{line.what}: {line.found}')}\n")
        if line.remedy:
            out(plain(f"      -> {line.remedy}\n"))
    bad = any(line.status is Level.BAD for line in lines)
    return Exit.MISSING if bad else Exit.OK

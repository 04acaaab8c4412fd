"""`gate plan`: what would run."""

from __future__ import annotations

from typing import Any

import click

from gate.cli.options import comparing, opened, selecting, sharing
from gate.cli.streams import out, plain


@click.command("plan")
@selecting
@comparing
@sharing
def command(**given: Any) -> int:  # noqa: ANN401  # click's parameters
    """Say what a check would run, how often, and what it would compare with."""
    from gate.app.plan import plan

    out(plain(plan(opened(**given))))
    return 0

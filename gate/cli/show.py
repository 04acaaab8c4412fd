"""An outcome on stdout: the terminal report, or the record itself."""

from __future__ import annotations

import os
import shutil
import sys

from gate.cli.streams import out
from gate.core.verdict import Outcome


def show_outcome(outcome: Outcome, *, as_json: bool) -> None:
    """Print the outcome; colour only on a terminal that has not set `NO_COLOR`."""
    if as_json:
        from gate.record import encode_outcome

        out(encode_outcome(outcome).decode())
        return
    from gate.reports.terminal import render

    out(render(outcome, colour=colour_wanted(), width=_width()))


def colour_wanted() -> bool:
    """Whether stdout takes colour: `NO_COLOR` and `TERM=dumb` say no, `FORCE_COLOR` yes."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def _width() -> int:
    return shutil.get_terminal_size((110, 24)).columns if sys.stdout.isatty() else 110

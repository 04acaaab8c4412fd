"""An outcome as text for stdout: the terminal report, or the record itself."""

from __future__ import annotations

import os
import shutil
import sys

from gate.core.verdict import Outcome


def shown(outcome: Outcome, *, as_json: bool = False) -> str:
    """The outcome to print; colour only on a terminal that has not set `NO_COLOR`."""
    if as_json:
        from gate.record import encode_outcome

        return encode_outcome(outcome).decode()
    from gate.reports.terminal import render

    return render(outcome, colour=colour_wanted(), width=_width())


def colour_wanted() -> bool:
    """Whether stdout takes colour: `NO_COLOR` and `TERM=dumb` say no, `FORCE_COLOR` yes."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def _width() -> int:
    return shutil.get_terminal_size((110, 24)).columns if sys.stdout.isatty() else 110

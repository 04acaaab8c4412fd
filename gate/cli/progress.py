"""Progress on stderr while tools run: what runs, how long it takes, what is left."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from gate.app.progress import Progress, Silent
from gate.cli.streams import err
from gate.core.units import Dimension, show

if TYPE_CHECKING:
    from rich.status import Status


def progress(*, quiet: bool) -> Progress:
    """Nothing with `--quiet`, a live line on a terminal, plain lines elsewhere."""
    if quiet:
        return Silent()
    return Live() if sys.stderr.isatty() else Lines()


class Lines:
    """One line per event, for logs."""

    def note(self, text: str) -> None:
        """Write the note."""
        err(f"  {_plain(text)}\n")

    def budget(self, name: str, position: int, of: int, left: float) -> None:
        """Write which budget begins and what is left."""
        err(f"{_plain(_budget(name, position, of, left))}\n")

    def unit(self, budget: str, index: int, minimum: int, maximum: int) -> None:
        """Write which unit begins."""
        err(f"  {_plain(_unit(budget, index, minimum, maximum))}\n")

    def done(self, budget: str, units: int, seconds: float) -> None:
        """Write how long a budget took."""
        err(f"  {_plain(budget)}: {units} measured in {seconds:.0f} s\n")


class Live:
    """A spinner with the current unit; notes above it."""

    def __init__(self) -> None:
        self._status: Status | None = None
        self._began = time.monotonic()

    def note(self, text: str) -> None:
        """Write the note above the live line."""
        self._stop()
        err(f"  {_plain(text)}\n")

    def budget(self, name: str, position: int, of: int, left: float) -> None:
        """Write which budget begins and what is left."""
        self._stop()
        err(f"{_plain(_budget(name, position, of, left))}\n")

    def unit(self, budget: str, index: int, minimum: int, maximum: int) -> None:
        """Show which unit runs and since when."""
        from rich.console import Console
        from rich.markup import escape

        text = _unit(budget, index, minimum, maximum)
        passed = time.monotonic() - self._began
        shown = f"{escape(_plain(text))} [dim]({passed:.0f} s so far)[/]"
        if self._status is None:
            self._status = Console(stderr=True).status(shown)
            self._status.start()
        self._status.update(shown)

    def done(self, budget: str, units: int, seconds: float) -> None:
        """Write how long a budget took."""
        self.note(f"{budget}: {units} measured in {seconds:.0f} s")

    def _stop(self) -> None:
        if self._status is not None:
            self._status.stop()
            self._status = None


def _budget(name: str, position: int, of: int, left: float) -> str:
    remaining = f", about {show(left, Dimension.TIME)} left" if left else ""
    return f"{name}: budget {position} of {of}{remaining}"


def _unit(budget: str, index: int, minimum: int, maximum: int) -> str:
    planned = f"{minimum}" if index < minimum else f"at most {maximum}"
    return f"{budget}: repeat {index + 1} of {planned}"


def _plain(text: str) -> str:
    """Names come from strangers: control characters would reach the terminal."""
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)

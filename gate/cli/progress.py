"""Progress on stderr while tools run: what runs, how long it takes, what is left."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from gate.app.progress import Progress, Silent, Waiting
from gate.cli.streams import err, plain
from gate.core.units import Dimension, show

if TYPE_CHECKING:
    from rich.status import Status


@contextlib.contextmanager
def progress(*, quiet: bool) -> Iterator[Progress]:
    """Nothing with `--quiet`, a live line on a terminal, plain lines elsewhere.

    However it ends, the terminal has its cursor back.
    """
    if quiet or not sys.stderr.isatty():
        yield Silent() if quiet else Lines()
        return
    live = Live()
    try:
        yield live
    finally:
        live.stop()


class Lines:
    """One line per event, for logs."""

    def note(self, text: str) -> None:
        """Write the note."""
        err(f"  {_line(text)}\n")

    def budget(self, name: str, position: int, of: int, left: float) -> None:
        """Write which budget begins and what is left."""
        err(f"{_budget(name, position, of, left)}\n")

    def unit(self, budget: str, index: int, minimum: int, maximum: int) -> None:
        """Write which unit begins."""
        err(f"  {_unit(budget, index, minimum, maximum)}\n")

    def done(self, budget: str, units: int, seconds: float) -> None:
        """Write how long a budget took."""
        err(f"  {budget}: {units} measured in {seconds:.0f} s\n")

    def looked(self, decided: int, waiting: tuple[Waiting, ...]) -> None:
        """Write what is decided, what is not and why."""
        for line in _looked(decided, waiting):
            err(f"  {_line(line)}\n")


class Live:
    """A spinner with the current unit; notes above it."""

    def __init__(self) -> None:
        self._status: Status | None = None
        self._began = time.monotonic()

    def note(self, text: str) -> None:
        """Write the note above the live line."""
        self.stop()
        err(f"  {_line(text)}\n")

    def budget(self, name: str, position: int, of: int, left: float) -> None:
        """Write which budget begins and what is left."""
        self.stop()
        err(f"{_budget(name, position, of, left)}\n")

    def unit(self, budget: str, index: int, minimum: int, maximum: int) -> None:
        """Show which unit runs and since when."""
        from rich.console import Console
        from rich.markup import escape

        text = _unit(budget, index, minimum, maximum)
        passed = time.monotonic() - self._began
        shown = f"{escape(plain(text))} [dim]({passed:.0f} s so far)[/]"
        if self._status is None:
            self._status = Console(stderr=True).status(shown)
            self._status.start()
        self._status.update(shown)

    def done(self, budget: str, units: int, seconds: float) -> None:
        """Write how long a budget took."""
        self.note(f"{budget}: {units} measured in {seconds:.0f} s")

    def looked(self, decided: int, waiting: tuple[Waiting, ...]) -> None:
        """Write what is decided, what is not and why."""
        for line in _looked(decided, waiting):
            self.note(line)

    def stop(self) -> None:
        """Take the live line away."""
        if self._status is not None:
            self._status.stop()
            self._status = None


def _budget(name: str, position: int, of: int, left: float) -> str:
    remaining = f", about {show(left, Dimension.TIME)} left" if left else ""
    return f"{name}: budget {position} of {of}{remaining}"


def _unit(budget: str, index: int, minimum: int, maximum: int) -> str:
    planned = f"{minimum}" if index < minimum else f"at most {maximum}"
    return f"{budget}: repeat {index + 1} of {planned}"


_MOST_WAITING = 5


def _looked(decided: int, waiting: tuple[Waiting, ...]) -> Iterator[str]:
    """One line for all, one for each of the first that wait."""
    of = decided + len(waiting)
    yield f"decided: {decided} of {of} objective{'s' if of != 1 else ''}"
    for each in waiting[:_MOST_WAITING]:
        left = f"; at most {each.left} more repeats" if each.left else "; no more repeats"
        yield f"still open: {each.objective}: {each.why}{left}"
    if len(waiting) > _MOST_WAITING:
        yield f"and {len(waiting) - _MOST_WAITING} more that are still open"


def _line(text: str) -> str:
    """What a tool said may be of several lines; a note is one."""
    return " ".join(text.split())

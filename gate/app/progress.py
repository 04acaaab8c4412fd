"""What the pipeline tells while it works; the command line decides how that looks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Waiting:
    """An objective that is not decided yet, and why; `left` more units a side there may be."""

    objective: str
    why: str
    left: int


class Progress(Protocol):
    """Told what runs, what is left and what happened. Never raises, never decides anything."""

    def note(self, text: str) -> None:
        """Something worth a line: installed, prepared, started, failed and tried again."""

    def budget(self, name: str, position: int, of: int, left: float) -> None:
        """A budget begins, the `position`-th; `left` seconds are expected, 0 for unknown."""

    def unit(self, budget: str, index: int, minimum: int, maximum: int) -> None:
        """A unit begins: the `index`-th (from 0) of at least `minimum` and at most `maximum`."""

    def done(self, budget: str, units: int, seconds: float) -> None:
        """A budget's minimum is measured, in that many seconds."""

    def looked(self, decided: int, waiting: tuple[Waiting, ...]) -> None:
        """The data were judged: so many objectives are decided, and these are not."""


class Silent:
    """Tells nobody."""

    def note(self, text: str) -> None:
        """Say nothing."""

    def budget(self, name: str, position: int, of: int, left: float) -> None:
        """Say nothing."""

    def unit(self, budget: str, index: int, minimum: int, maximum: int) -> None:
        """Say nothing."""

    def done(self, budget: str, units: int, seconds: float) -> None:
        """Say nothing."""

    def looked(self, decided: int, waiting: tuple[Waiting, ...]) -> None:
        """Say nothing."""


class OnBase:
    """Passes on what happens on the base's tree, and says so."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def note(self, text: str) -> None:
        """Pass it on as the base's."""
        self._progress.note(f"base: {text}")

    def budget(self, name: str, position: int, of: int, left: float) -> None:
        """Pass it on."""
        self._progress.budget(name, position, of, left)

    def unit(self, budget: str, index: int, minimum: int, maximum: int) -> None:
        """Pass it on."""
        self._progress.unit(budget, index, minimum, maximum)

    def done(self, budget: str, units: int, seconds: float) -> None:
        """Pass it on."""
        self._progress.done(budget, units, seconds)

    def looked(self, decided: int, waiting: tuple[Waiting, ...]) -> None:
        """Pass it on."""
        self._progress.looked(decided, waiting)

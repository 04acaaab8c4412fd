"""Secrets stay out of records, reports and progress: every text of a run passes here once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from gate.app.progress import Progress, Waiting
from gate.core.run import Run
from gate.record import as_recorded, rewrite_run
from gate.spec import Secrets


def redacted(run: Run, *secrets: Secrets) -> Run:
    """The run as its record will read, with every secret value replaced in every text."""

    def redact(text: str) -> str:
        for each in secrets:
            text = each.redact(text)
        return text

    return as_recorded(rewrite_run(run, redact))


class Redacting:
    """Progress that never shows a secret."""

    def __init__(self, progress: Progress, secrets: Secrets) -> None:
        self._progress = progress
        self._redact: Callable[[str], str] = secrets.redact

    def note(self, text: str) -> None:
        """Pass the note on without secrets."""
        self._progress.note(self._redact(text))

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
        """Pass it on without secrets."""
        hidden = (
            replace(w, objective=self._redact(w.objective), why=self._redact(w.why))
            for w in waiting
        )
        self._progress.looked(decided, tuple(hidden))

"""The report seam: an outcome becomes text. No I/O, no clock, no network."""

from __future__ import annotations

from typing import Protocol

from gate.core.verdict import Outcome


class Report(Protocol):
    """A format, chosen by `--report NAME=PATH`."""

    name: str
    suffix: str

    def render(self, outcome: Outcome) -> str:
        """The whole report as text; names from strangers stay text."""

"""The report seam: an outcome becomes text. No I/O, no clock, no network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from gate.core.verdict import Outcome


class Report(Protocol):
    """A format, chosen by `--report NAME=PATH`."""

    name: str
    suffix: str

    def render(self, outcome: Outcome) -> str:
        """The whole report as text; names from strangers stay text."""


@runtime_checkable
class Folder(Protocol):
    """A format of several files: `PATH` in `--report NAME=PATH` is a folder."""

    def files(self, outcome: Outcome) -> Mapping[str, str]:
        """The text of every file, by its name in the folder."""

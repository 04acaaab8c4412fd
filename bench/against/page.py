"""The page of documentation with what was measured, section by section."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench import readme
from bench.against.work import ROOT, machine

PAGE = ROOT / "docs" / "against.md"


@dataclass(frozen=True)
class Goal:
    """A line of a table: how many of the trials hit, and how many of `of` may be wrong.

    A hit is wrong, or where it is wanted (`least`) each trial that is none.
    """

    what: str
    hits: int
    trials: int
    allowed: int
    of: int
    least: bool = False

    @property
    def met(self) -> bool:
        """Whether no more went wrong than may; before there are `of`, as many as of those."""
        wrong = self.trials - self.hits if self.least else self.hits
        return self.trials > 0 and wrong * self.of <= self.allowed * max(self.trials, self.of)

    def line(self) -> str:
        """As a row of Markdown."""
        told = "MISSED" if not self.met else "met" if self.trials >= self.of else "met so far"
        good = self.of - self.allowed if self.least else self.allowed
        wanted = f"{'at least' if self.least else 'at most'} {good} of {self.of}"
        told = told if self.trials else "not run"
        return f"| {self.what} | {self.hits} of {self.trials} | {wanted} | {told} |"


def table(goals: Sequence[Goal]) -> list[str]:
    """The goals as Markdown."""
    return [
        "| what | counted | wanted | |",
        "| --- | --- | --- | --- |",
        *(g.line() for g in goals),
    ]


def colophon(command: str, versions: int, extra: str = "") -> str:
    """Who says so: the command, the day, the machine, how many versions of the gate."""
    day = datetime.now(UTC).date().isoformat()
    of = "one version of the gate" if versions <= 1 else f"{versions} versions of the gate"
    return f"`{command}`, {day}, {of}{extra}; {machine()}."


def write(section: str, lines: Sequence[str], page: Path = PAGE) -> None:
    """Put a section between its two marks; raises ValueError where the page has no place for it."""
    readme.write(section, "\n".join(lines), page)

"""The contract of a report: every answer is shown, and names from strangers stay text.

Subclass it, give the report and say which syntax its text has:

    class TestMyReport(ReportContract):
        report = MyReport()
        syntax = Syntax.HTML
"""

from __future__ import annotations

import html
import re
from abc import ABC
from typing import ClassVar

import pytest

from gate.core.verdict import Outcome, Row, Status
from gate.seams.report import Report
from gate.testing import sample_outcomes
from gate.testing.syntax import Syntax, elements, plain

OUTCOMES = {
    "nothing at all": sample_outcomes.empty_outcome(),
    "all passes": sample_outcomes.passing_outcome(),
    "every status": sample_outcomes.mixed_outcome(),
    "hostile names": sample_outcomes.hostile_outcome(),
    "two thousand rows": sample_outcomes.large_outcome(),
}
_QUIET = frozenset({Status.PASS, Status.SKIPPED})
_STYLE = re.compile(r"\x1b\[[0-9;]*m")


class ReportContract(ABC):
    """Subclass as `Test…`; see the module for an example."""

    report: ClassVar[Report]
    syntax: ClassVar[Syntax]
    hides: ClassVar[frozenset[Status]] = frozenset()
    """Statuses that this format leaves out; of pass and skipped only, never of a problem."""
    longest: ClassVar[int] = 0
    """How many characters the format may have, 0 where it may have any number."""

    def named(self, row: Row) -> str:
        """What of a row must be readable in the report, whatever the lines are broken at."""
        return str(row.objective.sli.selector)

    def test_it_has_a_name_and_a_suffix(self) -> None:
        """As `--report NAME=PATH` needs them."""
        assert re.fullmatch(r"[a-z][a-z0-9-]*", self.report.name)
        assert re.fullmatch(r"\.[a-z0-9.]+", self.report.suffix)
        assert self.hides <= _QUIET

    @pytest.mark.parametrize("outcome", OUTCOMES.values(), ids=OUTCOMES.keys())
    def test_it_renders_the_same_text_every_time(self, outcome: Outcome) -> None:
        """Text that can be written to a file, depending on nothing but the outcome."""
        text = self.report.render(outcome)
        assert text.strip()
        assert self.report.render(outcome) == text
        text.encode("utf-8")

    def test_it_shows_every_objective(self) -> None:
        """None is left out, but for the statuses that the format hides."""
        outcome = OUTCOMES["every status"]
        text = _squeezed(plain(self.report.render(outcome), self.syntax))
        shown = [row for row in outcome.rows if row.status not in self.hides]
        lacking = [row.objective.id for row in shown if _squeezed(self.named(row)) not in text]
        assert lacking == []

    def test_nothing_does_not_read_like_a_pass(self) -> None:
        """An outcome without rows says so in words of its own."""
        nothing = self.report.render(OUTCOMES["nothing at all"])
        assert nothing != self.report.render(OUTCOMES["all passes"])
        assert "✅" not in nothing

    def test_names_from_strangers_carry_no_control_characters(self) -> None:
        """No escape sequence, no bell, no NUL, no change of the reading direction."""
        text = _STYLE.sub("", self.report.render(OUTCOMES["hostile names"]))
        bad = {char for char in text if not char.isprintable() and char not in "\n\t"}
        assert {f"{ord(char):#06x}" for char in bad} == set()

    def test_names_from_strangers_become_no_markup(self) -> None:
        """No element and no attribute that the report does not have with friendly names."""
        hostile = elements(self.report.render(OUTCOMES["hostile names"]), self.syntax)
        friendly = elements(self.report.render(OUTCOMES["every status"]), self.syntax)
        assert hostile - friendly == set()

    def test_names_from_strangers_become_no_command_of_the_ci(self) -> None:
        """A line that begins with `::` steers GitHub, in any log that it is printed to."""
        hostile = _commands(self.report.render(OUTCOMES["hostile names"]))
        assert hostile <= _commands(self.report.render(OUTCOMES["every status"]))

    def test_a_large_outcome_fits(self) -> None:
        """Two thousand failing rows become no more than the place takes, and say what is cut."""
        text = self.report.render(OUTCOMES["two thousand rows"])
        assert not self.longest or len(text) <= self.longest


def _squeezed(text: str) -> str:
    return "".join(html.unescape(text).split())


def _commands(text: str) -> set[str]:
    """The workflow commands in a text."""
    found = re.findall(r"^[ \t]*(?:::|##\[)([A-Za-z_-]+)", _STYLE.sub("", text), re.MULTILINE)
    return set(found)

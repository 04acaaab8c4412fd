"""What every report says, once: an outcome as sentences, columns and numbers in order.

The formats only lay it out and escape it. All text in a view is `visible` already.
"""

from __future__ import annotations

from dataclasses import dataclass

from gate.core.loosening import Loosening
from gate.core.verdict import Effect, Exit, Outcome, Status
from gate.reports.headline import Headline, headline_of
from gate.reports.marks import Mark, exit_sentence, gate_mark
from gate.reports.method import commit_line, failed_attempts, how_measured, pairs_of
from gate.reports.next_steps import folders_named
from gate.reports.quiet import disturbed_repeats
from gate.reports.rows import RowView, row_view
from gate.reports.safe import clean
from gate.reports.suspects import ALSO_SUSPECT, suspects_of

Lists = tuple[tuple[str, tuple[str, ...]], ...]
"""Lines under names."""


@dataclass(frozen=True, slots=True)
class View:
    """An outcome as its reader sees it; `rows` are worst first."""

    headline: Headline
    mark: Mark
    exit: Exit
    exit_sentence: str
    commit: str
    rows: tuple[RowView, ...]
    suspects: tuple[str, ...]
    warnings: tuple[str, ...]
    loosened: tuple[str, ...]
    loosenings: tuple[Loosening, ...]
    failed_attempts: tuple[str, ...]
    disturbed: tuple[str, ...]
    notes: tuple[str, ...]
    how: tuple[tuple[str, str], ...]
    tools: tuple[tuple[str, str], ...]
    environment: tuple[tuple[str, str], ...]

    @property
    def attention(self) -> Lists:
        """What to read beside the rows that close the gate; lists with lines only."""
        return _filled(
            (ALSO_SUSPECT, self.suspects),
            ("budgets loosened or deleted in this change", self.loosened),
            ("warnings", self.warnings),
        )

    @property
    def circumstances(self) -> Lists:
        """What happened while it was measured; lists with lines only."""
        return _filled(
            ("failed attempts", self.failed_attempts),
            ("disturbed repeats", self.disturbed),
            ("notes", self.notes),
        )

    @property
    def blocking(self) -> tuple[RowView, ...]:
        """The rows that close the gate."""
        return tuple(row for row in self.rows if row.effect is Effect.BLOCKS)

    @property
    def noted(self) -> tuple[RowView, ...]:
        """The rows that do not close the gate but ask for attention: not passed, not skipped."""
        quiet = {Status.PASS, Status.SKIPPED}
        return tuple(
            row for row in self.rows if row.effect is not Effect.BLOCKS and row.status not in quiet
        )

    @property
    def passed(self) -> tuple[RowView, ...]:
        """The rows with evidence on the good side."""
        return tuple(row for row in self.rows if row.status is Status.PASS)

    @property
    def skipped(self) -> tuple[RowView, ...]:
        """The rows that were deselected and do not block."""
        return tuple(
            row
            for row in self.rows
            if row.status is Status.SKIPPED and row.effect is not Effect.BLOCKS
        )


def _filled(*named: tuple[str, tuple[str, ...]]) -> Lists:
    return tuple((name, lines) for name, lines in named if lines)


def view_of(outcome: Outcome) -> View:
    """The view of an outcome, whoever made it."""
    outcome = clean(outcome)
    policy, base = outcome.policy, outcome.commit.base
    folders = folders_named(row.objective for row in outcome.rows)
    views = (row_view(row, policy, base, folders) for row in outcome.rows)
    rows = sorted(views, key=lambda row: row.rank)
    return View(
        headline=headline_of(outcome.exit, tuple(rows)),
        mark=gate_mark(outcome.exit),
        exit=outcome.exit,
        exit_sentence=exit_sentence(outcome.exit),
        commit=commit_line(outcome),
        rows=tuple(rows),
        suspects=suspects_of(outcome),
        warnings=outcome.warnings,
        loosened=tuple(each.sentence for each in outcome.loosened),
        loosenings=outcome.loosened,
        failed_attempts=failed_attempts(outcome),
        disturbed=disturbed_repeats(outcome),
        notes=outcome.notes,
        how=how_measured(outcome),
        tools=outcome.tools,
        environment=pairs_of(outcome.environment),
    )

"""Each format of the shared sample outcomes, byte for byte; `pytest --update-golden` rewrites."""

from __future__ import annotations

import pytest

from gate.core.verdict import Outcome
from gate.reports import find
from gate.reports.explain import explain
from gate.reports.terminal import Terminal
from gate.testing.sample_outcomes import (
    empty_outcome,
    hostile_outcome,
    mixed_outcome,
    passing_outcome,
)
from tests.conftest import Golden

_OUTCOMES = {
    "mixed": mixed_outcome(),
    "passing": passing_outcome(),
    "empty": empty_outcome(),
}


_FILES = {
    "terminal": ".txt",
    "markdown": ".md",
    "html": ".html",
    "junit": ".xml",
    "azure": ".azure.log",
    "buildkite": ".buildkite.md",
    "html-dir": ".html-dir.html",
    "csv": ".csv",
    "github": ".github.log",
    "gitlab": ".gitlab.json",
    "gitlab-load": ".gitlab-load.json",
    "openmetrics": ".openmetrics.txt",
}


@pytest.mark.parametrize("format_name", _FILES)
@pytest.mark.parametrize(("name", "outcome"), _OUTCOMES.items(), ids=_OUTCOMES.keys())
def test_a_report_is_as_committed(
    golden: Golden, format_name: str, name: str, outcome: Outcome
) -> None:
    golden(f"{name}{_FILES[format_name]}", find(format_name).render(outcome))


@pytest.mark.parametrize("format_name", ["terminal", "markdown"])
def test_hostile_names_are_as_committed(golden: Golden, format_name: str) -> None:
    report = find(format_name)
    golden(f"hostile{report.suffix}", report.render(hostile_outcome()))


def test_a_coloured_terminal_is_as_committed(golden: Golden) -> None:
    golden("mixed.ansi", Terminal(width=80, colour=True).render(mixed_outcome()))


def test_every_explanation_is_as_committed(golden: Golden) -> None:
    outcome = mixed_outcome()
    told = [explain(outcome, row.objective.id) for row in outcome.rows]
    golden("explain.txt", "\n".join(told))

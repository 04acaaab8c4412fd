"""Annotations of a check run: what closes the gate first, each at its budget's line."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gate.core.verdict import Exit
from gate.reports.annotations import MOST, annotated, conclusion
from gate.testing import sample_outcomes
from gate.testing.samples import LOOSER


def test_each_row_that_asks_for_a_look_is_at_its_line_what_blocks_first() -> None:
    found = annotated(sample_outcomes.mixed_outcome())
    levels = [each.level for each in found]
    assert levels == sorted(levels)  # `failure`, then `warning`
    assert {"failure", "warning"} == set(levels)
    assert all(each.path.startswith("budgets/") and each.line > 0 for each in found)
    assert all("reproduce: gate check" in each.message for each in found[:-1])
    assert found[-1].message == LOOSER.sentence


def test_what_passes_says_nothing() -> None:
    for made in (sample_outcomes.passing_outcome(), sample_outcomes.empty_outcome()):
        assert annotated(replace(made, loosened=())) == ()


def test_what_was_loosened_is_at_its_line() -> None:
    (found,) = annotated(sample_outcomes.passing_outcome())
    assert (found.path, found.line, found.level) == ("budgets/api.yml", 16, "warning")


def test_there_is_an_end_to_it() -> None:
    assert len(annotated(sample_outcomes.large_outcome(2000))) <= MOST


def test_names_from_strangers_stay_on_their_line() -> None:
    for each in annotated(sample_outcomes.hostile_outcome()):
        assert each.title.isprintable()


@pytest.mark.parametrize("code", list(Exit))
def test_only_an_open_gate_is_a_success(code: Exit) -> None:
    assert (conclusion(code) == "success") == (code is Exit.OK)

"""Where a stored baseline only screened, reports show both looks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gate.core.verdict import BaselineSource, Bound, Outcome, Verdict
from gate.reports.explain import explain
from gate.reports.registry import find
from gate.testing import samples
from gate.testing.sample_outcomes import mixed_outcome

NOW = BaselineSource("against", "c0ffee" * 6 + "c0ff", 1, 1, samples.STARTED)


def both_looks() -> Outcome:
    """The mixed outcome, its compared rows decided by fresh data after a first look."""
    whole = mixed_outcome()
    rows = tuple(replace(row, verdicts=tuple(map(_confirmed, row.verdicts))) for row in whole.rows)
    return replace(whole, rows=rows)


def _confirmed(verdict: Verdict) -> Verdict:
    first = verdict.comparison
    if verdict.bound is not Bound.TOLERANCE or first is None or first.ratio is None:
        return verdict
    slower = replace(first, ratio=2.5, low=2.0, high=3.0)
    return replace(verdict, baseline=NOW, screened=slower, screened_by=verdict.baseline)


@pytest.mark.parametrize("name", ["terminal", "markdown", "html", "junit"])
def test_a_report_names_both_looks(name: str) -> None:
    text = " ".join(find(name).render(both_looks()).split())
    assert "measured again because the first look" in text.replace("&#39;", "'")
    assert "150" in text


def test_explaining_shows_the_arithmetic_of_both_looks() -> None:
    whole = both_looks()
    row = next(r for r in whole.rows if any(v.screened for v in r.verdicts))
    text = explain(whole, row.objective.id)
    assert "the first look, which only screens" in text
    assert "it was suspect, and measured again in turn" in text
    assert text.index("verdict  ") < text.index("the first look, which")


def test_without_a_first_look_nothing_is_said_of_one() -> None:
    whole = mixed_outcome()
    assert "first look" not in "".join(find(n).render(whole) for n in ("terminal", "html"))
    assert all("first look" not in explain(whole, r.objective.id) for r in whole.rows)

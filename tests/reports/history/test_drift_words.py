"""What reports say of a drift budget: from what to what, since when, and the arithmetic."""

import pytest

from gate.reports import find
from gate.reports.explain import explain
from gate.reports.view import view_of
from tests.core.judge.test_drift import PLAIN, decided, steady, story


@pytest.mark.parametrize(
    ("value", "days", "words"),
    [
        pytest.param(
            0.24,
            110,
            ("slower: 200 ms → 240 ms", "days ago (8 runs until", "at most 5 % worse over 90 days"),
            id="beyond",
        ),
        pytest.param(0.2, 110, ("within at most 5 % worse over 90 days",), id="within"),
        pytest.param(
            0.2, 30, ("cannot tell: the stored runs reach 30 days back, not 90 days",), id="short"
        ),
    ],
)
def test_a_drift_is_said(value: float, days: int, words: tuple[str, ...]) -> None:
    outcome = decided(value, story(steady(days, sd=0.004)))
    (row,) = view_of(outcome).rows
    said = " ".join(row.sentences)
    assert [each for each in words if each not in said] == []
    for name in ("terminal", "markdown", "html", "junit", "csv"):
        assert "over 90 days" in find(name).render(outcome)


def test_the_arithmetic_of_a_drift_is_told() -> None:
    told = " ".join(explain(decided(0.24, story(steady(110))), PLAIN.id).split())
    assert "drift: head against the mean of stored runs of some time ago" in told
    assert "fail when the good end is beyond +5 %" in told
    assert "pass when the bad end is within +10 %" in told

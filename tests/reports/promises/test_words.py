"""Each promise in plain sentences."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gate.core.metric import Better
from gate.core.model import Amount, Drift, Objective, Policy, Tolerance
from gate.core.units import Dimension
from gate.reports.promises.words import rules, sentences
from tests.helpers.judging import objective

TIME = objective("p95(time{op:read})", limit=0.3, warn=0.25, tolerance=0.1)


@pytest.mark.parametrize(
    ("promise", "said"),
    [
        pytest.param(
            TIME,
            "The 95th percentile of time where op is read is at most 300 ms, and warns from 250 ms."
            " It gets at most 10 % worse than the baseline.",
            id="limit-and-tolerance",
        ),
        pytest.param(
            replace(
                TIME,
                limit=None,
                tolerance=Tolerance(
                    Amount(0.1, relative=True), Amount(0.05, relative=True), floor=0.005
                ),
            ),
            "The 95th percentile of time where op is read gets at most 10 % worse than the "
            "baseline, and warns from 5 %; a change below 5 ms does not count.",
            id="warning-and-floor",
        ),
        pytest.param(
            objective("share(time > 200 ms)", limit=0.001, dimension=Dimension.SHARE),
            "The share of time > 200 ms is at most 0.1 %.",
            id="a-share-beyond-a-bound",
        ),
        pytest.param(
            objective("rate(failed)", limit=0.01, dimension=Dimension.SHARE),
            "The share of failed is at most 1 %.",
            id="a-rate-that-is-a-share",
        ),
        pytest.param(
            objective("rate(reqs)", limit=150, dimension=Dimension.RATE, better=Better.HIGHER),
            "The rate of reqs is at least 150 /s.",
            id="higher-is-better",
        ),
        pytest.param(
            objective("median(time)", tolerance=0.0, each="test"),
            "The median of time, for each test, does not get worse than the baseline.",
            id="no-worsening-at-all-for-each",
        ),
        pytest.param(
            objective("p99.9(time)", tolerance=-0.3, blocking=False),
            "The 99.9th percentile of time gets at least 30 % better than the baseline. It is "
            "shown and never closes the gate.",
            id="a-goal-that-does-not-block",
        ),
        pytest.param(
            replace(objective("p22(time)", limit=1), drift=Drift(Amount(0.05, relative=True), 90)),
            "The 22nd percentile of time is at most 1 s. It gets at most 5 % worse over 90 days, "
            "build by build.",
            id="drift",
        ),
    ],
)
def test_a_promise_is_said_in_sentences(promise: Objective, said: str) -> None:
    assert " ".join(sentences(promise)) == said


def test_the_policy_is_said_in_sentences() -> None:
    strict = Policy(
        undecided="fail", loosening="refuse", budgets_from="base", bootstrap_until="2027-01-15"
    )
    assert rules(strict) == (
        "Of checks of unchanged code 1 % find a regression.",
        "Of worsenings that a check sets out to find 5 % pass.",
        "What stays undecided closes the gate.",
        "A change that loosens or deletes a promise is refused.",
        "A change is judged by the budgets of its base, not by its own.",
        "Baselines come from main, master.",
        "Until 2027-01-15 a missing baseline does not close the gate.",
    )
    assert "What stays undecided warns." in rules(Policy())

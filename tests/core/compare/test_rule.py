"""The rule itself: fail before warn before pass, and what is undecided."""

from typing import Any

import pytest

from gate.core.compare.bounds import Bounds
from gate.core.compare.rule import Errors, decide, errors_of
from gate.core.stats.evidence import Evidence, Scale, exactly
from gate.core.verdict import Status

ERRORS = Errors(0.01, 0.05)


def between(low: float, estimate: float, high: float) -> Evidence:
    """Evidence with these ends at the errors asked for, and no others."""
    return Evidence(
        estimate,
        Scale.RATIO,
        {ERRORS.alarm: low}.__getitem__,
        {ERRORS.miss: high}.__getitem__,
        lambda _: 0.5,
    )


@pytest.mark.parametrize(
    ("low", "estimate", "high", "warn", "status"),
    [
        pytest.param(2.1, 2.5, 3.0, None, Status.FAIL, id="all-beyond"),
        pytest.param(2.0, 2.5, 3.0, None, Status.PASS, id="at-the-bound-is-not-beyond"),
        pytest.param(2.0, 2.5, 3.1, None, Status.UNDECIDED, id="more-than-detect-is-not-excluded"),
        pytest.param(0.0, 0.5, 1.0, None, Status.PASS, id="all-within"),
        pytest.param(2.1, 2.5, 2.9, 1.0, Status.FAIL, id="fail-before-warn"),
        pytest.param(1.1, 1.5, 1.9, 1.0, Status.WARN, id="beyond-warn"),
        pytest.param(1.1, 1.5, 9.0, 1.0, Status.WARN, id="beyond-warn-however-wide"),
        pytest.param(0.9, 1.5, 1.9, 1.0, Status.WARN, id="estimate-beyond-warn"),
        pytest.param(0.9, 1.0, 1.9, 1.0, Status.PASS, id="estimate-at-warn"),
        pytest.param(0.9, 1.5, 9.0, 1.0, Status.UNDECIDED, id="nothing-is-excluded"),
    ],
)
def test_the_rule(low: float, estimate: float, high: float, warn: Any, status: Status) -> None:
    assert decide(between(low, estimate, high), Bounds(2.0, warn, 3.0), ERRORS) is status


@pytest.mark.parametrize(
    ("estimate", "status"),
    [(1.0, Status.PASS), (1.1, Status.WARN), (2.0, Status.WARN), (2.1, Status.FAIL)],
)
def test_what_is_exact_is_never_undecided(estimate: float, status: Status) -> None:
    evidence = exactly(estimate, Scale.DIFFERENCE)
    assert decide(evidence, Bounds(2.0, 1.0, 2.0), ERRORS) is status


@pytest.mark.parametrize(
    "rates", [(0.0, 0.05), (1.0, 0.05), (0.01, 0.0), (0.01, 1.0), (-0.1, 0.05), (float("nan"), 0.5)]
)
def test_rates_lie_between_0_and_1(rates: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        errors_of(*rates)


def test_rates_become_errors() -> None:
    assert errors_of(0.01, 0.05) == ERRORS

"""The numbers that a reader gets: intervals, what is excluded, what would be found and needed."""

import math
from dataclasses import replace
from typing import Any

import pytest

from gate.core.compare.bounds import Bounds
from gate.core.compare.result import Weighing, comparison, needed, unanswered
from gate.core.compare.rule import Errors
from gate.core.reasons import Code, because
from gate.core.stats.evidence import Scale, exactly, student, unvaried
from gate.core.stats.special import normal_quantile
from gate.core.verdict import Side, Status, Working

ERRORS = Errors(0.01, 0.05)
SURE = student(0.0, 1e-8, 50, Scale.RATIO)


def weighing(
    evidence: Any = SURE, *, base: float = 2.0, head: float = 2.0, fail: float = 0.1, **words: Any
) -> Weighing:
    plain = Weighing(
        1, evidence, Bounds(fail, None, 0.2), Side(base, 5), Side(head, 6), Working("together")
    )
    return replace(plain, **words)


def test_on_ratios_the_interval_is_the_evidences() -> None:
    evidence = student(0.05, 1e-4, 10, Scale.RATIO)
    got = comparison(weighing(evidence), ERRORS)
    assert got.low == pytest.approx(math.exp(evidence.low(0.01)))
    assert got.high == pytest.approx(math.exp(evidence.high(0.05)))
    assert got.ratio == pytest.approx(math.exp(0.05))
    assert got.difference_low == pytest.approx(2 * (math.exp(evidence.low(0.01)) - 1))
    assert got.difference_high == pytest.approx(2 * (math.exp(evidence.high(0.05)) - 1))
    assert got.excluded == pytest.approx(math.expm1(evidence.high(0.05)))
    assert (got.level, got.miss, got.n, got.absolute) == (0.99, 0.05, (5, 6), False)
    assert got.p == evidence.p_beyond(0.1)


def test_on_differences_ratios_follow_where_there_is_a_base() -> None:
    evidence = student(1.0, 0.01, 10, Scale.DIFFERENCE)
    got = comparison(weighing(evidence, head=3.0), ERRORS)
    assert (got.difference_low, got.difference_high) == (evidence.low(0.01), evidence.high(0.05))
    assert got.low == pytest.approx(1 + evidence.low(0.01) / 2)
    assert (got.ratio, got.difference, got.absolute) == (1.5, 1.0, True)


@pytest.mark.parametrize("base", [0.0, -2.0])
def test_without_a_base_above_zero_ratios_have_no_interval(base: float) -> None:
    got = comparison(weighing(student(1.0, 0.01, 10, Scale.DIFFERENCE), base=base), ERRORS)
    assert (got.low, got.high) == (None, None)
    assert (got.ratio is None) is (base == 0)


def test_where_less_is_worse_the_interval_is_still_heads_over_base() -> None:
    evidence = student(0.05, 1e-4, 10, Scale.RATIO)
    got = comparison(weighing(evidence, sign=-1), ERRORS)
    assert got.ratio == pytest.approx(math.exp(-0.05))
    assert got.low == pytest.approx(math.exp(-evidence.high(0.05)))
    assert got.high == pytest.approx(math.exp(-evidence.low(0.01)))
    assert got.excluded == pytest.approx(-math.expm1(-evidence.high(0.05)))


def test_what_is_exact_has_no_interval() -> None:
    got = comparison(weighing(exactly(0.0, Scale.DIFFERENCE)), ERRORS)
    assert (got.ratio, got.low, got.high, got.p, got.excluded, got.mde) == (None,) * 6
    assert (got.status, got.difference_low, got.difference_high) == (Status.PASS, 0.0, 0.0)


def test_what_is_not_finite_is_none() -> None:
    got = comparison(weighing(unvaried(0.5, Scale.RATIO, 3)), ERRORS)
    assert got.status is Status.UNDECIDED
    assert (got.low, got.difference_low, got.mde) == (0.0, -2.0, None)
    assert (got.high, got.difference_high, got.excluded) == (None, None, None)


def test_a_ratio_beyond_any_number_is_none() -> None:
    got = comparison(weighing(student(900.0, 1.0, 10, Scale.RATIO)), ERRORS)
    assert (got.status, got.ratio, got.high, got.excluded) == (Status.FAIL, None, None, None)


def test_the_mde_is_the_bound_and_both_quantiles() -> None:
    evidence = student(0.0, 1e-4, 10, Scale.RATIO)
    got = comparison(weighing(evidence), ERRORS)
    expected = math.expm1(0.1 + evidence.high(0.05) - evidence.low(0.01))
    assert got.mde == pytest.approx(expected)


def test_units_needed_hold_both_quantiles_between_the_bounds() -> None:
    quantiles = normal_quantile(0.99) + normal_quantile(0.95)
    for units in (20, 50, 999):
        unit = (units - 0.5) * (0.1 / quantiles) ** 2
        assert needed(weighing(unit=unit), ERRORS) == units


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param({"unit": 1e-9}, 6, id="one-more-than-there-are-at-least"),
        pytest.param({"unit": 0.0}, None, id="units-do-not-vary"),
        pytest.param({"unit": 1.0}, None, id="more-than-a-thousand"),
        pytest.param({"unit": 1e300, "fail": 0.2 - 1e-16}, None, id="beyond-any-number"),
        pytest.param({"unit": 1e-4, "session": 1.0}, None, id="sessions-vary-too-much"),
        pytest.param({"unit": 1e-4, "fail": 0.2}, None, id="no-room-between-the-bounds"),
    ],
)
def test_what_would_decide(words: Any, expected: Any) -> None:
    assert needed(weighing(**words), ERRORS) == expected


def test_sessions_take_a_part_of_the_room() -> None:
    without = needed(weighing(unit=0.01), ERRORS)
    beside = needed(weighing(unit=0.01, session=1e-4), ERRORS)
    assert without is not None
    assert beside is not None
    assert beside > without


def test_only_what_is_undecided_needs_units() -> None:
    unsure = student(0.15, 1e-3, 10, Scale.RATIO)
    assert comparison(weighing(unsure, unit=0.01), ERRORS).needs is not None
    assert comparison(weighing(SURE, unit=0.01), ERRORS).needs is None


def test_what_cannot_be_compared_says_why() -> None:
    reason = because(Code.SATURATED, side="base")
    got = unanswered(Side(1.0, 2), Side(2.0, 3), reason)
    assert (got.status, got.reasons, got.n) == (Status.UNDECIDED, (reason,), (2, 3))
    assert (got.ratio, got.p, got.suspect) == (None, None, False)


@pytest.mark.parametrize(("alarm", "miss"), [(0.5, 0.5), (0.9, 0.2)])
def test_errors_that_ask_for_nothing_need_nothing(alarm: float, miss: float) -> None:
    assert needed(weighing(unit=0.01), Errors(alarm, miss)) is None

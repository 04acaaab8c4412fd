"""Bounds on a worsening: both scales, both directions, floors and goals."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.core.compare.bounds import as_worsening, limit_bound, tolerance_bounds
from gate.core.model import Amount, Tolerance
from gate.core.stats.evidence import Scale

R, D = Scale.RATIO, Scale.DIFFERENCE


def relative(value: float) -> Amount:
    return Amount(value, relative=True)


def bounds(fail: float, *, base: float = 2.0, scale: Scale = R, sign: int = 1, **words: Any) -> Any:
    return tolerance_bounds(Tolerance(relative(fail), **words), base, scale, sign)


@pytest.mark.parametrize(
    ("scale", "sign", "fail", "expected"),
    [
        pytest.param(R, 1, 0.1, math.log(1.1), id="ten-percent-slower"),
        pytest.param(R, -1, 0.1, -math.log(0.9), id="ten-percent-less"),
        pytest.param(R, 1, -0.3, math.log(0.7), id="a-goal"),
        pytest.param(R, -1, -0.3, -math.log(1.3), id="a-goal-of-more"),
        pytest.param(D, 1, 0.1, 0.2, id="a-tenth-of-the-base"),
        pytest.param(D, -1, 0.1, 0.2, id="whatever-is-better"),
        pytest.param(R, -1, 1.0, math.inf, id="a-loss-of-all"),
        pytest.param(R, 1, -1.0, -math.inf, id="a-goal-of-nothing"),
        pytest.param(R, 1, -2.0, -math.inf, id="a-goal-of-less-than-nothing"),
    ],
)
def test_where_fail_begins(scale: Scale, sign: int, fail: float, expected: float) -> None:
    assert bounds(fail, scale=scale, sign=sign).fail == pytest.approx(expected)


@pytest.mark.parametrize(
    ("fail", "detect"), [(0.0, 0.03), (0.02, 0.05), (0.03, 0.06), (0.1, 0.2), (-0.3, -0.3)]
)
def test_what_a_pass_excludes_where_nothing_is_said(fail: float, detect: float) -> None:
    assert math.expm1(bounds(fail).detect) == pytest.approx(detect)


@pytest.mark.parametrize(("detect", "expected"), [(0.2, 0.2), (0.1, 0.1), (0.05, 0.1)])
def test_detect_is_never_finer_than_the_tolerance(detect: float, expected: float) -> None:
    assert math.expm1(bounds(0.1, detect=relative(detect)).detect) == pytest.approx(expected)


@pytest.mark.parametrize(("floor", "expected"), [(0.1, 0.1), (0.2, 0.1), (0.5, 0.25)])
def test_a_floor_is_not_undercut(floor: float, expected: float) -> None:
    assert math.expm1(bounds(0.1, floor=floor).fail) == pytest.approx(expected)


def test_a_floor_holds_for_warn_and_detect_and_not_for_a_goal() -> None:
    got = bounds(0.1, floor=1.0, warn=relative(0.05))
    assert got.warn == got.fail == got.detect == pytest.approx(math.log(1.5))
    assert bounds(-0.1, floor=1.0).fail == pytest.approx(math.log(0.9))


def test_a_floor_tells_where_the_base_is_zero() -> None:
    got = bounds(0.1, base=0.0, scale=D, floor=3.0)
    assert got.fail == got.detect == pytest.approx(3.0)


def test_warn_lies_where_it_is_put() -> None:
    assert bounds(0.1, warn=relative(0.05)).warn == pytest.approx(math.log(1.05))
    assert bounds(0.1).warn is None


@pytest.mark.parametrize("scale", [R, D])
def test_an_absolute_amount_is_in_the_metrics_unit(scale: Scale) -> None:
    got = tolerance_bounds(Tolerance(Amount(0.5, relative=False)), 2.0, scale, 1)
    expected = 0.5 if scale is D else math.log(1.25)
    assert got.fail == pytest.approx(expected)
    assert got.detect == pytest.approx(1.0 if scale is D else math.log(1.5))


def test_an_absolute_goal_of_more_than_there_is_cannot_be_kept() -> None:
    got = tolerance_bounds(Tolerance(Amount(-3.0, relative=False)), 2.0, R, 1)
    assert got.fail == got.detect == -math.inf


def test_a_change_of_exactly_the_tolerance_is_within_it_on_differences() -> None:
    """3.3 - 3.0 is a little more than 0.3."""
    assert bounds(0.1, base=3.0, scale=D).fail >= 3.3 - 3.0


@pytest.mark.parametrize(
    ("scale", "sign", "expected"),
    [(R, 1, math.log(3)), (R, -1, -math.log(3)), (D, 1, 3.0), (D, -1, -3.0)],
)
def test_a_limit_is_turned_so_that_more_is_worse(scale: Scale, sign: int, expected: float) -> None:
    assert limit_bound(3.0, scale, sign) == pytest.approx(expected)


@given(st.floats(-0.9, 0.9), st.sampled_from([1, -1]))
def test_a_worsening_reads_as_it_was_put(share: float, sign: int) -> None:
    assert as_worsening(bounds(share, sign=sign).fail, R, sign) == pytest.approx(share, abs=1e-9)


@pytest.mark.parametrize(
    ("value", "scale", "sign", "expected"),
    [
        (5.0, D, 1, 5.0),
        (math.inf, R, 1, math.inf),
        (701.0, R, 1, math.inf),
        (-701.0, R, -1, -math.inf),
        (-701.0, R, 1, -1.0),
        (701.0, R, -1, 1.0),
    ],
)
def test_a_worsening_at_its_ends(value: float, scale: Scale, sign: int, expected: float) -> None:
    assert as_worsening(value, scale, sign) == expected

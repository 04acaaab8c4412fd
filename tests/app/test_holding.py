"""Which tolerance a design holds: the arithmetic of head against itself."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from gate.app.holding import HOLDS, NOT, UNKNOWN, Holding, holding, smallest_held
from gate.core.metric import Kind
from gate.core.model import Amount, Objective, Tolerance
from gate.core.reasons import Code, because
from gate.core.verdict import Bound, Comparison, Side, Status, Verdict, Working
from gate.seams.runner import Repeat
from tests.helpers.judging import objective

REPEAT = Repeat(5, 11)


def promised(tolerance: float, kind: Kind = Kind.TIMING, **more: Any) -> Objective:
    amount = Amount(tolerance, relative=True)
    return replace(objective("p95(t)", kind=kind, limit=1.0), tolerance=Tolerance(amount, **more))


def compared(error: float, units: int = 5, method: str = "paired", **more: Any) -> Comparison:
    working = Working(method, spread=0.02, error=error, df=units - 1.0)
    values: dict[str, Any] = {"status": Status.PASS, "mde": 0.1, "level": 0.99, "working": working}
    side = Side(1.0, units)
    return Comparison(**{**values, "head": side, "base": side, "reasons": (), **more})


def said(asked: Objective, found: Comparison | None) -> Holding:
    status = found.status if found is not None else Status.MISSING
    why = because(Code.NOT_OBSERVED, during="api")
    return holding(asked, Verdict(Bound.TOLERANCE, status, why, 0.0, "", found), REPEAT)


def test_a_small_error_holds_and_is_told_for_other_numbers_of_repeats() -> None:
    held = said(promised(0.1), compared(0.005))
    assert (held.verdict, held.units, held.least, held.most) == (HOLDS, 5, 5, 11)
    assert held.finds == held.finds_least
    assert held.finds is not None
    assert held.finds_most is not None
    assert held.finds > held.finds_most > 0.1
    assert held.detect == pytest.approx(0.2)
    assert (held.spread, held.do) == (0.02, "")
    assert held.needs is not None
    assert held.needs <= 5


def test_a_large_error_does_not_hold_and_says_what_would() -> None:
    held = said(promised(0.05), compared(0.05))
    assert held.verdict == NOT
    assert held.needs is not None
    assert held.needs > REPEAT.maximum
    assert f"raise `repeat:` to {held.needs}" in held.do
    assert held.smallest is not None
    assert f"state a tolerance of {held.smallest * 100:.2g} % or more" in held.do


def test_with_the_repeats_that_it_needs_it_would_hold() -> None:
    held = said(promised(0.05), compared(0.02))
    assert held.needs is not None
    again = said(promised(0.05), compared(0.02 * math.sqrt(5 / held.needs), held.needs))
    assert again.verdict == HOLDS


@pytest.mark.parametrize(
    ("excess", "smallest"),
    [
        pytest.param(0.0, 0.0, id="no error at all"),
        pytest.param(0.03, 0.0, id="what detect always leaves"),
        pytest.param(0.0301, 0.0301 / 0.9699, id="just more"),
        pytest.param(0.5, 1.0, id="half leaves room for twice"),
        pytest.param(1.0, None, id="as much as there is"),
    ],
)
def test_the_smallest_tolerance(excess: float, smallest: float | None) -> None:
    found = smallest_held(math.log1p(excess))
    assert found == (None if smallest is None else pytest.approx(smallest))


@pytest.mark.parametrize("excess", [0.04, 0.1, 0.3, 0.6])
def test_the_smallest_tolerance_is_held_and_less_is_not(excess: float) -> None:
    smallest = smallest_held(math.log1p(excess))
    assert smallest is not None
    for tolerance, holds in ((smallest * 1.001, True), (smallest * 0.9, False)):
        detect = max(2 * tolerance, tolerance + 0.03)
        room = math.log1p(detect) - math.log1p(tolerance)
        assert (room >= math.log1p(excess) - 1e-12) is holds


@pytest.mark.parametrize(
    ("asked", "found", "verdict", "units"),
    [
        pytest.param(promised(0.1), None, UNKNOWN, 0, id="nothing was measured"),
        pytest.param(promised(0.1), compared(0.1, base=None), UNKNOWN, 0, id="no other side"),
        pytest.param(promised(0.1), compared(0.1, mde=None), UNKNOWN, 0, id="no error is known"),
        pytest.param(
            promised(0.1, Kind.EXACT), compared(0.0, 1, mde=None), HOLDS, 1, id="exact and equal"
        ),
        pytest.param(
            promised(0.1, Kind.EXACT),
            compared(0.0, 1, mde=None, status=Status.UNDECIDED),
            NOT,
            1,
            id="said to be exact, and it varies",
        ),
        pytest.param(
            promised(0.1, Kind.PROPORTION), compared(0.1, absolute=True), HOLDS, 5, id="a share"
        ),
        pytest.param(
            promised(0.1, Kind.PROPORTION),
            compared(0.1, absolute=True, status=Status.UNDECIDED),
            NOT,
            5,
            id="a share that is not decided",
        ),
        pytest.param(promised(-0.3), compared(0.005), HOLDS, 5, id="a goal far from the noise"),
        pytest.param(promised(-0.01), compared(0.05), NOT, 5, id="a goal within the noise"),
    ],
)
def test_what_is_said(asked: Objective, found: Comparison | None, verdict: str, units: int) -> None:
    held = said(asked, found)
    assert (held.verdict, held.units) == (verdict, units)
    assert bool(held.do) is (verdict != HOLDS)


def test_pairs_are_known_less_well_than_two_sides_of_as_many() -> None:
    paired, together = (said(promised(0.1), compared(0.01, method=m)) for m in ("paired", "x"))
    assert paired.finds_most is not None
    assert together.finds_most is not None
    assert paired.finds_most > together.finds_most

"""Whether the whole run moved: edges of the rule, and what it never says."""

import math
import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from gate.core.compare import moved as module
from gate.core.compare.case import Case, Design
from gate.core.compare.moved import BUDGETS, MANY, moved
from gate.core.metric import Kind
from gate.core.stats.evidence import Scale
from tests.helpers.cases import case, found

PLAIN = case([1.0], [1.0], design=Design.STORED)


def run(
    changes: Sequence[float], budgets: int = BUDGETS, scale: Scale = Scale.RATIO, **words: Any
) -> float:
    cases = [
        replace(PLAIN, id=f"c{at}", budget=f"b{at % budgets}", **words)
        for at in range(len(changes))
    ]
    return moved(cases, [found(change, scale=scale) for change in changes])


def shifted(by: float, n: int = MANY) -> list[float]:
    return [math.log(1 + by) + 0.0005 * (at % 3 - 1) for at in range(n)]


@pytest.mark.parametrize(
    ("n", "budgets", "by", "expected"),
    [
        pytest.param(MANY, BUDGETS, 0.02, True, id="all-moved-by-2-percent"),
        pytest.param(MANY - 1, BUDGETS, 0.02, False, id="one-objective-too-few"),
        pytest.param(MANY, BUDGETS - 1, 0.02, False, id="one-budget-too-few"),
        pytest.param(MANY + 1, BUDGETS, 0.0101, True, id="just-more-than-1-percent"),
        pytest.param(MANY + 1, BUDGETS, 0.0099, False, id="just-less"),
        pytest.param(MANY, BUDGETS, -0.02, True, id="faster-as-well"),
        pytest.param(MANY, BUDGETS, 0.0, False, id="nothing-moved"),
    ],
)
def test_where_a_run_begins_to_move(n: int, budgets: int, by: float, expected: Any) -> None:
    got = run(shifted(by, n), budgets)
    assert (got != 0.0) is expected
    if expected:
        assert got == pytest.approx(math.log(1 + by), abs=1e-3)


def test_one_budget_without_a_name_is_a_run_of_its_own() -> None:
    cases = [replace(PLAIN, id=f"c{at}") for at in range(MANY)]
    assert moved(cases, [found(change) for change in shifted(0.02)]) != 0.0


@pytest.mark.parametrize(("other", "expected"), [(6, True), (7, False)])
def test_seven_of_ten_have_to_move_the_same_way(other: int, expected: Any) -> None:
    changes = [0.05] * (MANY - other) + [-0.05] * other
    assert (run(changes) != 0.0) is expected


def test_a_median_has_to_be_sure() -> None:
    spread = [0.03 + 0.1 * (at / MANY - 0.5) for at in range(MANY)]
    assert run(spread) == 0.0
    assert run([value / 10 + 0.027 for value in spread]) != 0.0


@pytest.mark.parametrize(
    "words",
    [
        pytest.param({"design": Design.TOGETHER}, id="one-session-cannot-move"),
        pytest.param({"design": Design.PAIRED}, id="pairs-cannot-move"),
        pytest.param({"kind": Kind.LATENCY}, id="latencies-do-not-tell"),
        pytest.param({"kind": Kind.COUNTED}, id="counts-do-not-tell"),
        pytest.param({"scale": Scale.DIFFERENCE}, id="differences-do-not-tell"),
    ],
)
def test_who_says_nothing(words: Any) -> None:
    assert run(shifted(0.05), **words) == 0.0


@pytest.mark.parametrize("sign", [1, -1])
def test_the_shift_is_heads_over_base_whatever_is_better(sign: int) -> None:
    assert run([sign * value for value in shifted(0.02)], sign=sign) == pytest.approx(
        run(shifted(0.02))
    )


@pytest.mark.parametrize(("by", "expected"), [(0.02, 0.02), (0.0, 0.0), (0.009, 0.0)])
def test_a_reference_outside_the_repository_tells_alone(by: float, expected: float) -> None:
    """What the others did does not matter then."""
    cases = [replace(PLAIN, id="ref", reference=True), PLAIN]
    got = moved(cases, [found(math.log1p(by)), found(0.5)])
    assert math.expm1(got) == pytest.approx(expected)


def test_a_reference_holds_a_run_still_that_changed_as_a_whole() -> None:
    cases = [replace(PLAIN, id=f"c{at}", budget=f"b{at % 3}") for at in range(MANY)]
    cases.append(replace(PLAIN, id="ref", reference=True))
    assert moved(cases, [*(found(change) for change in shifted(0.05)), found(0.0)]) == 0.0


def test_unchanged_code_moves_hardly_ever() -> None:
    chance = random.Random(20261123)
    times = sum(run([chance.gauss(0, 0.02) for _ in range(30)]) != 0.0 for _ in range(1000))
    assert times <= 2


def test_no_cases_did_not_move() -> None:
    cases: list[Case] = []
    assert moved(cases, []) == 0.0
    assert math.exp(module._LEAST) == pytest.approx(1.01)

"""Who takes a share of the alarm rate, and how it is divided over budgets."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gate.core.compare.case import Case, Design, Units
from gate.core.compare.decide import decide_together
from gate.core.compare.question import Question
from gate.core.compare.trial import Trial
from gate.core.metric import Kind
from gate.core.model import Amount, Tolerance
from gate.core.verdict import Status

QUIET = Units((1.0, 1.01, 0.99, 1.0, 1.02))
SLOWER = Units((1.06, 1.07, 1.05, 1.06, 1.08))
TEN = Tolerance(Amount(0.1, relative=True))


def case(name: str, head: Units = QUIET, **more: object) -> Case:
    plain = Case(name, Kind.TIMING, 1, TEN, Design.TOGETHER, QUIET, head, budget="a")
    return replace(plain, **more)  # type: ignore[arg-type]


def levels(*cases: Case, weights: dict[str, float] | None = None) -> list[float]:
    found = decide_together(cases, alarm_rate=0.01, miss_rate=0.05, weights=weights)
    return [1 - each.level for each in found]


ADVISORY = case("advisory", blocking=False)
EXACT = case("exact", Units((1.0,)), kind=Kind.EXACT, base=Units((1.0,)))


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        pytest.param((), 0.01, id="alone-it-has-all"),
        pytest.param((case("two"),), 0.005, id="another-that-blocks-takes-half"),
        pytest.param((EXACT,), 0.01, id="an-exact-one-takes-none"),
        pytest.param((ADVISORY,), 0.01, id="one-that-does-not-block-takes-none"),
        pytest.param(
            (case("warned", tolerance=replace(TEN, warn=Amount(0.05, relative=True))),),
            0.005,
            id="a-warn-bound-adds-nothing-to-its-fail-bound",
        ),
    ],
)
def test_who_takes_a_share(others: tuple[Case, ...], expected: float) -> None:
    assert levels(case("one"), *others)[0] == pytest.approx(expected)


def test_what_does_not_block_is_decided_at_the_whole_rate() -> None:
    crowd = [case(f"o{n}") for n in range(9)]
    assert levels(ADVISORY, *crowd)[0] == pytest.approx(0.01)


def test_a_worse_one_that_does_not_block_frees_no_share() -> None:
    worse = replace(ADVISORY, head=Units((2.0, 2.01, 1.99, 2.0, 2.02)))
    found = decide_together((worse, case("one"), case("two")), alarm_rate=0.01, miss_rate=0.05)
    assert found[0].status is Status.FAIL
    assert [1 - each.level for each in found[1:]] == pytest.approx([0.005, 0.005])


def test_budgets_divide_the_rate_by_their_weights() -> None:
    cases = case("one"), case("two", budget="b"), case("three", budget="b")
    assert levels(*cases) == pytest.approx([0.005, 0.0025, 0.0025])
    assert levels(*cases, weights={"b": 3.0}) == pytest.approx([0.0025, 0.00375, 0.00375])


def test_a_trial_gives_shares_to_those_that_block_only() -> None:
    base, head = list(QUIET.values), list(SLOWER.values)
    plain = [
        Question(name, base, head, kind="timing", tolerance=0.02, design="together")
        for name in ("one", "two")
    ]
    for asked, expected in ((plain, 0.005), ([plain[0], replace(plain[1], blocking=False)], 0.01)):
        answers = Trial(asked, looks=[5]).ask()
        assert 1 - answers["one"].level == pytest.approx(expected)

"""What a verdict does to the build, where several answers could be given."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from gate.core.judge import judge
from gate.core.metric import Better
from gate.core.model import Waiver
from gate.core.past import DAYS, LATEST
from gate.core.run import BaseTree, Commit
from gate.core.verdict import Effect, Row, Status
from tests.helpers.judging import ELSEWHERE, measured, objective, only_row, past, run

DAY = "2026-11-22"
WIDE = (0.0, 0.06, -0.06, 0.03, -0.03)


def goal(base: float, head: float, of_better: Better = Better.LOWER) -> Row:
    """A goal of 0.3 units, with both sides measured in turn and too few repeats to be sure."""
    of = objective(tolerance=-0.3, absolute=True, better=of_better)
    this = run(of, answers=[measured(of, [head * (1 + x) for x in WIDE])])
    beside = measured(of, [base * (1 + x) for x in WIDE])
    return only_row(
        judge(replace(this, base=BaseTree("p0", "main", 1, ("b",), (beside,))), (), DAY)
    )


@pytest.mark.parametrize(
    ("base", "head", "better", "effect"),
    [
        pytest.param(10.0, 9.6, Better.LOWER, Effect.WARNS, id="reached"),
        pytest.param(10.0, 9.8, Better.LOWER, Effect.BLOCKS, id="not reached"),
        pytest.param(0.7, 0.41, Better.LOWER, Effect.BLOCKS, id="not reached, and 41 % better"),
        pytest.param(10.0, 10.4, Better.HIGHER, Effect.WARNS, id="reached upwards"),
        pytest.param(10.0, 10.2, Better.HIGHER, Effect.BLOCKS, id="not reached upwards"),
    ],
)
def test_a_goal_in_units_is_held_to_the_difference(
    base: float, head: float, better: Better, effect: Effect
) -> None:
    """It was held to the ratio: 0.4 s of 10 s is 4 %, and 4 % is less than "0.3"."""
    row = goal(base, head, better)
    assert (row.status, row.effect) == (Status.UNDECIDED, effect)


def waiver(bound: str, expires: str, ceiling: float | None = None) -> Waiver:
    return Waiver("b/median(time)", bound, "known", f"until {expires}", expires, ceiling)


@pytest.mark.parametrize(
    ("waivers", "effect"),
    [
        pytest.param(
            [waiver("limit", "2026-11-01"), waiver("any", "2026-12-01")],
            Effect.WAIVED,
            id="an expired one before one that holds",
        ),
        pytest.param(
            [waiver("limit", "2026-12-01", ceiling=1.5), waiver("any", "2026-12-01")],
            Effect.WAIVED,
            id="one past its ceiling before one that holds",
        ),
        pytest.param(
            [waiver("limit", "2026-11-01"), waiver("any", "2026-12-01", ceiling=1.5)],
            Effect.BLOCKS,
            id="none of two helps",
        ),
    ],
)
@pytest.mark.parametrize("order", [1, -1])
def test_one_waiver_that_holds_is_enough(waivers: list[Waiver], order: int, effect: Effect) -> None:
    of = objective(limit=1.0)
    this = run(of, answers=[measured(of, [2.0, 2.1, 1.9])], waivers=waivers[::order])
    assert only_row(judge(this, (), DAY)).effect is effect


@pytest.mark.parametrize(
    ("change", "effect"),
    [
        pytest.param({}, Effect.WARNS, id="an ancestor that lies as far beyond"),
        pytest.param({"rung": "side"}, Effect.WARNS, id="one of a branch that was merged"),
        pytest.param({"rung": LATEST}, Effect.BLOCKS, id="what is no ancestor"),
        pytest.param({"rung": DAYS}, Effect.BLOCKS, id="what nothing is compared with"),
        pytest.param({"environment": ELSEWHERE}, Effect.BLOCKS, id="another machine"),
        pytest.param({"commit": Commit("head", "main")}, Effect.BLOCKS, id="the same tree"),
        pytest.param({"shape": "2"}, Effect.BLOCKS, id="another script"),
    ],
)
def test_only_a_comparable_base_says_that_it_was_not_this_change(
    change: dict[str, Any], effect: Effect
) -> None:
    of = objective(limit=1.0)
    this = run(of, answers=[measured(of, [1.0, 1.1, 0.95, 1.2])])
    other = replace(measured(of, [3.0, 3.1, 3.2]), shape=(("script", change.get("shape", "1")),))
    stored = past(this, other)
    facts = {k: v for k, v in change.items() if k in {"environment", "commit"}}
    stored = replace(stored, run=replace(stored.run, **facts), rung=change.get("rung", "ancestor"))
    row = only_row(judge(this, (stored,), DAY))
    assert (row.status, row.effect) == (Status.UNDECIDED, effect)

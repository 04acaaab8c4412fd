"""Looks: what could be told stays told, and no number of looks adds false alarms."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest

from gate.core.judge import judge
from gate.core.model import Policy
from gate.core.run import BaseTree, Looks, Run, Turn
from gate.core.verdict import Status
from tests.helpers.judging import measured, objective, only_row, run

DAY = "2026-11-22"
OF = objective(tolerance=0.05)
LIMITED = objective(limit=1.0)
DECLARED = (5, 8, 11)


def looked(*asked: int, budget: str = "b") -> Looks:
    return Looks(budget, DECLARED, asked)


def beside(head: Sequence[float], base: Sequence[float], *asked: int, rate: float = 0.01) -> Run:
    """Head in turn with a base, judged at these looks."""
    whole = run(
        OF, answers=[measured(OF, head)], looks=[looked(*asked)], policy=Policy(alarm_rate=rate)
    )
    turns = tuple(
        Turn("b", base=first, unit=unit) for unit in range(len(head)) for first in (True, False)
    )
    return replace(
        whole, base=BaseTree("p0", "main", 1, ("b",), (measured(OF, base),), turns=turns)
    )


def status(of: Run) -> Status:
    return only_row(judge(of, (), DAY)).status


NOISE = (0.0, 0.004, -0.003, 0.002, -0.004, 0.001, 0.003, -0.002, 0.0, -0.001, 0.002)
BASE = [1.0 + x for x in NOISE]


def test_a_clear_pass_stays_whatever_is_measured_later() -> None:
    head = [1.0 + x for x in reversed(NOISE)]
    later = [*head[:5], *[3.0 + x for x in NOISE[:6]]]
    assert status(beside(head[:5], BASE[:5], 5)) is Status.PASS
    assert status(beside(later, BASE, 5, 8, 11)) is Status.PASS


def test_a_clear_fail_stays_whatever_is_measured_later() -> None:
    head = [1.3 + x for x in reversed(NOISE)]
    later = [*head[:5], *BASE[:6]]
    assert status(beside(head[:5], BASE[:5], 5)) is Status.FAIL
    assert status(beside(later, BASE, 5, 8, 11)) is Status.FAIL


def test_what_the_first_look_could_not_tell_the_last_one_does() -> None:
    unsure = [1.2, 0.9, 1.1, 0.95, 1.0]
    head = [*unsure, *[1.0 + x / 10 for x in NOISE[:6]]]
    assert status(beside(unsure, BASE[:5], 5)) is Status.UNDECIDED
    base = [*unsure, *BASE[5:]]
    assert status(beside(head, base, 5, 8, 11)) is Status.PASS


def test_the_row_shows_what_the_deciding_look_had_seen() -> None:
    head = [1.0 + x for x in reversed(NOISE)]
    row = only_row(judge(beside([*head[:5], *[3.0] * 6], BASE, 5, 8, 11), (), DAY))
    assert (row.n, row.verdicts[0].comparison is not None) == (5, True)
    assert row.value == pytest.approx(1.0, rel=0.01)


def test_each_look_at_a_limit_spends_its_own_part() -> None:
    values = [0.98, 1.03, 0.97, 1.02, 1.0, 1.01, 0.99, 1.0, 1.01, 0.98, 1.0]
    whole = run(LIMITED, answers=[measured(LIMITED, values)], looks=[looked(5, 8, 11)])
    comparison = only_row(judge(whole, (), DAY)).verdicts[0].comparison
    assert comparison is not None
    assert comparison.head.n == 11
    assert comparison.level == pytest.approx(1 - 0.01 * 0.75 / 4)


def test_a_budget_with_fewer_looks_keeps_its_answer_to_the_end() -> None:
    other = replace(objective("median(a)", limit=1.0), id="c/median(a)", budget="c")
    few = measured(other, [0.9, 1.1, 1.0, 0.95, 1.05])
    many = measured(LIMITED, [0.9, 1.1, 1.0, 0.95, 1.05, *[0.5] * 6])
    whole = run(
        LIMITED, other, answers=[many, few], looks=[looked(5, 8, 11), looked(5, budget="c")]
    )
    rows = {row.objective.id: row for row in judge(whole, (), DAY).rows}
    alone = run(other, answers=[few], looks=[looked(5, budget="c")])
    assert rows["c/median(a)"].verdicts == only_row(judge(alone, (), DAY)).verdicts


def test_looks_never_add_false_alarms_and_find_what_is_planted() -> None:
    """Seeded: unchanged code at an alarm rate of 20 %, and code that is 25 % slower."""
    chance = random.Random(20261123)
    red = {1.0: 0, 1.25: 0}
    times = 300
    for _ in range(times):
        base = [chance.lognormvariate(0.0, 0.03) for _ in range(11)]
        for shift, found in red.items():
            head = [shift * chance.lognormvariate(0.0, 0.03) for _ in range(11)]
            edge = [x * (1.05 if shift == 1.0 else 1.0) for x in head]
            red[shift] = found + (status(beside(edge, base, 5, 8, 11, rate=0.2)) is Status.FAIL)
    assert red[1.0] <= 0.2 * times
    assert red[1.25] >= 0.99 * times

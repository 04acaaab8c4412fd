"""Stored baselines screen, fresh data decide."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from gate.core.judge import judge, suspects
from gate.core.judge.confirm import first_part
from gate.core.metric import Kind
from gate.core.model import Objective, Policy
from gate.core.past import Past
from gate.core.reasons import Code
from gate.core.run import Attempt, BaseTree, Confirmation, EarlierFail, Run, Turn
from gate.core.verdict import Bound, Status
from tests.helpers.judging import measured, missing, objective, only_row, past, run

DAY = "2026-11-22"
OF = objective(tolerance=0.05)
NOISE = (0.0, 0.004, -0.003, 0.002, -0.004)


def around(value: float) -> list[float]:
    return [value * (1 + x) for x in NOISE]


def fresh(
    head: Sequence[float] | None,
    base: Sequence[float] | None,
    *,
    of: Objective = OF,
    suspect: Sequence[str] = (OF.id,),
) -> Confirmation:
    """What was measured again, in turn; None for a side that gave nothing."""
    count = len(head or base or ())
    turns = tuple(
        Turn("b", base=first, unit=unit) for unit in range(count) for first in (True, False)
    )
    gone: Any = {"missing": (missing(of),)}
    sides: list[Any] = [
        {"measurements": (measured(of, side),)} if side is not None else gone
        for side in (head, base)
    ]
    tree = BaseTree("p0", "main", 1, ("b",), turns=turns, **sides[1])
    return Confirmation(tuple(suspect), base=tree, **sides[0])


def screened(head: float, again: Confirmation | None, *, of: Objective = OF) -> Run:
    return replace(run(of, answers=[measured(of, around(head))]), confirmation=again)


def pasts(of: Run, value: float = 1.0) -> tuple[Past, ...]:
    return tuple(past(of, measured(OF, around(value)), number=n) for n in range(6))


def test_the_first_look_only_makes_suspect() -> None:
    slow, still = (run(OF, answers=[measured(OF, around(v))]) for v in (2.0, 1.0))
    assert suspects(judge(slow, pasts(slow), DAY)) == (OF.id,)
    assert suspects(judge(still, pasts(still), DAY)) == ()


def test_counts_that_never_vary_are_measured_again_and_fail() -> None:
    """Nothing about them is by chance: they had no p-value, were never suspect and never failed."""
    of = objective(tolerance=0.05, kind=Kind.COUNTED)
    more = run(of, answers=[measured(of, [200.0] * 5)])
    earlier = tuple(past(more, measured(of, [100.0] * 5), number=n) for n in range(6))
    assert suspects(judge(more, earlier, DAY)) == (of.id,)
    again = replace(more, confirmation=fresh([200.0] * 5, [100.0] * 5, of=of))
    assert suspects(judge(again, earlier, DAY)) == ()
    assert only_row(judge(again, earlier, DAY)).status is Status.FAIL
    same = run(of, answers=[measured(of, [100.0] * 5)])
    assert suspects(judge(same, earlier, DAY)) == ()


@pytest.mark.parametrize(
    "of",
    [
        pytest.param(objective(tolerance=0.05, kind=Kind.EXACT), id="exact numbers cannot err"),
        pytest.param(objective(tolerance=0.05, blocking=False), id="what blocks nothing"),
        pytest.param(objective(limit=1.0), id="a limit needs no baseline"),
    ],
)
def test_others_are_never_suspect(of: Objective) -> None:
    slow = run(of, answers=[measured(of, around(2.0))])
    earlier = tuple(past(slow, measured(of, [1.0] * 5), number=n) for n in range(3))
    assert suspects(judge(slow, earlier, DAY)) == ()


def test_what_was_measured_in_turn_needs_no_confirmation() -> None:
    base = BaseTree("p0", "main", 1, ("b",), (measured(OF, around(1.0)),))
    slow = replace(run(OF, answers=[measured(OF, around(2.0))]), base=base)
    found = judge(slow, (), DAY)
    assert (suspects(found), only_row(found).status) == ((), Status.FAIL)


def verdict(of: Run) -> Any:
    (found,) = only_row(judge(of, pasts(of), DAY)).verdicts
    return found


def test_a_suspect_that_is_not_slower_in_turn_passes() -> None:
    found = verdict(screened(2.0, fresh(around(2.0), around(2.0))))
    assert (found.status, found.baseline.rung) == (Status.PASS, "against")
    assert found.screened.ratio == pytest.approx(2.0, rel=0.01)
    assert found.screened_by.rung == "ancestor"
    assert found.comparison.ratio == pytest.approx(1.0)


def test_a_suspect_that_is_slower_in_turn_fails() -> None:
    found = verdict(screened(2.0, fresh(around(2.0), around(1.0))))
    assert (found.status, found.baseline.commit) == (Status.FAIL, "p0")
    assert found.comparison.level == pytest.approx(1 - 0.01 * 0.75)  # all of it: one suspect


@pytest.mark.parametrize(
    ("again", "why"),
    [
        pytest.param(fresh(None, around(1.0)), "ended with code", id="head gave nothing"),
        pytest.param(fresh(around(2.0), None), "could not be measured", id="the base gave nothing"),
        pytest.param(Confirmation((OF.id,)), "gave no answer", id="nothing at all"),
    ],
)
def test_what_could_not_be_measured_again_is_undecided(again: Confirmation, why: str) -> None:
    found = verdict(screened(2.0, again))
    assert (found.status, found.reason.code) == (Status.UNDECIDED, Code.NOT_CONFIRMED)
    assert found.baseline.rung == "ancestor"
    assert why in found.reason.sentence


def test_a_time_out_of_head_is_beyond_every_bound() -> None:
    again = replace(fresh(None, around(1.0)), missing=(missing(OF, Code.TOOL_TIMED_OUT),))
    found = verdict(screened(2.0, again))
    assert (found.status, found.reason.code) == (Status.FAIL, Code.TOOL_TIMED_OUT)
    assert found.screened.ratio == pytest.approx(2.0, rel=0.01)


def test_what_nobody_suspected_never_fails_by_a_stored_baseline() -> None:
    found = verdict(screened(2.0, Confirmation()))
    assert (found.status, found.reason.code) == (Status.UNDECIDED, Code.NOT_CONFIRMED)
    assert verdict(screened(1.0, Confirmation())).status is Status.PASS


def test_without_a_confirmation_the_first_look_decides() -> None:
    assert verdict(screened(2.0, None)).status is Status.FAIL


def test_a_stored_run_of_the_same_tree_decides_by_itself() -> None:
    of = screened(2.0, Confirmation())
    same = tuple(replace(each, distance=0) for each in pasts(of))
    assert suspects(judge(of, same, DAY)) == ()
    assert only_row(judge(of, same, DAY)).status is Status.FAIL
    dirty = replace(of, commit=replace(of.commit, dirty=True))
    assert suspects(judge(dirty, same, DAY)) == (OF.id,)


def test_a_limit_keeps_the_verdict_of_the_first_session() -> None:
    both = replace(objective(tolerance=0.05, limit=1.5))
    of = screened(2.0, fresh(around(2.0), around(2.0), of=both), of=both)
    row = only_row(judge(of, pasts(of), DAY))
    assert [(v.bound, v.status) for v in row.verdicts] == [
        (Bound.LIMIT, Status.FAIL),
        (Bound.TOLERANCE, Status.PASS),
    ]


def test_what_became_missing_later_is_not_excused_by_fresh_data() -> None:
    of = replace(
        run(OF, answers=[missing(OF, Code.TOOL_TIMED_OUT)]),
        confirmation=fresh(around(1.0), around(1.0)),
    )
    assert only_row(judge(of, pasts(of), DAY)).status is Status.FAIL


def test_an_attempt_that_failed_stays_failed() -> None:
    of = screened(2.0, fresh(around(1.0), around(1.0)))
    first = judge(screened(2.0, fresh(around(2.0), around(1.0))), pasts(of), DAY)
    reason = only_row(first).verdicts[0].reason
    earlier = _attempt(
        screened(2.0, fresh(around(2.0), around(1.0))), EarlierFail(OF.id, "tolerance", reason)
    )
    assert verdict(replace(of, earlier=(earlier,))).status is Status.FAIL


def test_a_second_attempt_pools_what_both_measured_again() -> None:
    first = _attempt(screened(2.0, fresh(around(1.0), around(1.0))))
    of = replace(screened(2.0, fresh(around(1.02), around(1.0))), earlier=(first,))
    comparison = verdict(of).comparison
    assert (comparison.base.n, comparison.head.n) == (10, 10)
    assert comparison.level == pytest.approx(1 - 0.01 * 0.75 / 4)


def _attempt(of: Run, *failed: EarlierFail) -> Any:
    return Attempt("run-0", "2026-11-21", ("b",), of.measurements, None, failed, of.confirmation)


def test_both_sessions_share_one_alarm_rate() -> None:
    other = replace(objective("median(a)", tolerance=0.05), id="c/median(a)", budget="c")
    base = BaseTree("p0", "main", 1, ("c",), (measured(other, around(1.0)),))
    whole = run(OF, other, answers=[measured(OF, around(2.0)), measured(other, around(2.0))])
    whole = replace(whole, base=base, confirmation=fresh(around(2.0), around(1.0)))
    assert first_part(whole) == 0.5
    rows = {row.objective.id: row for row in judge(whole, pasts(whole), DAY).rows}
    levels = [rows[id_].verdicts[0].comparison for id_ in (OF.id, other.id)]
    assert [c.level for c in levels if c] == [pytest.approx(1 - 0.01 * 0.75 / 2)] * 2
    alone = replace(whole, confirmation=Confirmation())
    assert first_part(alone) == 1.0


@pytest.mark.parametrize(
    ("slower", "at_least", "at_most"),
    [
        pytest.param(1.05, 0, 20, id="no worse than what is accepted, on moving days"),
        pytest.param(1.6, 190, 200, id="clearly slower, on moving days"),
    ],
)
def test_days_that_move_raise_no_alarm(slower: float, at_least: int, at_most: int) -> None:
    """Seeded, 200 checks at an alarm rate of 10 %: days move by 10 %, units by 2 %."""
    chance = random.Random(7)
    red = 0
    for _ in range(200):
        days = [chance.lognormvariate(0.0, 0.1) for _ in range(7)]
        now = days.pop()
        again = fresh(_units(chance, now * slower), _units(chance, now))
        policy = Policy(alarm_rate=0.1)
        of = run(OF, answers=[measured(OF, _units(chance, now * slower))], policy=policy)
        earlier = tuple(
            past(of, measured(OF, _units(chance, day)), number=n) for n, day in enumerate(days)
        )
        doubted = suspects(judge(of, earlier, DAY))
        of = replace(of, confirmation=again if doubted else Confirmation())
        red += only_row(judge(of, earlier, DAY)).status is Status.FAIL
    assert at_least <= red <= at_most


def _units(chance: random.Random, at: float) -> list[float]:
    return [at * chance.lognormvariate(0.0, 0.02) for _ in range(8)]

"""Judging the same tree again: units are pooled, errors are shared, a fail stays."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from gate.core.attempts import attempt_of, left_after, part_of, pooled
from gate.core.compare.case import Case, Design, Units
from gate.core.compare.decide import decide_together
from gate.core.judge import judge
from gate.core.metric import Kind
from gate.core.model import Amount, Policy, Tolerance, Waiver
from gate.core.reasons import Code, because
from gate.core.run import Attempt, BaseTree, EarlierFail, Measurement, Skipped, Turn
from gate.core.units import Dimension
from gate.core.verdict import Effect, Exit, Status
from tests.helpers.judging import measured, missing, objective, only_row, past, run

DAY = "2026-11-22T12:00:00Z"
ASKED = objective(tolerance=0.1)


def attempt(
    *answers: Measurement, base: BaseTree | None = None, failed: tuple[EarlierFail, ...] = ()
) -> Attempt:
    return Attempt("before", "2026-11-22T11:00:00Z", ("b",), answers, base, failed)


def broken(bound: str = "tolerance") -> EarlierFail:
    return EarlierFail(ASKED.id, bound, because(Code.BEYOND, value="+30 %", bound="at most 10 %"))


def base_tree(*answers: Measurement) -> BaseTree:
    units = range(len(answers[0].units)) if answers else ()
    turns = tuple(Turn("b", base, unit) for unit in units for base in (True, False))
    return BaseTree("p0", "main", 1, ("b",), answers, turns=turns)


def indexes(measurement: Measurement) -> list[int]:
    return [unit.index for unit in measurement.units]


def test_no_number_of_attempts_spends_more_than_the_rate() -> None:
    parts = [part_of(n) for n in range(1, 200)]
    assert sum(parts) <= 1
    assert parts[:3] == [0.75, 0.1875, 0.046875]
    for n in range(1, 20):
        assert sum(parts[:n]) + left_after(n) == pytest.approx(1)


def test_units_are_pooled_and_keep_apart() -> None:
    this = replace(
        run(ASKED, answers=[measured(ASKED, [3.0, 4.0])]),
        earlier=(attempt(measured(ASKED, [1.0, 2.0])), attempt(measured(ASKED, [9.0]))),
    )
    (found,) = pooled(this).measurements
    assert [unit.data.value for unit in found.units] == [1.0, 2.0, 9.0, 3.0, 4.0]  # type: ignore[union-attr]
    assert indexes(found) == [0, 1, 2, 3, 4]


def test_pairs_stay_pairs() -> None:
    one, two = measured(ASKED, [1.0, 2.0]), measured(ASKED, [3.0, 4.0])
    this = run(ASKED, answers=[two])
    this = replace(this, base=base_tree(two), earlier=(attempt(one, base=base_tree(one)),))
    whole = pooled(this)
    assert whole.base is not None
    assert indexes(whole.measurements[0]) == indexes(whole.base.measurements[0]) == [0, 1, 2, 3]
    assert [turn.unit for turn in whole.base.turns] == [0, 0, 1, 1, 2, 2, 3, 3]


@pytest.mark.parametrize(
    ("earlier", "base"),
    [
        pytest.param(
            attempt(replace(measured(ASKED, [1.0]), shape=(("script", "2"),))),
            None,
            id="of-another-series",
        ),
        pytest.param(
            attempt(measured(ASKED, [1.0])),
            base_tree(measured(ASKED, [2.0])),
            id="compared-with-a-stored-base-before-and-one-beside-it-now",
        ),
        pytest.param(
            attempt(measured(ASKED, [1.0]), base=base_tree()),
            base_tree(measured(ASKED, [2.0])),
            id="whose-base-gave-nothing",
        ),
    ],
)
def test_what_is_not_pooled(earlier: Attempt, base: BaseTree | None) -> None:
    this = replace(run(ASKED, answers=[measured(ASKED, [2.0])]), earlier=(earlier,), base=base)
    whole = pooled(this)
    assert len(whole.measurements[0].units) == 1
    assert whole.base is None or len(whole.base.measurements[0].units) == 1


def test_attempts_are_counted_by_budget() -> None:
    other = replace(objective("median(x)", limit=1.0), id="c/median(x)", budget="c")
    this = replace(run(ASKED, other), earlier=(attempt(), attempt()), unread=1)
    assert (attempt_of(this, "b"), attempt_of(this, "c"), attempt_of(this)) == (4, 2, 4)
    left_out = Skipped(ASKED.id, because(Code.NOT_SELECTED, detail="--only c"))
    assert attempt_of(replace(this, skipped=(left_out,))) == 2


def test_the_outcome_says_which_attempt_it_is_and_what_is_left() -> None:
    plain = run(ASKED, answers=[measured(ASKED, [1.0] * 5)])
    first = judge(plain, (), DAY)
    third = judge(replace(plain, earlier=(attempt(), attempt())), (), DAY)
    assert (first.attempt, third.attempt) == (1, 3)
    assert [first.alarm_left, third.alarm_left] == pytest.approx([0.0025, 0.01 / 64])


def test_what_was_undecided_is_decided_by_pooled_units() -> None:
    units = [1.0, 1.05, 0.96, 1.02, 0.97]
    asked = objective(limit=1.037)
    once = run(asked, answers=[measured(asked, units)])
    more = tuple(attempt(measured(asked, units)) for _ in range(3))
    assert only_row(judge(once, (), DAY)).status is Status.UNDECIDED
    row = only_row(judge(replace(once, earlier=more), (), DAY))
    assert (row.status, row.n) == (Status.PASS, 20)


def judged_again(units: list[float], **more: object) -> tuple[Status, Effect, Exit]:
    """A run whose earlier attempt failed its tolerance."""
    this = run(ASKED, answers=[measured(ASKED, units)] if units else [missing(ASKED)])
    this = replace(this, earlier=(attempt(failed=(broken(),)),), **more)  # type: ignore[arg-type]
    outcome = judge(this, (past(this, measured(ASKED, [1.0, 1.01, 0.99] * 3)),), DAY)
    row = only_row(outcome)
    if row.status is Status.FAIL:
        assert row.reason is not None
        assert row.reason.sentence.startswith(
            "+30 % is beyond at most 10 %, measured at 2026-11-22"
        )
    return row.status, row.effect, outcome.exit


GOOD = [1.0, 1.01, 0.99] * 3
WAIVER = Waiver(ASKED.id, "tolerance", "known", "team", "2026-11-30")


@pytest.mark.parametrize(
    ("units", "more", "expected"),
    [
        pytest.param(GOOD, {}, (Status.FAIL, Effect.BLOCKS, Exit.FAILED), id="good-ones-after-it"),
        pytest.param([], {}, (Status.FAIL, Effect.BLOCKS, Exit.FAILED), id="nothing-after-it"),
        pytest.param(
            GOOD,
            {"promises": replace(run(ASKED).promises, waivers=(WAIVER,))},
            (Status.FAIL, Effect.WAIVED, Exit.OK),
            id="a-waiver-helps",
        ),
        pytest.param(
            GOOD,
            {"skipped": (Skipped(ASKED.id, because(Code.NOT_SELECTED, detail="x")),)},
            (Status.SKIPPED, Effect.NONE, Exit.OK),
            id="what-is-not-asked-for-is-not-answered",
        ),
    ],
)
def test_a_fail_stays(
    units: list[float], more: dict[str, object], expected: tuple[Status, Effect, Exit]
) -> None:
    assert judged_again(units, **more) == expected


def test_a_fail_of_the_limit_says_nothing_of_the_tolerance() -> None:
    of = replace(ASKED, limit=objective(limit=2.0).limit)
    this = run(of, answers=[measured(of, GOOD)])
    this = replace(this, earlier=(attempt(failed=(broken("limit"),)),))
    row = only_row(judge(this, (past(this, measured(of, GOOD)),), DAY))
    assert [verdict.status for verdict in row.verdicts] == [Status.FAIL, Status.PASS]


def test_a_fail_that_stayed_stays_on_as_it_was_said_first() -> None:
    """The first attempt may be gone from the shelf; the second one still tells of it."""
    reason = because(Code.FAILED_BEFORE, said="+30 % is beyond at most 10 %", at="2026-11-22T09")
    told = attempt(failed=(EarlierFail(ASKED.id, "tolerance", reason),))
    this = replace(run(ASKED, answers=[measured(ASKED, GOOD)]), earlier=(told,))
    row = only_row(judge(this, (past(this, measured(ASKED, GOOD)),), DAY))
    assert (row.status, row.reason) == (Status.FAIL, reason)


def test_head_is_not_compared_with_its_own_earlier_attempt() -> None:
    size = objective(tolerance=0.0, kind=Kind.EXACT, dimension=Dimension.SIZE)
    this = replace(run(size, answers=[measured(size, [200])]), trial="t")
    before = past(this, measured(size, [100]), number=1)
    same = past(this, measured(size, [200]), number=0)
    pasts = (
        replace(same, distance=0, run=replace(same.run, trial="t")),
        replace(before, run=replace(before.run, trial="other")),
    )
    assert only_row(judge(this, pasts, DAY)).status is Status.FAIL
    assert only_row(judge(replace(this, trial=""), pasts, DAY)).status is Status.PASS
    by_hand = (replace(pasts[0], accepted=True), pasts[1])
    assert only_row(judge(this, by_hand, DAY)).status is Status.PASS


def unread(*, signoff: bool, value: float = 1.0) -> Exit:
    of = objective(limit=1.5)
    units = [value, value * 1.01, value * 0.99] * 3
    this = run(of, answers=[measured(of, units)], policy=Policy(signoff=signoff))
    outcome = judge(replace(this, unread=1), (), DAY)
    assert any("this is attempt 2" in warning for warning in outcome.warnings)
    return outcome.exit


def test_a_sign_off_refuses_where_an_earlier_attempt_cannot_be_read() -> None:
    assert unread(signoff=False) is Exit.OK
    assert unread(signoff=True) is Exit.MISSING
    assert unread(signoff=True, value=9.0) is Exit.FAILED


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        pytest.param(0.10, Status.FAIL, id="red-though-not-beyond-the-tolerance"),
        pytest.param(0.20, Status.PASS, id="green-though-worse-by-what-is-to-be-detected"),
    ],
)
def test_re_running_until_it_is_so_keeps_the_error_rate(change: float, wanted: Status) -> None:
    """With the truth on the bound, four attempts err no more often than the rate; 10 %, 500 trials.

    Whoever re-runs at the whole rate errs far more often: the same trials show it.
    """
    rng = random.Random(7)
    bounds = Tolerance(Amount(0.1, relative=True), detect=Amount(0.2, relative=True))
    honest = naive = 0
    for _ in range(500):
        sides: tuple[list[float], list[float]] = ([], [])
        seen: set[Status] = set()
        greedy: set[Status] = set()
        for number in range(1, 5):
            for side, level in zip(sides, (1.0, 1 + change), strict=True):
                side.extend(level * rng.lognormvariate(0, 0.2) for _ in range(5))
            base, head = (Units(tuple(side)) for side in sides)
            case = Case("o", Kind.LAB, 1, bounds, Design.TOGETHER, base, head)
            for part, found in ((part_of(number), seen), (1.0, greedy)):
                (answer,) = decide_together(
                    [replace(case, part=part)], alarm_rate=0.1, miss_rate=0.1
                )
                found.add(answer.status)
        honest += wanted in seen
        naive += wanted in greedy
    assert honest <= 0.1 * 500
    assert naive > 0.15 * 500

"""Which baseline an objective gets where the base was measured in the same session."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from gate.core.judge import judge
from gate.core.metric import Kind
from gate.core.model import Objective
from gate.core.past import DAYS, Baseline, Past, choose
from gate.core.reasons import Code, Reason
from gate.core.run import BaseTree, Measurement, Missing, Run, Turn
from gate.core.verdict import Effect, Exit, Status
from tests.helpers.judging import measured, missing, objective, past, run

ASKED = objective(tolerance=0.1)
EACH = objective(tolerance=0.1, each="test")
TURNS = ((True, 0), (False, 0), (False, 1), (True, 1), (True, 2), (False, 2))


def against(
    head: Run,
    *answers: Measurement | Missing,
    turns: Sequence[tuple[bool, int]] = TURNS,
    budgets: tuple[str, ...] = ("b",),
) -> Run:
    """The run with a base that gave these answers."""
    base = BaseTree(
        commit="p0",
        revision="main",
        seed=1,
        budgets=budgets,
        measurements=tuple(a for a in answers if isinstance(a, Measurement)),
        missing=tuple(a for a in answers if isinstance(a, Missing)),
        turns=tuple(Turn("b", base, unit) for base, unit in turns),
    )
    return replace(head, base=base)


def chosen(head: Run, of: Measurement) -> Baseline | Reason:
    return choose(ASKED, of, head, ())


HEAD = measured(ASKED, (1.0, 1.1, 1.2))


@pytest.mark.parametrize(
    ("units", "turns", "design"),
    [
        pytest.param((1.0, 1.0, 1.0), TURNS, "paired", id="every unit next to its own"),
        pytest.param((1.0, 1.0), TURNS, "together", id="not as many"),
        pytest.param(
            (1.0, 1.0, 1.0),
            tuple((base, unit) for base in (True, False) for unit in range(3)),
            "together",
            id="one tree after the other",
        ),
        pytest.param((1.0, 1.0, 1.0), TURNS[:4], "together", id="nobody knows of one"),
    ],
)
def test_the_design(
    units: tuple[float, ...], turns: Sequence[tuple[bool, int]], design: str
) -> None:
    base = measured(ASKED, units)
    found = chosen(against(run(ASKED, answers=[HEAD]), base, turns=turns), HEAD)
    assert isinstance(found, Baseline)
    assert (found.design, found.sessions, found.history) == (design, (base,), ())
    assert (found.source.rung, found.source.commit, found.source.distance) == ("against", "p0", 1)


def test_the_session_goes_before_what_is_stored_and_only_for_its_budgets() -> None:
    plain = run(ASKED, answers=[HEAD])
    stored = past(plain, measured(ASKED, (5.0, 5.0, 5.0)))
    for budgets, rung in ((("b",), "against"), (("other",), "ancestor")):
        head = against(plain, measured(ASKED, (1.0, 1.0, 1.0)), budgets=budgets)
        found = choose(ASKED, HEAD, head, (stored,))
        assert isinstance(found, Baseline)
        assert found.source.rung == rung


def test_too_few_repeats_of_the_base_are_no_baseline() -> None:
    asked = replace(ASKED, repeat_min=3)
    head = against(run(asked, answers=[HEAD]), measured(asked, (1.0, 1.0)))
    found = choose(asked, HEAD, head, ())
    assert isinstance(found, Reason)
    assert "2 of at least 3 repeats" in found.sentence


def test_a_base_that_was_measured_otherwise_is_none() -> None:
    other = replace(measured(ASKED, (1.0,)), shape=(("script", "2"),))
    found = chosen(against(run(ASKED, answers=[HEAD]), other), HEAD)
    assert isinstance(found, Reason)
    assert found.code is Code.OTHER_SERIES


@pytest.mark.parametrize(
    ("new", "code", "effect"),
    [
        pytest.param(("b/median(time)",), Code.NEW_OBJECTIVE, Effect.WARNS, id="not promised"),
        pytest.param((), Code.BASE_UNMEASURED, Effect.BLOCKS, id="promised there"),
    ],
)
def test_what_the_base_cannot_measure(new: tuple[str, ...], code: Code, effect: Effect) -> None:
    plain = run(ASKED, answers=[HEAD], new=new)
    head = against(plain, missing(ASKED, tool="pytest", exit="2", detail="no module mine"))
    (row,) = judge(head, (), head.started).rows
    assert (row.status, row.effect, row.reason and row.reason.code) == (
        Status.MISSING,
        effect,
        code,
    )


def test_members_of_each_come_and_go() -> None:
    stay, came = (measured(EACH, (1.0, 1.0, 1.0, 1.0), test=name) for name in ("stay", "came"))
    gone = measured(EACH, (1.0, 1.0, 1.0, 1.0), test="gone")
    named = Missing(EACH.id, EACH.sli.with_tag("test", "named"), Reason(Code.VANISHED))
    head = against(run(EACH, answers=[stay, came]), stay, gone, named)
    rows = judge(head, (), head.started).rows
    found = {row.objective.sli.tag("test"): (row.status, row.effect) for row in rows}
    assert found == {
        "stay": (Status.PASS, Effect.NONE),
        "came": (Status.MISSING, Effect.WARNS),
        "gone": (Status.MISSING, Effect.BLOCKS),
        "named": (Status.MISSING, Effect.BLOCKS),
    }


def test_a_base_that_measured_no_member_at_all_is_broken() -> None:
    one = measured(EACH, (1.0, 1.0, 1.0), test="one")
    head = against(run(EACH, answers=[one]), missing(EACH, tool="pytest", exit="2", detail="no"))
    (row,) = judge(head, (), head.started).rows
    assert (row.effect, row.reason and row.reason.code) == (Effect.BLOCKS, Code.BASE_UNMEASURED)


def test_a_limit_that_the_base_is_as_far_beyond_is_not_by_this_change() -> None:
    asked = objective(kind=Kind.LATENCY, limit=1.0)
    over = measured(asked, (0.9, 1.3, 1.1))
    plain = run(asked, answers=[over])
    (alone,) = judge(plain, (), plain.started).rows
    assert (alone.status, alone.effect) == (Status.UNDECIDED, Effect.BLOCKS)
    head = against(plain, measured(asked, (1.2, 1.2, 1.2)))
    (row,) = judge(head, (), head.started).rows
    assert (row.status, row.effect) == (Status.UNDECIDED, Effect.WARNS)


def test_a_member_that_came_to_the_stored_ones_is_new_until_somebody_measured_it() -> None:
    stay, came = (measured(EACH, (1.0, 1.0, 1.0), test=name) for name in ("stay", "came"))
    head = run(EACH, answers=[stay, came])
    older = {"stay": past(head, stay, number=1), "nothing": past(head, number=1)}
    knows = past(head, stay, came, number=2)
    for pasts, effect, code in (
        ((older["stay"],), Effect.WARNS, Code.NEW_OBJECTIVE),
        ((older["nothing"],), Effect.BLOCKS, Code.NO_BASELINE),
        ((), Effect.BLOCKS, Code.NO_BASELINE),
        ((older["stay"], knows), Effect.NONE, None),
    ):
        rows = judge(head, pasts, head.started).rows
        (row,) = (row for row in rows if row.objective.sli.tag("test") == "came")
        assert (row.effect, row.reason.code if code and row.reason else None) == (effect, code)


def test_every_member_of_a_promise_that_is_new_is_new() -> None:
    head = run(EACH, answers=[measured(EACH, (1.0, 1.0, 1.0), test="a")], new=[EACH.id])
    (row,) = judge(head, (), head.started).rows
    assert (row.status, row.effect) == (Status.MISSING, Effect.WARNS)


class TestTheRung:
    """Stored runs on the line, on a merged branch, and of no ancestor."""

    of = objective(tolerance=0.05, kind=Kind.EXACT)
    head = run(of, answers=[measured(of, [100.0])])

    def stored(self, value: float, rung: str, distance: int = 1) -> Past:
        found = past(self.head, measured(self.of, [value]))
        return replace(found, rung=rung, distance=distance)

    def chosen(self, *pasts: Past) -> str:
        found = choose(self.of, self.head.measurements[0], self.head, pasts)
        assert isinstance(found, Baseline)
        return found.source.rung

    def test_the_line_goes_before_what_is_nearer_beside_it(self) -> None:
        side, line = self.stored(1.0, "side"), self.stored(1.0, "previous", 9)
        latest = self.stored(1.0, "latest", 0)
        assert self.chosen(latest, side, line) == "previous"
        assert self.chosen(latest, side) == "side"
        assert self.chosen(latest) == "latest"

    @pytest.mark.parametrize(
        ("value", "status", "code"),
        [
            pytest.param(100.0, Status.PASS, Exit.OK, id="no worse"),
            pytest.param(
                80.0, Status.UNDECIDED, Exit.UNDECIDED, id="worse, maybe as others got better"
            ),
        ],
    )
    def test_what_is_no_ancestor_is_flagged_and_blames_nobody(
        self, value: float, status: Status, code: Exit
    ) -> None:
        outcome = judge(self.head, (self.stored(value, "latest"),), "2026-11-22")
        assert (outcome.rows[0].status, outcome.exit) == (status, code)
        assert f"{self.of.id}: the baseline is not an ancestor of this commit" in outcome.warnings

    def test_far_and_old_baselines_are_told(self) -> None:
        far = self.stored(100.0, "ancestor", 51)
        far = replace(far, run=replace(far.run, started="2026-10-20T12:00:00Z"))
        outcome = judge(self.head, (far,), "2026-11-22")
        assert outcome.warnings == (
            f"{self.of.id}: the baseline is far, 51 commits back",
            f"{self.of.id}: the baseline is 33 days old",
        )
        near = self.stored(100.0, "ancestor", 50)
        near = replace(near, run=replace(near.run, started="2026-10-23T12:00:00Z"))
        assert judge(self.head, (near,), "2026-11-22").warnings == ()


def steady(value: float) -> Measurement:
    return measured(ASKED, [value * (1 + n / 1000) for n in (-2, -1, 0, 1, 2)])


class TestNamedRuns:
    """Somebody named what to compare with; how days differ is told by the others."""

    head = run(ASKED, answers=[HEAD])

    def past(self, value: float, number: int, rung: str = DAYS) -> Past:
        return replace(past(self.head, steady(value), number=number), rung=rung)

    def test_they_alone_are_the_baseline(self) -> None:
        days = tuple(self.past(2.0 + n / 10, n) for n in range(5))
        named = self.past(1.0, 9, "explicit")
        found = choose(ASKED, HEAD, self.head, (*days, named))
        assert isinstance(found, Baseline)
        assert found.source.rung == "explicit"
        assert found.sessions == named.run.measurements
        every = {m for each in (*days, named) for m in each.run.measurements}
        assert set(found.history) == every
        assert len(found.history) == len(every)

    def test_without_them_there_is_none(self) -> None:
        found = choose(ASKED, HEAD, self.head, (self.past(1.0, 0),))
        assert isinstance(found, Reason)
        assert found.code is Code.NO_BASELINE

    def test_what_only_others_measured_is_not_asked_for(self) -> None:
        stay, gone = (measured(EACH, (1.0,), test=name) for name in ("stay", "gone"))
        head = run(EACH, answers=[stay])
        usual = past(head, stay, gone)
        for rung, rows in (("ancestor", 2), (DAYS, 1)):
            assert len(judge(head, (replace(usual, rung=rung),), head.started).rows) == rows

    def test_days_that_differ_by_as_much_leave_it_undecided(self) -> None:
        """Days vary by 10 %, head is 28 % slower than the one run that was named."""
        days = tuple(self.past(v, n) for n, v in enumerate((0.88, 1.12, 0.95, 1.1, 0.9, 1.02)))
        named = self.past(1.0, 9, "explicit")
        slower = run(ASKED, answers=[steady(1.28)])
        assert judge(slower, (named,), slower.started).exit is Exit.FAILED
        assert judge(slower, (named, *days), slower.started).rows[0].status is Status.UNDECIDED


class TestRenamed:
    now = objective("p95(time)", tolerance=0.1, was=ASKED.id)
    before = replace(now, id=ASKED.id, sli=ASKED.sli, was="")

    def past(self, value: float, number: int, of: Objective) -> Past:
        return past(run(of, answers=[]), measured(of, (value,)), number=number)

    def judged(self, *pasts: Past) -> Baseline | Reason:
        head = measured(self.now, (1.0,))
        return choose(self.now, head, run(self.now, answers=[head]), pasts)

    def test_runs_under_both_names_are_found(self) -> None:
        new, old = self.past(2.0, 0, replace(self.now, was="")), self.past(3.0, 1, self.before)
        found = self.judged(new, old)
        assert isinstance(found, Baseline)
        assert found.sessions == (*new.run.measurements, *old.run.measurements)

    def test_once_the_old_runs_are_gone_the_new_ones_are_enough(self) -> None:
        found = self.judged(*(self.past(2.0, n, replace(self.now, was="")) for n in range(3)))
        assert isinstance(found, Baseline)
        assert len(found.sessions) == 3

    def test_a_run_with_both_is_asked_for_the_new_one(self) -> None:
        both = self.past(2.0, 0, replace(self.now, was=""))
        old = measured(self.before, (9.0,))
        run_of_both = replace(both.run, measurements=(old, *both.run.measurements))
        found = self.judged(replace(both, run=run_of_both))
        assert isinstance(found, Baseline)
        assert found.sessions == both.run.measurements

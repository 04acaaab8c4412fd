"""Rounds: what is not decided is measured up to its next look, while there is time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from gate.app.bench import Bench
from gate.app.ledger import Ledger
from gate.app.measure import Contest, look, measure_minimum
from gate.app.progress import Silent, Waiting
from gate.app.session import Session
from gate.core.metric import Catalogue
from gate.core.model import Objective
from gate.core.reasons import Code, because
from gate.core.run import Looks
from gate.core.sample import Reduced
from gate.core.verdict import Bound, Effect, Exit, Outcome, Row, Status, Verdict
from gate.runners.registry import find
from gate.seams.runner import Found, Question, Ready, Repeat, UnitAnswer
from gate.spec import Budget
from gate.testing import samples
from tests.helpers.judging import objective

WHY = because(Code.STRADDLES, low="-1 %", high="+9 %", bound="+5 %")


class Steady:
    """A session whose units all give the same, in no time or in that many seconds of it."""

    ready = Ready((), ())

    def __init__(self, asked: Objective, seconds: float = 0.0) -> None:
        self.asked, self.seconds, self.units = asked, seconds, 0

    def unit(self, index: int) -> UnitAnswer:
        self.units += 1
        found = Found(self.asked.id, self.asked.sli, Reduced(1.0 + index, 300))
        return UnitAnswer((found,), tool_seconds=self.seconds)


@dataclass
class Told(Silent):
    """What progress was told of the looks."""

    looks: list[tuple[int, tuple[Waiting, ...]]] = field(default_factory=list)

    def looked(self, decided: int, waiting: tuple[Waiting, ...]) -> None:
        self.looks.append((decided, waiting))


def asked(budget: str) -> Objective:
    return replace(objective(limit=1.0), id=f"{budget}/median(time)", budget=budget)


def contest(budget: str, maximum: int, seconds: float = 0.0) -> Contest:
    runner: Any = find("bundle")
    of = asked(budget)
    made = Budget(
        budget,
        runner,
        options=runner.options(files={"app": "*.js"}),
        catalogue=Catalogue("bundle", ()),
        objectives=(of,),
        repeat=Repeat(2, maximum),
    )
    ledger = Ledger(budget, (Question(of.id, of.sli),), {of.id: of}, 2)
    systems: Any = None
    return Contest(Bench(made, ledger, Steady(of, seconds), (), systems))


def session(progress: Told, *contests: Contest) -> Session:
    side: Any = None
    made = Session(side, None, None, 1, progress)
    for each in contests:
        measure_minimum(each, progress)
        look(each)
        made.contests.append(each)
    return made


def outcome(*undecided: str, budgets: tuple[str, ...] = ("a", "b")) -> Outcome:
    rows = tuple(_row(asked(name), decided=name not in undecided) for name in budgets)
    return samples.outcome(samples.run(), rows, Exit.OK)


def _row(of: Objective, *, decided: bool) -> Row:
    status = Status.PASS if decided else Status.UNDECIDED
    return Row(
        of, status, Effect.NONE, (Verdict(Bound.LIMIT, status, WHY, 1.0, "1 s"),), reason=WHY
    )


def answering(*outcomes: Outcome) -> Callable[[], Outcome]:
    left = list(outcomes)
    return lambda: left.pop(0)


FAR = time.monotonic() + 3600


def test_only_what_is_undecided_is_measured_on_to_its_next_look() -> None:
    a, b = contest("a", 4), contest("b", 4)
    of = session(Told(), a, b)
    of.measure_on(answering(outcome("a"), outcome("a"), outcome("a")), FAR, lambda _: True)
    assert [a.asked, b.asked] == [[2, 3, 4], [2]]
    assert of.looks() == (Looks("a", (2, 3, 4), (2, 3, 4)), Looks("b", (2, 3, 4), (2,)))


def test_it_ends_with_the_last_thing_that_was_open() -> None:
    a, b = contest("a", 9), contest("b", 9)
    of = session(Told(), a, b)
    of.measure_on(answering(outcome("a", "b"), outcome("b"), outcome()), FAR, lambda _: True)
    assert [a.asked, b.asked] == [[2, 3], [2, 3, 5]]


def test_what_another_session_measures_is_left_to_it() -> None:
    a = contest("a", 4)
    of = session(Told(), a)
    of.measure_on(answering(outcome("a")), FAR, lambda id_: not id_.startswith("a/"))
    assert a.asked == [2]


@pytest.mark.parametrize(
    ("left", "units"),
    [
        pytest.param(-1.0, 2, id="no time is left"),
        pytest.param(5.0, 2, id="less than one unit takes"),
        pytest.param(15.0, 4, id="enough for one unit at a time"),
    ],
)
def test_no_unit_begins_that_would_end_too_late(left: float, units: int) -> None:
    a = contest("a", 4, seconds=10.0)
    of = session(Told(), a)
    of.measure_on(lambda: outcome("a"), time.monotonic() + left, lambda _: True)
    assert a.begun == units


def test_progress_hears_what_is_decided_what_is_not_and_why() -> None:
    told = Told()
    of = session(told, contest("a", 3), contest("b", 3))
    of.measure_on(answering(outcome("a"), outcome()), FAR, lambda _: True)
    waits = Waiting("a/median(time)", WHY.sentence, 1)
    assert told.looks == [(1, (waits,)), (2, ())]


def test_what_cannot_be_measured_on_waits_without_repeats_left() -> None:
    told = Told()
    of = session(told, contest("a", 2))
    of.measure_on(answering(outcome("a", budgets=("a",))), FAR, lambda _: True)
    assert told.looks == [(0, (Waiting("a/median(time)", WHY.sentence, 0),))]
    assert of.looks() == ()

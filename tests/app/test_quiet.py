"""A unit that others disturbed is dropped with its pair, whatever it measured, and made up for."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.app.bench import Bench
from gate.app.ledger import Ledger
from gate.app.measure import Contest, look, measure_minimum, measure_to_next_look
from gate.app.progress import Silent
from gate.app.quiet import Guard, guard_of
from gate.core.metric import Catalogue, Kind
from gate.core.model import Objective
from gate.core.quiet import ONE_IN, Reading, Watched
from gate.core.reasons import Code, because
from gate.core.sample import Reduced
from gate.runners.registry import find
from gate.seams.runner import Found, Question, Ready, Repeat, UnitAnswer, UnitFailed
from gate.spec import Budget
from tests.helpers.judging import objective

ASKED = objective("p95(t)", kind=Kind.LATENCY, limit=1.0)
QUIET, BUSY = Reading(1.0, others=0.0), Reading(1.0, others=0.61, who="cc1")


@dataclass
class Machine:
    """A machine whose readings are told beforehand; quiet when there are no more."""

    left: Iterator[bool]
    looks: int = 0

    def look(self) -> int:
        self.looks += 1
        return self.looks

    def reading(self, before: int, after: int) -> Reading:
        assert after == before + 1
        return BUSY if next(self.left, False) else QUIET


@dataclass
class Endless:
    """A session whose values come from where one likes."""

    values: Iterable[float]
    ready: Ready = field(default_factory=lambda: Ready((), ()))
    indexes: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.left = iter(self.values)

    def unit(self, index: int) -> UnitAnswer | UnitFailed:
        self.indexes.append(index)
        value = next(self.left)
        if value < 0:
            why = because(Code.TOOL_CRASHED, tool="k6", exit="1", detail="x")
            return UnitFailed(why, again=False)
        return UnitAnswer((Found(ASKED.id, ASKED.sli, Reduced(value, 300)),))


class Together(Endless):
    """A session that measures with the other tree's at once."""

    def beside(self, other: Endless, index: int, *, other_first: bool) -> Any:
        return self.unit(index), other.unit(index)


class NoSystems:
    def check(self, name: str) -> None:
        """All is well."""


def contest(
    head: Endless, base: Endless | None, busy: Sequence[bool], minimum: int = 5, maximum: int = 0
) -> tuple[Contest, list[Ledger]]:
    """A contest on a machine that is busy in these units, one after the other."""
    repeat = Repeat(minimum, maximum or minimum)
    runner: Any = find("bundle")
    options = runner.options(files={"app": "*.js"})
    budget = Budget(
        "b",
        runner,
        options=options,
        catalogue=Catalogue("k6", ()),
        objectives=(ASKED,),
        repeat=repeat,
    )
    systems: Any = NoSystems()
    sessions = [head] if base is None else [head, base]
    ledgers = [ledger() for _ in sessions]
    benches = [
        Bench(budget, mine, session, (), systems, base=session is base)
        for mine, session in zip(ledgers, sessions, strict=True)
    ]
    guard = guard_of((ledgers[0],), Machine(iter(busy)))
    other = benches[1] if base is not None else None
    return Contest(benches[0], other, seed=3, guard=guard), ledgers


def ledger(asked: Objective = ASKED) -> Ledger:
    return Ledger("b", (Question(asked.id, asked.sli),), {asked.id: asked}, 5)


def units(ledger: Ledger) -> list[int]:
    (found,) = ledger.measurements()
    return [unit.index for unit in found.units]


def counted(start: float = 1.0) -> Iterator[float]:
    while True:
        yield start
        start += 1


def test_a_disturbed_unit_is_dropped_with_its_pair_and_measured_again() -> None:
    busy = [False, False, False, True]  # the second side of the second unit
    this, (head, base) = contest(Endless(counted()), Endless(counted(101)), busy)
    measure_minimum(this, Silent())
    assert units(head) == units(base) == [0, 2, 3, 4, 1]
    assert sorted(this.turns) == sorted((side, n) for n in range(5) for side in (True, False))
    assert (head.units, base.units, this.begun, this.again) == (5, 5, 5, [])
    told = this.guard.told("b")
    assert [each.side for each in told] == [Watched.HEAD, Watched.BASE]
    assert sum(len(each.disturbed) for each in told) == 1
    (found,) = (d for each in told for d in each.disturbed)
    assert (found.unit, found.dropped, found.by[0].who) == (1, True, "cc1")
    assert [(each.units, each.dropped) for each in told] == [(6, 1), (6, 1)]


def test_side_by_side_both_are_dropped_together() -> None:
    this, (head, base) = contest(
        Together(counted()), Together(counted(101)), [True, False, False, False, False, False]
    )
    measure_minimum(this, Silent())
    assert units(head) == units(base) == [1, 2, 3, 4, 0]
    (told,) = this.guard.told("b")
    assert (told.side, told.units, len(told.disturbed)) == (Watched.BOTH, 6, 1)


def test_head_alone_is_watched_too() -> None:
    this, (head,) = contest(Endless(counted()), None, [False, True])
    measure_minimum(this, Silent())
    assert units(head) == [0, 2, 3, 4, 1]


def test_of_a_machine_that_is_never_quiet_one_in_five_is_dropped_and_the_rest_kept() -> None:
    this, (head, _) = contest(Endless(counted()), Endless(counted()), [True] * 99, 10)
    measure_minimum(this, Silent())
    assert (len(units(head)), this.guard.dropped) == (10, 2)
    told = this.guard.told("b")
    assert all(len([d for d in each.disturbed if d.dropped]) == 2 for each in told)
    assert all(len([d for d in each.disturbed if not d.dropped]) == 10 for each in told)


def test_few_repeats_are_kept_as_they_are() -> None:
    this, (head, _) = contest(Endless(counted()), Endless(counted()), [True] * 99, 4)
    measure_minimum(this, Silent())
    assert (units(head), this.guard.dropped) == ([0, 1, 2, 3], 0)


def test_what_failed_in_a_dropped_unit_stays_on_record() -> None:
    mine = ledger()
    failed = UnitFailed(because(Code.TOOL_TIMED_OUT, tool="k6", seconds="9"))
    mine.add(0, UnitAnswer((Found(ASKED.id, ASKED.sli, Reduced(1.0, 300)),)))
    mine.fail(1, 1, failed)
    mine.drop(1)
    assert (mine.units, [each.unit for each in mine.failed]) == (1, [1])
    assert list(mine.measurements()) == []
    mine.drop(0)
    assert (mine.units, [each.reason.code for each in mine.missing()]) == (0, [Code.TOOL_TIMED_OUT])


def test_a_budget_that_ended_drops_nothing_more() -> None:
    this, (head,) = contest(Endless([1.0, 1.0, -1.0]), None, [False, False, True])
    measure_minimum(this, Silent())
    assert (units(head), this.guard.dropped) == ([0, 1], 0)


def test_a_base_that_ended_leaves_head_to_be_measured_again() -> None:
    this, (head, base) = contest(Endless(counted()), Endless([1.0, -1.0]), [False, False, True])
    measure_minimum(this, Silent())
    assert units(head) == [0, 2, 3, 4, 1]
    assert units(base) == [0]


def test_without_time_what_was_dropped_stays_dropped() -> None:
    this, (head, base) = contest(Endless(counted()), Endless(counted()), [], 5, 11)
    measure_minimum(this, Silent())
    look(this)
    this.again.append(0)
    for each in (head, base):
        each.drop(0)
    assert not measure_to_next_look(this, Silent(), deadline=-math.inf)
    assert (units(head), units(base), this.again) == ([1, 2, 3, 4], [1, 2, 3, 4], [])


@pytest.mark.parametrize(
    ("kind", "watched"),
    [(Kind.EXACT, False), (Kind.COUNTED, False), (Kind.TIMING, True), (Kind.PROPORTION, True)],
)
def test_counts_and_sizes_are_not_disturbed(kind: Kind, watched: bool) -> None:
    mine = ledger(objective("p95(t)", kind=kind, limit=1.0))
    machine = Machine(iter([]))
    guard = guard_of((mine,), machine)
    with guard.watching(Watched.HEAD):
        pass
    assert (machine.looks > 0) is watched
    assert bool(guard.told("b")) is False, "told before both sides are measured"


def test_without_a_watcher_nothing_is_told() -> None:
    guard = Guard()
    with guard.watching(Watched.HEAD):
        pass
    assert (guard.settled(0, minimum=5, begun=1), guard.told("b")) == ((), ())


@given(
    st.lists(st.booleans(), max_size=80),
    st.integers(1, 12),
    st.integers(0, 12),
    st.booleans(),
)
def test_whatever_happens_no_unit_is_unpaired_and_at_most_one_in_five_dropped(
    busy: list[bool], minimum: int, more: int, together: bool
) -> None:
    kind = Together if together else Endless
    this, (head, base) = contest(
        kind(counted()), kind(counted()), busy, minimum, max(minimum + more, minimum)
    )
    measure_minimum(this, Silent())
    look(this)
    while measure_to_next_look(this, Silent(), math.inf):
        look(this)
    assert units(head) == units(base)
    assert sorted(units(head)) == list(range(this.begun))
    assert sorted(n for side, n in this.turns if side) == sorted(units(base))
    assert sorted(n for side, n in this.turns if not side) == sorted(units(head))
    assert this.guard.dropped * ONE_IN <= this.begun


def test_dropping_by_the_load_of_others_favours_neither_side() -> None:
    """Of two equal trees, on a machine where others take turns, the means stay equal.

    Seeded. Others slow a unit to twice its time; half of what they disturb is long enough to be
    seen. Without dropping the spread is larger, with it the difference has mean zero all the same.
    """
    source = random.Random(7)
    kept: list[float] = []
    raw: list[float] = []
    for _ in range(300):
        for watched, found in ((True, kept), (False, raw)):
            values: list[float] = []
            slow = [source.random() < 0.15 for _ in range(60)]
            order = iter(slow)

            def one(order: Iterator[bool] = order, log: list[float] = values) -> Iterator[float]:
                while True:
                    log.append(source.lognormvariate(0.0, 0.03) * (2.0 if next(order) else 1.0))
                    yield log[-1]

            told = [each and source.random() < 0.5 for each in slow] if watched else []
            this, (head, base) = contest(Endless(one()), Endless(one()), told, 10)
            measure_minimum(this, Silent())
            found.append(mean(head) - mean(base))
    assert abs(sum(kept)) / len(kept) < 3 * spread(kept) / math.sqrt(len(kept))
    assert spread(kept) < 0.9 * spread(raw)


def mean(ledger: Ledger) -> float:
    (found,) = ledger.measurements()
    values = [unit.data.value for unit in found.units if isinstance(unit.data, Reduced)]
    return sum(map(math.log, values)) / len(values)


def spread(values: list[float]) -> float:
    middle = sum(values) / len(values)
    return math.sqrt(sum((each - middle) ** 2 for each in values) / (len(values) - 1))

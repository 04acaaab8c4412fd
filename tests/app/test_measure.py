"""Units that withhold an answer are measured again, once, and said so."""

from __future__ import annotations

from typing import Any

from gate.app.bench import Bench
from gate.app.ledger import Ledger
from gate.app.measure import Contest, measure_minimum
from gate.app.progress import Silent
from gate.core.metric import Catalogue, Kind
from gate.core.reasons import Code, because
from gate.core.sample import Reduced
from gate.runners.registry import find
from gate.seams.runner import Found, NotFound, Question, Ready, Repeat, UnitAnswer, UnitFailed
from gate.spec import Budget
from tests.helpers.judging import objective

ASKED = objective("p95(t)", kind=Kind.LATENCY, limit=1.0)
DROPPED = because(Code.LOAD_DROPPED, dropped="9", planned="100", detail="busy")


class Scripted:
    """A session that answers from a list: a number, None for a withheld answer, or a failure."""

    ready = Ready((), ())

    def __init__(self, *answers: float | UnitFailed | None) -> None:
        self.left = list(answers)
        self.indexes: list[int] = []

    def unit(self, index: int) -> UnitAnswer | UnitFailed:
        self.indexes.append(index)
        answer = self.left.pop(0)
        if isinstance(answer, UnitFailed):
            return answer
        if answer is None:
            return UnitAnswer((), (NotFound(ASKED.id, ASKED.sli, DROPPED),))
        return UnitAnswer((Found(ASKED.id, ASKED.sli, Reduced(answer, 300)),))


class NoSystems:
    """Nothing is under test."""

    def check(self, name: str) -> None:
        """All is well."""


def measured(session: Scripted, minimum: int = 3) -> Ledger:
    budget = _budget(minimum)
    ledger = Ledger("b", (Question(ASKED.id, ASKED.sli),), {ASKED.id: ASKED}, minimum)
    systems: Any = NoSystems()
    measure_minimum(Contest(Bench(budget, ledger, session, (), systems)), Silent())
    return ledger


def in_turn(head: Scripted, base: Scripted, units: int = 4) -> tuple[Contest, Ledger, Ledger]:
    """Both trees measured, the base's ledger last."""
    budget = _budget(units)
    systems: Any = NoSystems()
    ledgers = [
        Ledger("b", (Question(ASKED.id, ASKED.sli),), {ASKED.id: ASKED}, units) for _ in range(2)
    ]
    contest = Contest(
        Bench(budget, ledgers[0], head, (), systems),
        Bench(budget, ledgers[1], base, (), systems, base=True),
        seed=3,
    )
    measure_minimum(contest, Silent())
    return contest, ledgers[0], ledgers[1]


def test_both_trees_are_measured_unit_by_unit_in_turn() -> None:
    contest, head, base = in_turn(Scripted(1.0, 1.1, 1.2, 1.3), Scripted(2.0, 2.1, 2.2, 2.3))
    for ledger in (head, base):
        (found,) = ledger.measurements()
        assert [unit.index for unit in found.units] == [0, 1, 2, 3]
    firsts = [base for base, _ in contest.turns[::2]]
    assert [unit for _, unit in contest.turns] == [0, 0, 1, 1, 2, 2, 3, 3]
    assert sum(firsts) == 2
    assert all(one[0] != two[0] for one, two in pairs(contest))


def pairs(contest: Contest) -> list[tuple[tuple[bool, int], tuple[bool, int]]]:
    return list(zip(contest.turns[::2], contest.turns[1::2], strict=True))


def test_a_base_that_fails_leaves_head_to_be_measured() -> None:
    crashed = UnitFailed(because(Code.TOOL_CRASHED, tool="k6", exit="1", detail="x"), again=False)
    contest, head, base = in_turn(Scripted(1.0, 1.1, 1.2, 1.3), Scripted(2.0, crashed))
    assert len(next(head.measurements()).units) == 4
    assert len(next(base.measurements()).units) == 1
    assert [unit for base, unit in contest.turns if base] == [0]


def test_without_head_the_base_is_of_no_use() -> None:
    crashed = UnitFailed(because(Code.TOOL_CRASHED, tool="k6", exit="1", detail="x"), again=False)
    base = Scripted(2.0, 2.1, 2.2, 2.3)
    in_turn(Scripted(1.0, crashed), base)
    assert len(base.left) >= 2


def test_what_one_tree_withheld_is_measured_again_on_both() -> None:
    contest, head, base = in_turn(Scripted(1.0, None, 1.1), Scripted(2.0, 2.1, 2.2), units=2)
    assert [unit.index for unit in next(head.measurements()).units] == [0, 2]
    assert [unit.index for unit in next(base.measurements()).units] == [0, 1, 2]
    assert len(contest.turns) == 6


class Together(Scripted):
    """A session that measures with the other tree's at once."""

    def __init__(self, *answers: float | UnitFailed | None) -> None:
        super().__init__(*answers)
        self.firsts: list[bool] = []

    def beside(
        self, other: Scripted, index: int, *, other_first: bool
    ) -> tuple[UnitAnswer | UnitFailed, UnitAnswer | UnitFailed]:
        self.firsts.append(other_first)
        return self.unit(index), other.unit(index)


def test_what_can_be_side_by_side_is() -> None:
    head = Together(1.0, 1.1, 1.2, 1.3)
    contest, *ledgers = in_turn(head, Together(2.0, 2.1, 2.2, 2.3))
    assert sum(head.firsts) == 2
    assert [base for base, _ in contest.turns[::2]] == head.firsts
    assert [len(next(ledger.measurements()).units) for ledger in ledgers] == [4, 4]


def test_side_by_side_one_that_fails_is_tried_again_alone() -> None:
    crashed = UnitFailed(because(Code.TOOL_CRASHED, tool="k6", exit="1", detail="x"))
    head = Together(1.0, 1.1)
    contest, _, base = in_turn(head, Together(crashed, 2.0, 2.1), units=2)
    assert (len(head.firsts), len(contest.turns)) == (2, 4)
    assert [(f.unit, f.attempt) for f in base.failed] == [(0, 1)]
    head, gone = Together(1.0, 1.1), Together(crashed, crashed)
    contest, own, _ = in_turn(head, gone, units=2)
    assert (len(head.firsts), len(next(own.measurements()).units)) == (1, 2)


def _budget(minimum: int) -> Budget:
    return Budget(
        "b",
        find("bundle"),
        options=_options(),
        catalogue=Catalogue("k6", ()),
        objectives=(ASKED,),
        repeat=Repeat(minimum, minimum),
    )


def _options() -> Any:
    runner: Any = find("bundle")
    return runner.options(files={"app": "*.js"})


def test_a_withheld_answer_is_measured_again_and_recorded() -> None:
    session = Scripted(1.0, None, 1.1, 1.2)
    ledger = measured(session)

    (found,) = ledger.measurements()
    assert [unit.index for unit in found.units] == [0, 2, 3]
    assert [(f.unit, f.reason.code) for f in ledger.failed] == [(1, Code.LOAD_DROPPED)]


def test_it_is_measured_again_only_once() -> None:
    session = Scripted(1.0, None, None, None, None)
    ledger = measured(session)

    assert session.indexes == [0, 1, 2, 3, 4]
    (found,) = ledger.measurements()
    assert len(found.units) == 1


def test_what_no_unit_gives_is_not_tried_for_ever() -> None:
    session = Scripted(None, None, None)
    ledger = measured(session)

    (missing,) = ledger.missing()
    assert (session.left, missing.reason.code) == ([], Code.LOAD_DROPPED)


def test_a_failed_unit_has_a_second_attempt_with_the_same_index() -> None:
    crashed = UnitFailed(because(Code.TOOL_CRASHED, tool="k6", exit="107", detail="boom"))
    session = Scripted(1.0, crashed, 1.1, 1.2)
    ledger = measured(session)

    assert session.indexes == [0, 1, 1, 2]
    assert len(next(ledger.measurements()).units) == 3


def test_a_unit_that_fails_twice_ends_the_budget() -> None:
    crashed = UnitFailed(because(Code.TOOL_CRASHED, tool="k6", exit="107", detail="boom"))
    session = Scripted(1.0, crashed, crashed)
    ledger = measured(session)

    assert session.indexes == [0, 1, 1]
    assert len(next(ledger.measurements()).units) == 1

"""What a report may draw: units of both sides and the comparable runs before, nothing decided."""

from __future__ import annotations

from dataclasses import replace

from gate.core.judge import judge
from gate.core.judge.seen import POINTS, TREND
from gate.core.past import Past
from gate.core.run import BaseTree, Confirmation, Run
from gate.core.verdict import Seen
from tests.helpers.judging import ELSEWHERE, measured, objective, only_row, past, run

OF = objective(tolerance=0.1)
DAY = "2026-11-22T12:00:00Z"


def seen(head: Run, *pasts: Past) -> Seen:
    found = only_row(judge(head, pasts, DAY)).seen
    assert found is not None
    return found


def head(*units: float) -> Run:
    return run(OF, answers=[measured(OF, units or (1.2, 1.1, 1.3))])


def stored(number: int, value: float) -> Past:
    return past(head(), measured(OF, [value] * 3), number=number)


def test_the_units_of_head_in_order_of_size() -> None:
    assert seen(head(1.2, 1.1, 1.3)) == Seen(head=(1.1, 1.2, 1.3))


def test_stored_runs_are_the_base_and_the_trend_oldest_first() -> None:
    found = seen(head(), stored(0, 1.0), stored(1, 1.05), stored(2, 0.98))
    assert found.base == (0.98, 1.0, 1.05)
    assert [(then.commit, then.value) for then in found.trend] == [
        ("p2", 0.98),
        ("p1", 1.05),
        ("p0", 1.0),
    ]


def test_runs_of_another_machine_are_not_drawn() -> None:
    other = stored(0, 9.0)
    other = replace(other, run=replace(other.run, environment=ELSEWHERE))
    assert seen(head(), other).trend == ()


def test_the_base_of_the_same_session_comes_unit_by_unit() -> None:
    tree = BaseTree("p0", "main", 1, ("b",), (measured(OF, [1.0, 1.02]),))
    found = seen(replace(head(), base=tree), stored(1, 5.0))
    assert found.base == (1.0, 1.02)
    assert [then.value for then in found.trend] == [5.0]


def test_what_was_measured_again_is_drawn_with_its_own_base() -> None:
    first = BaseTree("p0", "main", 1, ("b",), (measured(OF, [1.0, 1.02, 1.01]),))
    again = replace(first, measurements=(measured(OF, [1.1, 1.12, 1.13]),))
    fresh = Confirmation((OF.id,), (measured(OF, [1.4, 1.5, 1.6]),), base=again)
    found = seen(replace(head(), confirmation=fresh), stored(0, 1.0), stored(1, 1.01))
    assert found.base == (1.1, 1.12, 1.13)
    assert found.head == (1.4, 1.5, 1.6)


def test_very_many_units_are_thinned_and_keep_their_ends() -> None:
    found = seen(head(*(1 + i / 1000 for i in range(500))))
    assert len(found.head) == POINTS
    assert (found.head[0], found.head[-1]) == (1.0, 1.499)


def test_a_trend_has_an_end() -> None:
    pasts = [stored(i, 1.0 + i / 100) for i in range(19)]
    many = [
        replace(each, run=replace(each.run, id=f"{each.run.id}-{n}"))
        for each in pasts
        for n in range(3)
    ]
    assert len(seen(head(), *many).trend) == TREND


def test_what_was_not_measured_is_not_drawn() -> None:
    assert only_row(judge(run(OF), (), DAY)).seen is None

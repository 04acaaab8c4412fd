from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.core.looks import at_look, looks_in, of_budget, part_at, schedule
from gate.core.run import BaseTree, Looks, Turn
from tests.helpers.judging import measured, objective, run

OF = objective(tolerance=0.1)


@pytest.mark.parametrize(
    ("minimum", "maximum", "looks"),
    [
        pytest.param(1, 1, (1,), id="what is measured once is judged once"),
        pytest.param(5, 5, (5,), id="so is what has no more than its minimum"),
        pytest.param(5, 6, (5, 6), id="one more unit is one more look"),
        pytest.param(5, 11, (5, 8, 11), id="the default: twice on"),
        pytest.param(3, 7, (3, 5, 7), id="from three"),
        pytest.param(5, 40, (5, 8, 12, 18, 27, 40), id="each time half as many more"),
    ],
)
def test_the_schedule_grows_by_half(minimum: int, maximum: int, looks: tuple[int, ...]) -> None:
    assert schedule(minimum, maximum) == looks


@given(st.integers(1, 60), st.integers(0, 400))
def test_every_schedule_rises_from_the_minimum_to_the_maximum(minimum: int, more: int) -> None:
    looks = schedule(minimum, minimum + more)
    assert (looks[0], looks[-1]) == (minimum, minimum + more)
    assert list(looks) == sorted(set(looks))


@given(st.integers(1, 40))
def test_all_looks_together_spend_the_whole_error(declared: int) -> None:
    parts = [part_at(look, declared) for look in range(declared)]
    assert sum(parts) == pytest.approx(1.0)
    assert parts[0] == (0.5 if declared > 1 else 1.0)


def test_at_a_look_only_what_had_begun_is_there() -> None:
    whole = run(
        OF, answers=[measured(OF, [1.0, 1.1, 1.2, 1.3])], looks=[Looks("b", (2, 3, 9), (2, 3))]
    )
    turns = tuple(Turn("b", base=base, unit=unit) for unit in range(4) for base in (True, False))
    base = BaseTree("p0", "main", 1, ("b",), (measured(OF, [2.0, 2.1, 2.2, 2.3]),), turns=turns)
    whole = replace(whole, base=base)
    for look, units in ((0, 2), (1, 3), (2, 3)):
        seen = at_look(whole, look)
        assert seen.base is not None
        for (measurement,) in (seen.measurements, seen.base.measurements):
            assert [unit.index for unit in measurement.units] == list(range(units))
        assert {turn.unit for turn in seen.base.turns} == set(range(units))


def test_what_came_only_later_is_not_measured_at_an_earlier_look() -> None:
    late = measured(OF, [1.0, 1.1, 1.2])
    late = replace(late, units=late.units[2:])
    whole = run(OF, answers=[late], looks=[Looks("b", (2, 3), (2, 3))])
    assert at_look(whole, 0).measurements == ()
    assert at_look(whole, 1).measurements == (late,)


def test_a_budget_without_looks_is_whole_at_each() -> None:
    whole = run(OF, answers=[measured(OF, [1.0, 1.1])], looks=[Looks("other", (1, 2), (1, 2))])
    assert at_look(whole, 0).measurements == whole.measurements
    assert (looks_in(whole), of_budget(whole, "b")) == (2, None)
    assert looks_in(run(OF)) == 1

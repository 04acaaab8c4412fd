from __future__ import annotations

from dataclasses import replace

from gate.core.judge import about_changes, is_question
from gate.core.model import Amount, Limit, Objective, Promises, Tolerance
from tests.helpers.judging import objective

TOLERANCE = Tolerance(Amount(0.1, relative=True))


def asked(*objectives: Objective) -> tuple[Objective, ...]:
    return about_changes(Promises(objectives=objectives)).objectives


def test_a_tolerance_stays_and_the_limit_beside_it_goes() -> None:
    both = replace(objective(), limit=Limit(1.0), tolerance=TOLERANCE)
    assert asked(both) == (replace(both, limit=None),)
    assert not is_question(asked(both)[0])


def test_a_limit_alone_becomes_a_question_that_closes_nothing() -> None:
    (found,) = asked(replace(objective(), limit=Limit(1.0), tolerance=None))
    assert (found.limit, found.blocking) == (None, False)
    assert found.tolerance == Tolerance(Amount(0.0, relative=True))
    assert is_question(found)


def test_a_blocking_promise_of_no_worsening_is_no_question() -> None:
    assert not is_question(replace(objective(), tolerance=Tolerance(Amount(0.0, relative=True))))

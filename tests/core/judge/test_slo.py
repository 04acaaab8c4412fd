"""The judge's own promises, on seeded data of known truth: alarm rate and power.

A session has a level of its own (its day), units scatter around it, and ten objectives are judged
together against stored runs of other days.
"""

import math
import random

from gate.core.judge import judge
from gate.core.model import Objective
from gate.core.run import Measurement
from gate.core.verdict import Status
from tests.helpers.judging import measured, objective, past, run

DAY = "2026-11-22T12:00:00Z"
BETWEEN, WITHIN, UNITS, OBJECTIVES, CHECKS = 0.02, 0.03, 8, 10, 150


def check(chance: random.Random, shift: float) -> list[Status]:
    """Judge ten objectives, the first of them shifted; five stored days before it."""
    asked = [objective(f"median(t{n})", tolerance=0.05) for n in range(OBJECTIVES)]

    def session(of: Objective, factor: float) -> Measurement:
        day = chance.gauss(0, BETWEEN)
        units = [factor * math.exp(day + chance.gauss(0, WITHIN)) for _ in range(UNITS)]
        return measured(of, units)

    factors = [1 + shift if not n else 1.0 for n in range(OBJECTIVES)]
    head = [session(of, factor) for of, factor in zip(asked, factors, strict=True)]
    this = run(*asked, answers=head)
    pasts = tuple(past(this, *(session(of, 1.0) for of in asked), number=n) for n in range(5))
    return [row.status for row in judge(this, pasts, DAY).rows]


def test_unchanged_code_is_red_at_most_as_often_as_the_alarm_rate() -> None:
    """The rate is 1 %: of 150 checks five or more red ones have a chance below 2 %."""
    chance = random.Random(20261122)
    red = sum(Status.FAIL in check(chance, 0.0) for _ in range(CHECKS))
    assert red <= 4


def test_a_planted_thirty_percent_is_found() -> None:
    chance = random.Random(20261123)
    found = sum(check(chance, 0.30)[0] is Status.FAIL for _ in range(60))
    assert found >= 57


def test_unchanged_code_is_never_called_beyond_and_mostly_not_blamed_elsewhere() -> None:
    chance = random.Random(20261124)
    others = [status for _ in range(60) for status in check(chance, 0.30)[1:]]
    assert sum(status is Status.FAIL for status in others) <= 3

"""What a change of the budgets lets through is said in sentences; what it tightens is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gate.core.metric import Better, Kind
from gate.core.model import (
    Accepted,
    Amount,
    Limit,
    Objective,
    Policy,
    Promises,
    Retired,
    Tolerance,
    Waiver,
)
from gate.core.sli import parse_sli
from gate.core.units import Dimension
from gate.spec import loosened


def relative(value: float) -> Amount:
    return Amount(value, relative=True)


def objective(name: str = "web/median(lcp)", **changes: object) -> Objective:
    budget, _, sli = name.partition("/")
    plain = Objective(
        id=name,
        budget=budget,
        sli=parse_sli(sli),
        dimension=Dimension.TIME,
        better=Better.LOWER,
        kind=Kind.LAB,
        limit=Limit(2.5, 2.0),
        tolerance=Tolerance(relative(0.1), relative(0.05), 0.01),
        repeat_min=5,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # the names are the fields'


BASE = objective()
OTHER = objective("web/median(cls)")
RATE = objective(
    "api/rate(http_reqs)", dimension=Dimension.RATE, better=Better.HIGHER, limit=Limit(150, 200)
)
SHARE = objective(
    "api/rate(failed)",
    dimension=Dimension.SHARE,
    limit=Limit(0.01),
    tolerance=Tolerance(Amount(0.005, relative=False)),
)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        pytest.param(BASE, BASE, (), id="nothing changed"),
        pytest.param(
            BASE,
            replace(BASE, limit=Limit(3.0, 2.2)),
            (
                "the limit was loosened from 2.5 s to 3 s",
                "the warning was loosened from 2 s to 2.2 s",
            ),
            id="a limit and its warning",
        ),
        pytest.param(BASE, replace(BASE, limit=Limit(2.0, 1.0)), (), id="a tighter limit"),
        pytest.param(
            BASE, replace(BASE, limit=None), ("the limit of 2.5 s was removed",), id="no limit"
        ),
        pytest.param(
            BASE, replace(BASE, limit=Limit(2.5)), ("the warning at 2 s was removed",), id="no warn"
        ),
        pytest.param(
            BASE,
            replace(BASE, dimension=Dimension.SIZE),
            ("the limit is about another quantity now",),
            id="another quantity",
        ),
        pytest.param(
            RATE,
            replace(RATE, limit=Limit(100, 200)),
            ("the limit was loosened from 150 /s to 100 /s",),
            id="a limit of what is better higher",
        ),
        pytest.param(RATE, replace(RATE, limit=Limit(180, 200)), (), id="a higher one is tighter"),
        pytest.param(
            BASE,
            replace(BASE, tolerance=None),
            ("the tolerance of 10 % was removed",),
            id="no tolerance",
        ),
        pytest.param(
            BASE,
            replace(BASE, tolerance=Tolerance(relative(0.2), relative(0.06), 0.02)),
            (
                "the tolerance was loosened from 10 % to 20 %",
                "the tolerance's warning was loosened from 5 % to 6 %",
                "the floor was raised from 10 ms to 20 ms",
            ),
            id="tolerance, its warning and floor",
        ),
        pytest.param(
            BASE,
            replace(BASE, tolerance=Tolerance(relative(0.1), None, 0.01)),
            ("the warning at 5 % worse was removed",),
            id="no warning of the tolerance",
        ),
        pytest.param(
            BASE,
            replace(BASE, tolerance=Tolerance(Amount(0.1, relative=False), None, 0.01)),
            (
                "the tolerance was changed from 10 % to 100 ms",
                "the warning at 5 % worse was removed",
            ),
            id="a tolerance of another sort",
        ),
        pytest.param(
            SHARE,
            replace(SHARE, tolerance=Tolerance(Amount(0.01, relative=False))),
            ("the tolerance was loosened from 0.5 pp to 1 pp",),
            id="a tolerance in points",
        ),
        pytest.param(
            SHARE,
            replace(
                SHARE, tolerance=Tolerance(Amount(0.005, relative=False), detect=relative(0.5))
            ),
            ("what is detected was set to 50 %",),
            id="what is detected",
        ),
        pytest.param(
            replace(BASE, tolerance=Tolerance(relative(0.1), detect=relative(0.2))),
            replace(BASE, tolerance=Tolerance(relative(0.1), detect=relative(0.4))),
            ("what is detected was loosened from 20 % to 40 %",),
            id="less is detected",
        ),
        pytest.param(
            BASE, replace(BASE, blocking=False), ("does not block any more",), id="advisory"
        ),
        pytest.param(replace(BASE, blocking=False), BASE, (), id="blocking is tighter"),
        pytest.param(
            replace(BASE, each="page"),
            BASE,
            ("is spread over nothing instead of page",),
            id="not spread",
        ),
        pytest.param(
            BASE, replace(BASE, repeat_min=3), ("is measured 3 instead of 5 times",), id="repeats"
        ),
    ],
)
def test_every_loosening_of_an_objective_is_said(
    before: Objective, after: Objective, said: tuple[str, ...]
) -> None:
    expected = tuple(f"{after.id}: {change}" for change in said)
    assert loosened(Promises((before,)), Promises((after,))) == expected


def test_a_deleted_objective_and_a_deleted_budget_are_said() -> None:
    base = Promises((BASE, OTHER, RATE, SHARE))
    assert loosened(base, Promises((OTHER,))) == (
        "the budget api was deleted, with its 2 objectives",
        "web/median(lcp) was deleted",
    )
    assert loosened(Promises((RATE,)), Promises(())) == (
        "the budget api was deleted, with its only objective",
    )


def test_a_retired_objective_is_said_with_its_reason() -> None:
    head = Promises((OTHER,), retired=(Retired(BASE.id, "the page is gone", "team"),))
    assert loosened(Promises((BASE, OTHER)), head) == (
        "web/median(lcp) was retired by team: the page is gone",
    )


def test_a_renamed_objective_is_compared_with_what_it_was() -> None:
    renamed = objective("web/p75(lcp)", was=BASE.id)
    assert loosened(Promises((BASE,)), Promises((renamed,))) == ()
    looser = replace(renamed, limit=Limit(4.0, 2.0))
    assert loosened(Promises((BASE,)), Promises((looser,))) == (
        "web/p75(lcp): the limit was loosened from 2.5 s to 4 s",
    )


def test_new_objectives_are_not_mentioned() -> None:
    assert loosened(Promises((BASE,)), Promises((BASE, OTHER, RATE))) == ()


def test_a_looser_policy_is_said() -> None:
    base = Promises((), policy=Policy(undecided="fail", signoff=True))
    head = Promises(
        (), policy=Policy(alarm_rate=0.001, miss_rate=0.2, bootstrap_until="2027-01-15")
    )
    assert loosened(base, head) == (
        "policy: undecided objectives only warn now",
        "policy: it signs no release off any more",
        "policy: the alarm rate was lowered from 1 % to 0.1 %",
        "policy: the miss rate was raised from 5 % to 20 %",
        "policy: a missing baseline does not block before 2027-01-15",
    )
    assert loosened(head, replace(head, policy=replace(base.policy, bootstrap_until=""))) == ()


def test_new_and_wider_waivers_are_said() -> None:
    waiver = Waiver("web/lcp", "limit", "hero image", "team", "2027-01-31", ceiling=3.0)
    base, head = Promises(()), Promises((), waivers=(waiver,))
    assert loosened(base, head) == (
        "web/lcp: its limit is waived until 2027-01-31 by team: hero image",
    )
    later = Promises((), waivers=(replace(waiver, expires="2027-06-30"),))
    assert loosened(head, later) == (
        "web/lcp: its limit is waived until 2027-06-30 instead of 2027-01-31",
    )
    wider = Promises((), waivers=(replace(waiver, ceiling=None),))
    assert loosened(head, wider) == (
        "web/lcp: its limit is waived until 2027-01-31 with another ceiling",
    )
    assert loosened(later, head) == ()


def test_an_accepted_regression_is_said_once() -> None:
    accepted = Promises((), accepted=(Accepted("web/lcp", 2.9, "new hero", "team", "2027-02-01"),))
    assert loosened(Promises(()), accepted) == (
        "web/lcp: a regression was accepted by team: new hero",
    )
    assert loosened(accepted, accepted) == ()

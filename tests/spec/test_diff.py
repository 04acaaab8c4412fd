"""What a change of the budgets lets through is said in sentences; what it tightens is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gate.core.loosening import How, Loosening
from gate.core.metric import Better, Kind
from gate.core.model import (
    Accepted,
    Amount,
    Drift,
    Limit,
    Objective,
    Place,
    Policy,
    Promises,
    Retired,
    Tolerance,
    Waiver,
)
from gate.core.sli import parse_sli
from gate.core.units import Dimension
from gate.spec import loosened as found


def loosened(base: Promises, head: Promises) -> tuple[str, ...]:
    """What was found, in words, without places and owners."""
    return tuple(short(each) for each in found(base, head))


def short(each: Loosening) -> str:
    joint = " " if each.change.startswith("was ") else ": "
    return f"{each.subject}{joint}{each.change}"


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
            BASE, replace(BASE, limit=Limit(2.5)), ("the warning of 2 s was removed",), id="no warn"
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
                "the floor was loosened from 10 ms to 20 ms",
            ),
            id="tolerance, its warning and floor",
        ),
        pytest.param(
            BASE,
            replace(BASE, tolerance=Tolerance(relative(0.1), None, 0.01)),
            ("the warning of 5 % was removed",),
            id="no warning of the tolerance",
        ),
        pytest.param(
            BASE,
            replace(BASE, tolerance=Tolerance(Amount(0.1, relative=False), None, 0.01)),
            (
                "the tolerance was changed from 10 % to 100 ms",
                "the warning of 5 % was removed",
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
            replace(BASE, baseline="v1.4"),
            BASE,
            ("is held to the last runs instead of v1.4",),
            id="no pin",
        ),
        pytest.param(
            replace(BASE, baseline="v1.4"),
            replace(BASE, baseline="v1.5"),
            ("is held to v1.5 instead of v1.4",),
            id="another pin",
        ),
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
        "web/median(lcp) was deleted",
        "the budget api was deleted, with its 2 objectives",
    )
    assert loosened(Promises((RATE,)), Promises(())) == (
        "the budget api was deleted, with its only objective",
    )


def test_a_retired_objective_is_said_with_its_reason() -> None:
    head = Promises((OTHER,), retired=(Retired(BASE.id, "the page is gone", "team"),))
    assert loosened(Promises((BASE, OTHER)), head) == (
        "web/median(lcp) was retired: the page is gone",
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
    base = Promises((), policy=Policy(undecided="fail", signoff=True, store="git:runs"))
    head = Promises(
        (), policy=Policy(alarm_rate=0.001, miss_rate=0.2, bootstrap_until="2027-01-15")
    )
    assert loosened(base, head) == (
        "policy: undecided objectives only warn now",
        "policy: it signs no release off any more",
        "policy: its runs are kept, and compared with, in another store",
        "policy: a missing baseline does not block before 2027-01-15",
        "policy: the alarm rate was loosened from 1 % to 0.1 %",
        "policy: the miss rate was loosened from 5 % to 20 %",
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
    assert loosened(Promises(()), accepted) == ("web/lcp: a regression was accepted: new hero",)
    assert loosened(accepted, accepted) == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(Limit(0.3), Limit(300 * 0.001), id="300 ms is 0.3 s"),
        pytest.param(Limit(0.1 + 0.2), Limit(0.3), id="the last bit of a float"),
        pytest.param(Limit(2.5, 2.0), Limit(2.0), id="as tight as the warning was"),
    ],
)
def test_the_same_limit_written_otherwise_is_not_loosened(before: Limit, after: Limit) -> None:
    base, head = replace(BASE, limit=before), replace(BASE, limit=after)
    assert found(Promises((base,)), Promises((head,))) == ()


def test_a_difference_that_reads_the_same_is_written_exactly() -> None:
    base, head = replace(BASE, limit=Limit(2.5)), replace(BASE, limit=Limit(2.50001))
    assert loosened(Promises((base,)), Promises((head,))) == (
        "web/median(lcp): the limit was loosened from 2.5 s to 2.50001 s",
    )


def test_a_loosening_says_where_it_stands_where_it_stood_and_who_may_allow_it() -> None:
    base = replace(BASE, place=Place("budgets/web.yml", 12, 5), owner="team-shop")
    head = replace(base, limit=Limit(3.0, 2.0), place=Place("budgets/web.yml", 14, 5), owner="me")
    (one,) = found(Promises((base,)), Promises((head,)))
    assert (one.how, one.what, one.old, one.new) == (How.LOOSENED, "the limit", "2.5 s", "3 s")
    assert (one.place, one.was, one.owner) == (head.place, base.place, "team-shop")
    assert one.sentence == (
        "web/median(lcp): the limit was loosened from 2.5 s to 3 s (budgets/web.yml:14); "
        "team-shop may allow it"
    )


def test_what_was_deleted_says_where_it_stood() -> None:
    base = replace(BASE, place=Place("budgets/web.yml", 12, 5))
    (one,) = found(Promises((base, OTHER)), Promises((OTHER,)))
    assert one.sentence == (
        "web/median(lcp) was deleted (it stood at budgets/web.yml:12); "
        "who reviews budgets/web.yml may allow it"
    )


def test_a_budget_whose_objectives_went_elsewhere_was_not_deleted() -> None:
    moved = objective("shop/median(lcp)", was=BASE.id)
    retired = (Retired(OTHER.id, "the page is gone", "team"),)
    (one,) = found(Promises((BASE, OTHER)), Promises((moved,), retired=retired))
    assert (one.how, one.held) == (How.RETIRED, False)
    assert loosened(Promises((BASE, OTHER)), Promises((moved,))) == (
        "the budget web was deleted, with 1 of its 2 objectives",
    )


SPREAD = objective("bench/median(time)", each="test", limit=None)
MEMBER = objective("bench/median(time{test:slow})", limit=None)


def test_a_member_that_gets_a_looser_promise_of_its_own_is_told() -> None:
    own = replace(MEMBER, tolerance=Tolerance(relative(0.5), relative(0.05), 0.01))
    assert loosened(Promises((SPREAD,)), Promises((SPREAD, own))) == (
        "bench/median(time{test:slow}): the tolerance was loosened from 10 % to 50 %",
    )
    assert loosened(Promises((SPREAD,)), Promises((SPREAD, MEMBER))) == ()


def test_a_member_that_falls_back_to_the_promise_for_all_is_compared_with_that() -> None:
    tight = replace(MEMBER, tolerance=Tolerance(relative(0.02), relative(0.01), 0.01))
    assert loosened(Promises((SPREAD, tight)), Promises((SPREAD,))) == (
        "bench/median(time): the tolerance was loosened from 2 % to 10 %",
        "bench/median(time): the tolerance's warning was loosened from 1 % to 5 %",
    )
    assert loosened(Promises((SPREAD, MEMBER)), Promises((SPREAD,))) == ()


def test_the_policy_about_loosening_can_be_loosened_itself() -> None:
    strict = Promises((), policy=Policy(loosening="refuse", budgets_from="base"))
    place = Place("budgets/policy.yml")
    first, second, third = found(
        strict, Promises((), policy=Policy(branches=("main", "x"))), policy=place
    )
    assert first.sentence == (
        "policy: what a change loosens is only shown now (budgets/policy.yml); "
        "who reviews budgets/policy.yml may allow it"
    )
    assert second.change == "a change is judged by its own budgets now, not by those of the base"
    assert (
        third.change == "its branches are main, x instead of main, master: only those are trusted"
    )
    assert found(Promises(()), strict) == ()


def test_a_ceiling_is_wider_in_the_direction_that_is_worse() -> None:
    waived = Waiver(RATE.id, "limit", "tuned", "team", "2027-01-31", ceiling=120)
    base = Promises((RATE,), waivers=(waived,))
    assert found(base, replace(base, waivers=(replace(waived, ceiling=140),))) == ()
    assert loosened(base, replace(base, waivers=(replace(waived, ceiling=100),))) == (
        "api/rate(http_reqs): its limit is waived until 2027-01-31 with another ceiling",
    )


def test_what_is_accepted_or_retired_in_a_file_is_told_and_not_held() -> None:
    wanted = Accepted(BASE.id, 2.9, "new hero", "team", "2027-02-01")
    (one,) = found(Promises((BASE,)), Promises((BASE,), accepted=(wanted,)))
    assert (one.how, one.held) == (How.ACCEPTED, False)
    assert one.sentence.endswith("a regression was accepted: new hero; team answers for it")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (Drift(relative(0.05), 90), None, "the drift budget of 5 % over 90 d was removed"),
        (
            Drift(relative(0.05), 90),
            Drift(relative(0.05), 30),
            "the drift budget was loosened from 5 % over 90 d to 5 % over 30 d",
        ),
        (
            Drift(relative(0.05), 90),
            Drift(Amount(0.1, relative=False), 90),
            "the drift budget was changed from 5 % over 90 d to 100 ms over 90 d",
        ),
        (Drift(relative(0.05), 90), Drift(relative(0.04), 120), ""),
        (None, Drift(relative(0.05), 90), ""),
    ],
)
def test_a_drift_budget_is_looser_by_its_amount_or_its_time(
    before: Drift | None, after: Drift | None, said: str
) -> None:
    base, head = replace(BASE, drift=before), replace(BASE, drift=after)
    assert [each.change for each in found(Promises((base,)), Promises((head,)))] == (
        [said] if said else []
    )

"""Spreads are borrowed from fellows of the same kind, design, scale and method, and only there."""

import math
from dataclasses import replace
from typing import Any

import pytest

from gate.core.compare import weigh as module
from gate.core.compare.case import Case, Design
from gate.core.compare.weigh import weigh
from gate.core.metric import Kind
from gate.core.stats.centre import Spread
from gate.core.stats.moderate import FELLOWS, fellow_spread, moderated
from tests.helpers.cases import NOTHING, case, found

PLAIN = case([1.0, 1.0], [1.0, 1.0])
QUIET = [found(spread=Spread(0.0001 * (1 + at), 6), per=0.5) for at in range(FELLOWS)]
LOUD = found(spread=Spread(0.04, 6), per=0.5)


def last(asked: Case, estimates: list[Any], other: Case = PLAIN) -> module.Weighed:
    return weigh([other] * (len(estimates) - 1) + [asked], estimates)[-1]


def test_alone_a_spread_is_its_own() -> None:
    got = last(PLAIN, [LOUD])
    assert got.spread == LOUD.spread
    assert got.df == pytest.approx(6)


def test_fellows_lend_their_spread() -> None:
    got = last(PLAIN, [*QUIET, LOUD])
    prior = fellow_spread([each.spread for each in (*QUIET, LOUD)])
    assert got.spread == moderated(LOUD.spread, prior)
    assert got.spread.variance < LOUD.spread.variance
    assert got.spread.df > LOUD.spread.df


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"kind": Kind.LAB}, id="another-kind"),
        pytest.param({"design": Design.PAIRED}, id="another-design"),
    ],
)
def test_what_is_not_alike_lends_nothing(other: dict[str, Any]) -> None:
    assert last(PLAIN, [*QUIET, LOUD], replace(PLAIN, **other)).spread == LOUD.spread


def test_another_method_lends_nothing() -> None:
    assert last(PLAIN, [*QUIET, replace(LOUD, method="paired")]).spread == LOUD.spread


def test_where_fellows_are_too_few_the_history_speaks() -> None:
    prior = Spread(0.01, 4)
    got = last(PLAIN, [replace(LOUD, prior=prior)])
    assert got.spread == moderated(LOUD.spread, prior)


def test_fellows_are_heard_before_the_history_but_not_before_the_inside_of_a_load_test() -> None:
    prior = Spread(9.0, 4)
    told = replace(LOUD, prior=prior)
    timing = last(PLAIN, [*QUIET, told])
    latency = replace(PLAIN, kind=Kind.LATENCY)
    load = last(latency, [*QUIET, told], latency)
    assert timing.spread.variance < 1
    assert load.spread == moderated(LOUD.spread, prior)


STORED = case([1.0, 1.0], [1.0, 1.0], design=Design.STORED)


def days(variance: float, df: float = 5.0) -> Any:
    stated = Spread(0.02**2, 3.0)
    return replace(LOUD, sessions=Spread(variance, df), stated=stated, times=2.0)


def test_the_variance_between_days_is_added() -> None:
    got = last(STORED, [days(0.001)])
    between = moderated(Spread(0.001, 5.0), Spread(0.02**2, 3.0))
    assert got.sessions == between
    whole = LOUD.spread.variance * LOUD.per + between.variance * 2.0
    bound = got.evidence.high(0.05) - got.evidence.estimate
    from gate.core.stats.special import t_quantile

    assert bound == pytest.approx(-t_quantile(0.05, got.df) * math.sqrt(whole))


def test_in_one_session_there_are_no_days() -> None:
    assert last(PLAIN, [replace(days(0.001), times=0.0)]).sessions == NOTHING


def test_days_are_borrowed_too_unless_the_caller_states_them() -> None:
    fellows = [days(1e-6 * (1 + at)) for at in range(FELLOWS)]
    borrowed = last(STORED, [*fellows, days(1e-3)], STORED)
    stated = last(replace(STORED, prior=0.02), [*fellows, days(1e-3)], STORED)
    assert stated.sessions == moderated(Spread(1e-3, 5.0), Spread(0.02**2, 3.0))
    own = fellow_spread([Spread(v, 5.0) for v in (*(1e-6 * (1 + n) for n in range(8)), 1e-3)])
    assert borrowed.sessions == moderated(Spread(1e-3, 5.0), own)


def test_days_are_never_surer_than_so_many_degrees() -> None:
    got = last(STORED, [days(0.001, df=29.0)])
    assert got.sessions.df == module._MOST_SESSION_DF


def test_units_that_do_not_vary_are_no_surer_than_their_orders_unless_counted() -> None:
    still = found(0.1, orders=20)
    timing = last(PLAIN, [still]).evidence
    counted = last(replace(PLAIN, kind=Kind.COUNTED), [still]).evidence
    assert (timing.exact, timing.p_beyond(0.0)) == (False, 1 / 20)
    assert (counted.exact, counted.p_beyond(0.0)) == (True, 0.0)

"""The method is fixed before head is looked at; the estimates by hand."""

import math
import random
from dataclasses import replace
from statistics import median
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.core.compare import estimate as module
from gate.core.compare.case import Case, Design, Session, Units
from gate.core.compare.estimate import PAIRS, estimate
from gate.core.metric import Kind
from gate.core.stats.centre import TRIM, Spread, centre
from gate.core.stats.evidence import Scale
from tests.helpers.cases import case, noisy

POSITIVE = st.floats(1e-3, 1e3)


def shape(asked: Case) -> Any:
    """All of an estimate that may not depend on what was measured of head."""
    got = estimate(asked)
    return got.method, got.scale, got.per, got.times, got.runs, got.orders, got.level


@given(
    st.sampled_from([Kind.TIMING, Kind.LATENCY, Kind.LAB, Kind.COUNTED]),
    st.sampled_from(list(Design)),
    st.integers(2, 18),
    st.integers(2, 18),
    st.integers(0, 10),
    st.integers(0, 10**6),
)
def test_what_head_measured_never_changes_how_it_is_judged(
    kind: Kind, design: Design, n: int, m: int, runs: int, seed: int
) -> None:
    chance = random.Random(seed)
    base, past = noisy(chance, n, 0.5), [noisy(chance, 3, 0.5) for _ in range(runs)]
    heads = noisy(chance, m, 0.01, at=100.0), noisy(chance, m, 3.0)
    first, second = (case(base, head, kind=kind, design=design, past=past) for head in heads)
    assert shape(first) == shape(second)


@given(st.lists(POSITIVE, min_size=10, max_size=10), st.floats(0.5, 2.0))
def test_a_head_that_is_slower_as_a_whole_is_worse_by_as_much(
    base: list[float], factor: float
) -> None:
    for design in Design:
        for kind in (Kind.TIMING, Kind.LAB):
            same = estimate(case(base, base, design=design, kind=kind)).worsening
            slower = [value * factor for value in base]
            got = estimate(case(base, slower, design=design, kind=kind)).worsening
            assert got - same == pytest.approx(math.log(factor), abs=1e-9)


@pytest.mark.parametrize(
    ("kind", "trimmed"),
    [(Kind.TIMING, True), (Kind.LAB, False), (Kind.LATENCY, False), (Kind.COUNTED, False)],
)
def test_only_timings_are_trimmed(kind: Kind, trimmed: Any) -> None:
    base = [1.0] * (TRIM - 1) + [9.0]
    got = estimate(case(base, base, kind=kind))
    assert got.level == pytest.approx(0.0 if trimmed else math.log(9) / TRIM)


@pytest.mark.parametrize(
    ("design", "n", "m", "method"),
    [
        pytest.param(Design.PAIRED, PAIRS - 1, PAIRS - 1, "together", id="too-few-pairs"),
        pytest.param(Design.PAIRED, PAIRS, PAIRS, "paired", id="just-enough-pairs"),
        pytest.param(Design.PAIRED, PAIRS, PAIRS + 1, "together", id="one-without-a-fellow"),
        pytest.param(Design.TOGETHER, 20, 20, "together", id="not-paired"),
        pytest.param(Design.STORED, 20, 20, "stored", id="another-day"),
    ],
)
def test_the_design_and_the_numbers_fix_the_method(
    design: Design, n: int, m: int, method: str
) -> None:
    asked = case([1.0 + at for at in range(n)], [2.0 + at for at in range(m)], design=design)
    assert estimate(asked).method == method


def alternated(pairs: int, rounds: int, least: float = 0.9) -> Case:
    base = tuple(tuple(least + at + 0.1 * each for each in range(rounds)) for at in range(pairs))
    head = tuple(tuple(1.1 * value for value in unit) for unit in base)
    sides = [Units(tuple(map(median, unit)), rounds=unit) for unit in (base, head)]
    return replace(case([1.0], [1.0], design=Design.PAIRED), base=sides[0], head=sides[1])


@pytest.mark.parametrize(("rounds", "method"), [(4, "together"), (5, "paired")])
def test_alternated_rounds_are_paired_with_however_few_pairs(rounds: int, method: str) -> None:
    got = estimate(alternated(3, rounds))
    assert got.method == method
    assert got.worsening == pytest.approx(math.log(1.1))


@pytest.mark.parametrize("side", ["base", "head"])
def test_rounds_that_are_not_there_are_not_paired(side: str) -> None:
    asked = alternated(3, 5)
    assert estimate(replace(asked, **{side: replace(getattr(asked, side), rounds=())})).method == (
        "together"
    )


def test_a_layout_of_memory_that_is_odd_on_one_tree_does_not_move_a_count() -> None:
    base, head = (1000.0, 1010.0, 990.0, 1005.0, 1000.0), (1000.0, 1010.0, 1017.0, 1005.0, 1000.0)
    sides = [Units((median(unit),), rounds=(unit,)) for unit in (base, head)]
    asked = case([1.0], [1.0], kind=Kind.COUNTED, design=Design.PAIRED)
    got = estimate(replace(asked, base=sides[0], head=sides[1]))
    assert (got.method, got.worsening, got.spread.df) == ("paired", 0.0, 0)


def test_rounds_that_do_not_stand_beside_one_another_are_not_paired() -> None:
    asked = alternated(3, 6)
    shorter = tuple(unit[:-1] for unit in asked.head.rounds)
    assert estimate(replace(asked, head=replace(asked.head, rounds=shorter))).method == "together"


@pytest.mark.parametrize(
    ("where", "scale"),
    [
        ("nowhere", Scale.RATIO),
        ("base", Scale.DIFFERENCE),
        ("head", Scale.DIFFERENCE),
        ("past", Scale.DIFFERENCE),
    ],
)
def test_a_zero_anywhere_means_differences(where: str, scale: Scale) -> None:
    zero = [0.0, 1.0]
    sides = {"base": [1.0, 2.0], "head": [1.0, 2.0]} | {where: zero}
    past = [zero] if where == "past" else []
    assert estimate(case(sides["base"], sides["head"], past=past)).scale is scale


@pytest.mark.parametrize("sign", [1, -1])
def test_the_sign_says_what_is_worse(sign: int) -> None:
    assert estimate(case([1.0, 1.0], [2.0, 2.0], sign=sign)).worsening == sign * math.log(2)


def test_pairs_take_out_what_they_share() -> None:
    base = [float(2**at) for at in range(PAIRS)]
    head = [value * factor for value, factor in zip(base, [1.1, 1.2] * 4, strict=True)]
    got = estimate(case(base, head, design=Design.PAIRED))
    by_hand = centre([math.log(1.1), math.log(1.2)] * 4, trimmed=True)
    assert got.worsening == pytest.approx(by_hand.mean)
    assert got.spread.variance == pytest.approx(by_hand.spread.variance)
    assert (got.per, got.times, got.orders) == (1 / PAIRS, 0.0, 2.0**PAIRS)


def test_units_measured_together_are_pooled() -> None:
    got = estimate(case([1.0, 2.0], [2.0, 4.0, 8.0], kind=Kind.LAB))
    log2 = math.log(2)
    assert got.worsening == pytest.approx(1.5 * log2)
    assert got.spread.variance == pytest.approx((0.5 + 2.0) * log2**2 / 3)
    assert got.spread.df == 3
    assert got.per == pytest.approx(1 / 2 + 1 / 3)
    assert (got.sessions, got.times, got.orders) == (Spread(0.0, 0.0), 0.0, 10)


def stored(*past: list[float], **words: Any) -> Case:
    return case([1.0, 1.0], [1.1, 1.1], design=Design.STORED, past=past, **words)


def test_without_history_the_stated_prior_between_days_holds() -> None:
    got = estimate(stored())
    assert got.stated == Spread(module._SESSION_PRIOR[Kind.TIMING] ** 2, module._SESSION_PRIOR_DF)
    assert (got.sessions.df, got.times, got.runs) == (0.0, 2.0, 1)


@pytest.mark.parametrize("kind", [Kind.TIMING, Kind.LATENCY, Kind.LAB])
def test_every_kind_states_its_own_prior_and_the_caller_may_another(kind: Kind) -> None:
    assert estimate(stored(kind=kind)).stated == Spread(
        module._SESSION_PRIOR[kind] ** 2, module._SESSION_PRIOR_DF
    )
    assert estimate(stored(kind=kind, prior=0.5)).stated == Spread(0.25, module._STATED_DF)


def test_a_prior_is_relative_where_differences_are_compared() -> None:
    got = estimate(case([-10.0, -10.0], [1.0, 1.0], design=Design.STORED, prior=0.1))
    assert got.stated is not None
    assert got.stated.variance == pytest.approx(1.0)


def test_counted_values_do_not_differ_between_days() -> None:
    got = estimate(stored([5.0], [9.0], kind=Kind.COUNTED))
    assert (got.sessions, got.stated) == (Spread(0.0, 0.0), None)


@pytest.mark.parametrize(("earlier", "runs"), [(0, 1), (1, 2), (3, 4), (7, 8), (20, 8)])
def test_the_base_is_located_by_up_to_eight_runs(earlier: int, runs: int) -> None:
    got = estimate(stored(*[[1.0, 1.001]] * earlier))
    assert (got.runs, got.times) == (runs, 1 + 1 / runs)


def test_what_was_not_accepted_says_how_days_vary_and_not_where_the_base_lies() -> None:
    """A refused slow run censors nothing: it widens, and locates nothing."""
    runs = [Session(Units((1.0 + at % 3 / 50, 1.01 + at % 3 / 50))) for at in range(6)]
    slow = Session(Units((1.2, 1.21)), accepted=False)
    plain = case([1.0, 1.01], [1.0, 1.01], design=Design.STORED)
    without = estimate(replace(plain, history=tuple(runs)))
    refused = estimate(replace(plain, history=(*runs, slow)))
    assert refused.level == pytest.approx(without.level)
    assert (refused.runs, without.runs) == (7, 7)
    assert refused.sessions.variance > without.sessions.variance


@pytest.mark.parametrize("enough", [False, True])
def test_the_base_itself_tells_of_days_only_while_history_is_short(enough: Any) -> None:
    """Later it would let a strange base widen its own error."""
    count = module._ENOUGH_SESSIONS - (0 if enough else 1)
    past = [[1.0 + 0.01 * (at % 3)] * 2 for at in range(count)]
    near, far = (
        estimate(case([at, at], [1.0, 1.0], design=Design.STORED, past=past)).sessions
        for at in (1.0, 1.3)
    )
    assert (near == far) is enough


def test_the_inside_of_load_tests_says_how_runs_vary() -> None:
    sides = [Units((1.0, 1.1), blocks=blocks) for blocks in ((0.01, 0.0), (0.03, 0.0))]
    asked = replace(case([1.0], [1.0], kind=Kind.LATENCY), base=sides[0], head=sides[1])
    got = estimate(asked).prior
    assert got is not None
    assert got.variance == pytest.approx(module._INSIDE * 0.02)
    assert got.df == module._PRIOR_DF


@pytest.mark.parametrize(("runs", "known"), [(3, False), (4, True)])
def test_earlier_runs_say_how_units_vary_from_four_degrees_on(runs: int, known: Any) -> None:
    got = estimate(case([1.0, 1.1], [1.0, 1.1], past=[[1.0, math.e]] * runs, kind=Kind.LAB))
    assert (got.prior is not None) is known
    if got.prior is not None:
        assert got.prior.variance == pytest.approx(0.5)
        assert got.prior.df == runs


def test_history_is_never_surer_than_so_many_degrees() -> None:
    got = estimate(case([1.0, 1.1], [1.0, 1.1], past=[[1.0, 1.1, 1.2]] * 30))
    assert got.prior is not None
    assert got.prior.df == module._HISTORY_DF

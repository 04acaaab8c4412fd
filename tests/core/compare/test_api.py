"""The judge as a library: what holds for whatever is asked."""

import json
import math
import random
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import gate
from gate.core.compare.moved import BUDGETS, MANY
from gate.core.metric import Kind
from gate.core.reasons import Code
from gate.core.verdict import Comparison, Status
from tests.helpers.cases import noisy

LOCATED = [Kind.TIMING, Kind.LATENCY, Kind.LAB, Kind.COUNTED]
DESIGNS = ["paired", "together", "stored"]
NUMBERS = st.one_of(
    st.floats(-1e100, 1e100), st.floats(0.5, 2.0), st.sampled_from([0.0, 1.0, 5e-324, -1.0])
)
COUNTS = st.builds(
    lambda trials, part: gate.Counts(round(part * trials), trials),
    st.integers(1, 10**6),
    st.sampled_from([0.0, 0.001, 0.1, 0.5, 1.0]),
)
SHARES = st.sampled_from([0.0, 0.01, 0.1, 1.0, 5.0])


@st.composite
def questions(draw: Any, name: str = "q") -> gate.Question:
    """Any valid question."""
    kind = draw(st.sampled_from(list(Kind)))
    unit: st.SearchStrategy[Any] = COUNTS if kind is Kind.PROPORTION else NUMBERS
    rounds = st.lists(NUMBERS, min_size=1, max_size=7)
    if kind is Kind.TIMING and draw(st.booleans()):
        unit = rounds
    units = st.lists(unit, min_size=1, max_size=10)
    runs = st.builds(gate.Run, units, st.just("2026-11-22"), accepted=st.booleans())
    return gate.Question(
        name,
        draw(units),
        draw(units),
        kind=kind,
        better=draw(st.sampled_from(["lower", "higher"])),
        tolerance=draw(st.one_of(SHARES, SHARES.map(lambda value: -value))),
        detect=draw(st.one_of(st.none(), SHARES)),
        floor=draw(st.sampled_from([0.0, 1e-9, 1.0])),
        warn=draw(st.one_of(st.none(), SHARES)),
        design=draw(st.sampled_from(DESIGNS)),
        history=draw(st.lists(runs, max_size=4)),
        prior=draw(st.one_of(st.none(), st.sampled_from([0.0, 0.03, 1.0]))),
        budget=draw(st.sampled_from(["", "a", "b"])),
    )


def numbers_of(found: Any) -> list[float]:
    """Every float anywhere in a value."""
    if isinstance(found, dict):
        return [each for value in found.values() for each in numbers_of(value)]
    if isinstance(found, list | tuple):
        return [each for value in found for each in numbers_of(value)]
    return [found] if isinstance(found, float) else []


@given(questions(), st.sampled_from([0.5, 0.01, 1e-9]))
def test_any_valid_question_gets_finite_numbers(asked: gate.Question, alarm: float) -> None:
    (found,) = gate.compare_all([asked], alarm_rate=alarm)
    assert all(map(math.isfinite, numbers_of(asdict(found))))
    json.dumps(asdict(found), allow_nan=False)
    assert found.n == (len(asked.base), len(asked.head))
    assert found.status in {Status.PASS, Status.WARN, Status.FAIL, Status.UNDECIDED}
    assert found.needs is None or found.status is Status.UNDECIDED


@settings(max_examples=30)
@given(questions("question"))
def test_compare_is_compare_all_of_one(asked: gate.Question) -> None:
    words = {name: getattr(asked, name) for name in asked.__dataclass_fields__}
    for name in ("id", "base", "head", "budget", "weight", "reference", "blocking", "statistic"):
        del words[name]
    alone = gate.compare(asked.base, asked.head, confidence=0.99, **words)
    assert alone == gate.compare_all([asked], alarm_rate=1 - 0.99)[0]


@settings(max_examples=30)
@given(st.lists(questions(), min_size=2, max_size=4), st.randoms())
def test_the_order_of_questions_does_not_matter(asked: list[gate.Question], chance: Any) -> None:
    named = [replace(each, id=f"q{at}") for at, each in enumerate(asked)]
    mixed = chance.sample(named, len(named))
    first = dict(zip([each.id for each in named], gate.compare_all(named), strict=True))
    again = dict(zip([each.id for each in mixed], gate.compare_all(mixed), strict=True))
    assert {name: found.status for name, found in first.items()} == {
        name: found.status for name, found in again.items()
    }
    for name, found in first.items():
        assert numbers_of(asdict(again[name])) == pytest.approx(numbers_of(asdict(found)), rel=1e-9)


def test_the_same_questions_get_the_same_answers_in_every_process() -> None:
    code = (
        "import gate, random, json; from dataclasses import asdict\n"
        "c = random.Random(7); u = lambda: [c.lognormvariate(0, .05) for _ in range(9)]\n"
        "q = [gate.Question(f'q{n}', u(), u(), kind='timing', budget=f'b{n % 4}') "
        "for n in range(30)]\n"
        "print(json.dumps([asdict(a) for a in gate.compare_all(q)]))"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(printed) == 1


@given(
    st.sampled_from(LOCATED),
    st.sampled_from(DESIGNS),
    st.integers(0, 10**6),
    st.sampled_from([1e-9, 0.01, 7.0, 1e12]),
)
def test_the_unit_of_a_metric_changes_nothing(
    kind: Kind, design: str, seed: int, factor: float
) -> None:
    chance = random.Random(seed)
    base, head, before = (noisy(chance, 9, 0.03) for _ in range(3))

    def asked(by: float) -> Comparison:
        scaled = [[value * by for value in units] for units in (base, head, before)]
        history = [gate.Run(scaled[2], "then")]
        words: Any = {"kind": kind, "design": design, "tolerance": 0.02}
        return gate.compare(scaled[0], scaled[1], history=history, **words)

    plain, other = asked(1.0), asked(factor)
    assert (plain.status, plain.needs) == (other.status, other.needs)
    for name in ("ratio", "low", "high", "p", "excluded", "mde"):
        assert getattr(other, name) == pytest.approx(getattr(plain, name), rel=1e-6, abs=1e-9)


@given(st.sampled_from(LOCATED), st.sampled_from(DESIGNS), st.integers(0, 10**6))
def test_less_is_worse_mirrors_more_is_worse(kind: Kind, design: str, seed: int) -> None:
    """Of 1/x, with nothing tolerated, the worsening is the same on the log scale."""
    chance = random.Random(seed)
    base, head = noisy(chance, 9, 0.03), noisy(chance, 9, 0.03, at=1.02)
    words: Any = {"kind": kind, "design": design, "detect": 0.0}
    up = gate.compare(base, head, **words)
    turned = [[1 / value for value in units] for units in (base, head)]
    down = gate.compare(turned[0], turned[1], better="higher", **words)
    assert up.status is down.status
    assert down.p == pytest.approx(up.p, rel=1e-6)
    assert down.ratio == pytest.approx(1 / (up.ratio or math.nan))


ORDER = {Status.PASS: 0, Status.WARN: 1, Status.UNDECIDED: 1, Status.FAIL: 2}


@given(
    st.sampled_from(LOCATED),
    st.sampled_from(DESIGNS),
    st.integers(0, 10**6),
    st.floats(0.9, 1.2),
    st.floats(1.0, 1.3),
)
def test_a_slower_head_is_never_judged_better(
    kind: Kind, design: str, seed: int, first: float, more: float
) -> None:
    chance = random.Random(seed)
    base, head = noisy(chance, 9), noisy(chance, 9)
    words: Any = {"kind": kind, "design": design, "tolerance": 0.02}
    faster, slower = (
        gate.compare(base, [value * by for value in head], **words).status
        for by in (first, first * more)
    )
    assert ORDER[slower] >= ORDER[faster]


@given(questions(), SHARES, SHARES)
def test_a_wider_tolerance_never_turns_a_pass_into_a_fail(
    asked: gate.Question, first: float, second: float
) -> None:
    narrow, wide = sorted((first, second))
    before, after = (
        gate.compare_all([replace(asked, tolerance=value, detect=None)])[0].status
        for value in (narrow, wide)
    )
    assert not (before is Status.PASS and after is Status.FAIL)


@given(st.integers(0, 100), st.integers(0, 99), st.integers(1, 4))
def test_more_failures_are_never_judged_better(base: int, head: int, units: int) -> None:
    words: Any = {"kind": "proportion", "tolerance": 0.1, "floor": 0.01}
    asked = [gate.Counts(base, 100)] * units
    fewer = gate.compare(asked, [gate.Counts(head, 100)] * units, **words).status
    more = gate.compare(asked, [gate.Counts(head + 1, 100)] * units, **words).status
    assert ORDER[more] >= ORDER[fewer]


@pytest.mark.parametrize(
    ("alarm", "miss"), [(0.0, 0.05), (1.0, 0.05), (0.01, 0.0), (0.01, 1.0), (math.nan, 0.05)]
)
def test_rates_lie_between_0_and_1(alarm: float, miss: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        gate.compare_all([], alarm_rate=alarm, miss_rate=miss)


def test_ids_are_unique() -> None:
    twice = [gate.Question("q", [1.0], [1.0], kind="exact")] * 2
    with pytest.raises(ValueError, match="same id"):
        gate.compare_all(twice)


def test_nothing_asked_is_nothing_answered() -> None:
    assert gate.compare_all([]) == []


@pytest.mark.parametrize(
    ("base", "head", "tolerance", "status"),
    [
        pytest.param([5], [5], 0.0, Status.PASS, id="the-same"),
        pytest.param([5], [6], 0.0, Status.FAIL, id="one-more"),
        pytest.param([5], [4], 0.0, Status.PASS, id="one-less"),
        pytest.param([100, 100], [110, 110], 0.1, Status.PASS, id="at-the-tolerance"),
        pytest.param([100, 100], [111, 111], 0.1, Status.FAIL, id="beyond-it"),
        pytest.param([0], [1], 0.5, Status.FAIL, id="more-than-nothing"),
        pytest.param([3, 4], [3, 3], 0.0, Status.UNDECIDED, id="base-is-not-exact"),
        pytest.param([3, 3], [3, 4], 0.0, Status.UNDECIDED, id="head-is-not-exact"),
    ],
)
def test_exact_metrics(base: list[float], head: list[float], tolerance: float, status: Any) -> None:
    found = gate.compare(base, head, kind="exact", tolerance=tolerance)
    assert (found.status, found.ratio, found.p) == (status, None, None)
    if status is Status.UNDECIDED:
        assert found.reasons[0].code is Code.NOT_EXACT


@pytest.mark.parametrize("value", [5.0, 6.0, 17.0])
def test_equal_units_are_no_surer_than_their_orders(value: float) -> None:
    """The rounding of three equal logarithms once passed for a spread: p was 1e-62, not 1/20."""
    found = gate.compare([value] * 3, [2 * value] * 3, kind="lab", design="together")
    assert (found.status, found.p) == (Status.UNDECIDED, 1 / 20)


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize(("better", "sign"), [("lower", 1), ("higher", -1)])
@pytest.mark.parametrize("tolerance", [0.0, 0.05, 0.1, 0.5, -0.1])
@given(value=st.integers(1, 10**6), units=st.tuples(st.integers(1, 12), st.integers(1, 12)))
def test_counts_that_reach_their_tolerance_exactly_keep_it(
    tolerance: float, better: str, sign: int, design: str, value: int, units: tuple[int, int]
) -> None:
    base, head = [value] * units[0], [value * (1 + sign * tolerance)] * units[1]
    asked: Any = {"kind": "counted", "better": better, "design": design}
    assert gate.compare(base, head, tolerance=tolerance, **asked).status is Status.PASS


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize(("better", "sign"), [("lower", 1), ("higher", -1)])
def test_that_counts_vary_on_the_base_reaches_no_goal(better: str, sign: int, design: str) -> None:
    """Half of the base's range is nothing as a change; as a goal it passed what did not move."""
    base = [100.0, 101.0, 102.0]
    asked: Any = {"kind": "counted", "better": better, "design": design, "tolerance": -0.3}
    assert gate.compare(base, [101.0] * 3, **asked).status is Status.FAIL
    assert gate.compare(base, [101 * (1 - sign * 0.4)] * 3, **asked).status is Status.PASS


@pytest.mark.parametrize(("floor", "status"), [(0.0, Status.FAIL), (2.0, Status.PASS)])
def test_on_a_base_of_zero_the_difference_decides(floor: float, status: Status) -> None:
    found = gate.compare([0.0], [1.0], kind="counted", tolerance=0.1, floor=floor)
    assert (found.status, found.ratio, found.difference) == (status, None, 1.0)


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("kind", [Kind.TIMING, Kind.LAB, Kind.LATENCY])
def test_one_unit_a_side_is_too_little(kind: Kind, design: str) -> None:
    found = gate.compare([1.0], [9.0], kind=kind, design=design)
    assert (found.status, found.reasons[0].code) == (Status.UNDECIDED, Code.TOO_FEW_UNITS)


def test_one_unit_a_side_is_enough_where_days_are_known() -> None:
    history = [gate.Run([1.0 + 0.01 * (at % 3)], f"{at}") for at in range(20)]
    assert gate.compare([1.0], [1.5], kind="timing", history=history).status is Status.FAIL
    assert gate.compare([1.0], [1.0], kind="timing", tolerance=0.1, history=history).status is (
        Status.PASS
    )


def queued(chance: random.Random, n: int = 600) -> list[float]:
    at, run = 0.0, []
    for _ in range(n):
        at = 0.7 * at + chance.gauss(0, 0.2)
        run.append(math.exp(at))
    return run


@pytest.mark.parametrize(
    ("base", "head", "design", "side"),
    [
        pytest.param(True, False, "together", "base", id="the-base-queued"),
        pytest.param(False, True, "stored", "head", id="a-head-of-another-day-queued"),
        pytest.param(False, True, "together", None, id="a-head-beside-it-is-just-slow"),
        pytest.param(False, False, "stored", None, id="nobody-queued"),
    ],
)
def test_a_saturated_system_says_nothing_about_the_change(
    base: Any, head: Any, design: str, side: str | None
) -> None:
    chance = random.Random(5)
    sides = [
        [queued(chance) if full else noisy(chance, 600, 0.3) for _ in range(3)]
        for full in (base, head)
    ]
    found = gate.compare(sides[0], sides[1], kind="latency", design=design)
    codes = {each.code: dict(each.facts) for each in found.reasons}
    assert (Code.SATURATED in codes) is (side is not None)
    if side is not None:
        assert (found.status, codes[Code.SATURATED]["side"]) == (Status.UNDECIDED, side)


def whole_run(by: float, one: float = 1.0, design: str = "stored") -> Sequence[Comparison]:
    chance = random.Random(9)
    asked = [
        gate.Question(
            f"q{at}",
            noisy(chance, 8, 0.005),
            noisy(chance, 8, 0.005, at=by * (one if not at else 1.0)),
            kind="timing",
            design=design,
            tolerance=0.02,
            prior=0.005,
            budget=f"b{at % BUDGETS}",
        )
        for at in range(MANY + 4)
    ]
    return gate.compare_all(asked)


def test_a_run_that_moved_blames_nobody_and_passes_nobody() -> None:
    found = whole_run(1.06)
    assert {each.status for each in found} == {Status.UNDECIDED}
    assert {each.reasons[0].code for each in found} == {Code.RUN_MOVED}
    assert dict(found[0].reasons[0].facts)["moved"].startswith(("+5.", "+6."))
    assert not any(each.suspect for each in found)


def test_in_a_run_that_moved_what_moved_further_is_suspect() -> None:
    found = whole_run(1.06, one=1.3)
    assert [each.suspect for each in found] == [True, *[False] * (MANY + 3)]


def test_faster_as_a_whole_passes_nobody_either() -> None:
    assert {each.status for each in whole_run(0.94)} == {Status.UNDECIDED}


def test_measured_together_a_whole_run_that_is_slower_is_slower() -> None:
    assert {each.status for each in whole_run(1.06, design="together")} == {Status.FAIL}


def test_the_blamed_are_the_worse_ones() -> None:
    found = whole_run(1.0, one=1.2)
    assert [each.suspect for each in found] == [True, *[False] * (MANY + 3)]


@given(st.integers(0, 10**6))
def test_a_stricter_level_never_finds_more(seed: int) -> None:
    chance = random.Random(seed)
    base, head = noisy(chance, 5), noisy(chance, 5, at=1.05)
    words: Any = {"kind": "timing", "design": "together"}
    strict = gate.compare(base, head, confidence=0.999, **words).status
    loose = gate.compare(base, head, confidence=0.9, **words).status
    assume(strict is Status.FAIL)
    assert loose is Status.FAIL

"""Trials: looks declared before, errors spent over them, answers that stay, states that travel."""

import json
import math
import random
from typing import Any

import pytest

import gate
from gate.core.reasons import Code
from gate.core.stats.looks import nominal_levels
from gate.core.verdict import Status
from tests.helpers.cases import noisy

LOOKS = (4, 6, 8, 10)


def question(name: str = "q", **words: Any) -> gate.Question:
    plain = {"kind": "timing", "design": "together", "tolerance": 0.02, "detect": 0.05}
    return gate.Question(name, (), (), **{**plain, **words})


def trial(*questions: gate.Question, looks: Any = LOOKS, **words: Any) -> gate.Trial:
    return gate.Trial(questions or [question()], looks=looks, **words)


def fill(going: gate.Trial, name: str, chance: random.Random, *, by: float = 1.0, sd: float) -> int:
    """Add what is wanted before the next look."""
    wanted = going.needs(name)
    for _ in range(wanted):
        going.add(name, base=noisy(chance, 1, sd)[0], head=noisy(chance, 1, sd, at=by)[0])
    return wanted


def ended(by: float, seed: int, *, sd: float, **words: Any) -> Any:
    going, chance, units = trial(**words), random.Random(seed), 0
    while wanted := fill(going, "q", chance, by=by, sd=sd):
        units += wanted
        going.ask()
    return going.ask()["q"], units


@pytest.mark.parametrize("looks", [(), (1, 4), (4, 4), (6, 4), (0,)])
def test_looks_rise_from_two_on(looks: Any) -> None:
    with pytest.raises(ValueError, match="looks"):
        trial(looks=looks)


@pytest.mark.parametrize("looks", [(2,), (2, 3), [4, 6], (2, 200)])
def test_looks_that_are_taken(looks: Any) -> None:
    going = trial(looks=looks)
    fill(going, "q", random.Random(1), sd=0.02)
    assert going.ask()["q"].n == (looks[0], looks[0])


def test_ids_are_unique_and_rates_are_rates() -> None:
    with pytest.raises(ValueError, match="same id"):
        trial(question(), question())
    for words in ({"alarm_rate": 0.0}, {"miss_rate": 1.0}):
        with pytest.raises(ValueError, match="between 0 and 1"):
            trial(**words)
    with pytest.raises(ValueError, match="above zero"):
        trial(weights={"": 0.0})


def test_before_the_first_look_nothing_is_said() -> None:
    going = trial()
    for have in range(4):
        assert going.needs("q") == 4 - have
        found = going.ask()["q"]
        assert (found.status, found.reasons[0].code) == (Status.UNDECIDED, Code.TOO_FEW_UNITS)
        assert dict(found.reasons[0].facts) == {"have": str(have), "need": "4"}
        going.add("q", base=1.0 + have / 100, head=1.0 - have / 100)
    assert going.needs("q") == 0


def test_what_is_clear_ends_at_the_first_look() -> None:
    worse, units = ended(1.5, 1, sd=0.01)
    assert (worse.status, units) == (Status.FAIL, 4)
    same, units = ended(1.0, 1, sd=0.002)
    assert (same.status, units) == (Status.PASS, 4)


def test_what_is_never_clear_ends_with_the_last_look() -> None:
    found, units = ended(1.035, 3, sd=0.1)
    assert (found.status, units) == (Status.UNDECIDED, 10)
    assert found.n == (10, 10)


def test_a_look_is_asked_at_its_own_level() -> None:
    going, chance = trial(alarm_rate=0.02, miss_rate=0.1), random.Random(3)
    for at in range(len(LOOKS)):
        fill(going, "q", chance, by=1.035, sd=0.2)
        found = going.ask()["q"]
        assert found.level == pytest.approx(1 - nominal_levels(LOOKS, 0.02)[at])
        assert found.miss == pytest.approx(nominal_levels(LOOKS, 0.1)[at])


def test_shares_are_fixed_before_the_first_unit() -> None:
    """One that fails at the first look hands nothing on: who comes later spends what it had."""
    going, chance = trial(question("a"), question("b"), question("c", budget="x")), random.Random(1)
    for name, by in (("a", 9.0), ("b", 1.035), ("c", 1.035)):
        fill(going, name, chance, by=by, sd=0.1)
    found = going.ask()
    assert found["a"].status is Status.FAIL
    for name, share in (("a", 0.0025), ("b", 0.0025), ("c", 0.005)):
        assert found[name].level == pytest.approx(1 - nominal_levels(LOOKS, share)[0])


def test_asking_twice_spends_nothing() -> None:
    going, chance = trial(), random.Random(3)
    while fill(going, "q", chance, by=1.035, sd=0.1):
        first = going.ask()
        state = json.dumps(going.state())
        assert going.ask() == first
        assert json.dumps(going.state()) == state


def test_it_does_not_matter_how_often_one_asks_in_between() -> None:
    chance = random.Random(4)
    units = [(noisy(chance, 1, 0.1)[0], noisy(chance, 1, 0.1, at=1.03)[0]) for _ in range(10)]
    often, once = trial(), trial()
    for base, head in units:
        for going in (often, once):
            going.add("q", base=base, head=head)
        often.ask()
    assert often.ask() == once.ask()
    assert often.state() == once.state()


def test_a_question_that_begins_with_units_is_asked_at_every_look_of_theirs() -> None:
    chance = random.Random(5)
    base, head = noisy(chance, 8, 0.1), noisy(chance, 8, 0.1, at=1.03)
    begun = trial(gate.Question("q", base, head, kind="timing", design="together", tolerance=0.02))
    found = begun.ask()
    assert begun.ask() == found
    assert found["q"].n == (8, 8)
    assert begun.needs("q") == 2


def test_a_final_answer_never_changes_and_takes_no_more() -> None:
    going, chance = trial(), random.Random(1)
    fill(going, "q", chance, by=1.5, sd=0.01)
    first = going.ask()["q"]
    for _ in range(20):
        going.add("q", base=1.0, head=0.1)
        assert going.needs("q") == 0
        assert going.ask()["q"] == first


def test_after_the_last_look_nothing_is_taken() -> None:
    going, chance = trial(), random.Random(3)
    while fill(going, "q", chance, by=1.035, sd=0.1):
        last = going.ask()["q"]
    going.add("q", base=1.0, head=9.0)
    assert going.ask()["q"] == last


def test_questions_are_asked_each_at_its_own_pace() -> None:
    going, chance = trial(question("a"), question("b")), random.Random(6)
    fill(going, "a", chance, by=1.035, sd=0.1)
    found = going.ask()
    assert (found["a"].n, found["b"].n) == ((4, 4), (0, 0))
    fill(going, "a", chance, by=1.035, sd=0.1)
    fill(going, "b", chance, by=2.0, sd=0.01)
    found = going.ask()
    assert (found["a"].n, found["b"].n) == ((6, 6), (4, 4))
    assert (going.needs("a"), going.needs("b")) == (2, 0)


def test_an_unknown_question_is_an_error() -> None:
    with pytest.raises(KeyError):
        trial().add("other", base=1.0, head=1.0)
    with pytest.raises(KeyError):
        trial().needs("other")


def test_exact_metrics_take_no_share() -> None:
    going, chance = trial(question("a"), question("e", kind="exact")), random.Random(6)
    fill(going, "a", chance, by=1.035, sd=0.1)
    for _ in range(4):
        going.add("e", base=3, head=4)
    found = going.ask()
    assert found["a"].level == pytest.approx(1 - nominal_levels(LOOKS, 0.01)[0])
    assert found["e"].status is Status.FAIL


def test_a_thin_tail_goes_on_to_the_next_look_and_says_why() -> None:
    going = trial(question(kind="latency"))
    for _ in range(4):
        going.add("q", base=[1.0] * 50, head=[1.0] * 50)
    assert going.ask()["q"].reasons[0].code is Code.TAIL_TOO_THIN
    assert going.needs("q") == 2


UNITS: dict[str, Any] = {
    "number": lambda c: c.lognormvariate(0, 0.1),
    "values": lambda c: [c.lognormvariate(0, 0.1) for _ in range(6)],
    "histogram": lambda c: gate.Histogram((0.5, 1.0, 2.0), (c.randint(1, 9), c.randint(1, 9))),
    "counts": lambda c: gate.Counts(c.randint(1, 30), 1000),
    "whole-number": lambda c: c.randint(90, 110),
}


@pytest.mark.parametrize("form", UNITS)
def test_a_state_travels_through_json_at_every_step(form: str) -> None:
    kind = "proportion" if form == "counts" else "timing"
    make, chance = UNITS[form], random.Random(7)
    past = [gate.Run([make(chance)], "2026-11-22", "abc", "x86", accepted=False)]
    asked = [
        question(kind=kind, tolerance=0.1, history=past, warn=0.05, floor=1e-3, better="higher"),
        question("r", kind=kind, budget="b", weight=2.0, prior=0.1, reference=True, blocking=False),
    ]
    whole = trial(*asked, weights={"b": 2.0}, alarm_rate=0.02, miss_rate=0.1)
    carried = trial(*asked, weights={"b": 2.0}, alarm_rate=0.02, miss_rate=0.1)
    for _ in range(LOOKS[-1]):
        base, head = make(chance), make(chance)
        for name in ("q", "r"):
            for going in (whole, carried):
                going.add(name, base=base, head=head)
            carried = gate.Trial.from_state(json.loads(json.dumps(carried.state())))
            assert [carried.needs(each) for each in "qr"] == [whole.needs(each) for each in "qr"]
        assert carried.ask() == whole.ask()
        assert json.dumps(carried.state()) == json.dumps(whole.state())
        carried = gate.Trial.from_state(json.loads(json.dumps(carried.state())))
        assert carried.ask() == whole.ask()


@pytest.mark.parametrize("state", [{}, {"questions": [], "looks": [4, 2]}])
def test_what_is_no_state(state: Any) -> None:
    with pytest.raises((KeyError, ValueError)):
        gate.Trial.from_state(state)


def test_over_all_looks_unchanged_code_is_red_at_most_as_often_as_it_says() -> None:
    """The truth lies at the tolerance: a nominal 5 % over four looks, few degrees of freedom."""
    trials, rate = 800, 0.05
    red = sum(
        ended(1.02, seed, sd=0.02, alarm_rate=rate)[0].status is Status.FAIL
        for seed in range(trials)
    )
    assert red / trials <= 1.5 * rate + 2 * math.sqrt(rate / trials)


def test_unchanged_code_passes_early_and_slower_code_is_found() -> None:
    same = [ended(1.0, seed, sd=0.01) for seed in range(100)]
    slower = [ended(1.1, seed, sd=0.02) for seed in range(100)]
    assert sum(found.status is Status.PASS for found, _ in same) >= 90
    assert sum(found.status is Status.FAIL for found, _ in slower) >= 95
    assert sum(units for _, units in same) / 100 <= 7

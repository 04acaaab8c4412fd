"""What a design can show, from stored runs or the stated spread."""

from __future__ import annotations

import math
from random import Random

import pytest

from gate.core.compare.power import (
    Known,
    can_pass,
    headroom_needed,
    in_turn,
    known_from,
    prospect,
    smallest_found,
    smallest_passed,
    smallest_tolerance,
    stored,
)
from gate.core.compare.rule import Errors
from gate.core.metric import Kind
from gate.core.model import Amount, Tolerance
from gate.core.stats.centre import Spread
from gate.core.stats.special import t_quantile
from tests.helpers.cases import noisy

ERRORS = Errors(0.01, 0.05)


def accepted(part: float, detect: float | None = None) -> Tolerance:
    wanted = None if detect is None else Amount(detect, relative=True)
    return Tolerance(Amount(part, relative=True), detect=wanted)


def known(*, sd: float = 0.02, between: float = 0.01, at: float = 1.0) -> Known:
    return Known(math.log(at), Spread(sd**2, 36), Spread(between**2, 20), 10)


def test_stored_runs_say_where_it_lies_and_how_it_varies() -> None:
    chance = Random(3)
    runs = [noisy(chance, 10, at=2.0 * math.exp(chance.gauss(0, 0.03))) for _ in range(30)]
    found = known_from(runs, Kind.TIMING)
    assert found is not None
    assert math.exp(found.level) == pytest.approx(2.0, rel=0.05)
    assert math.sqrt(found.unit.variance) == pytest.approx(0.02, rel=0.3)
    assert math.sqrt(found.sessions.variance) == pytest.approx(0.03, rel=0.5)
    assert found.runs == 30


@pytest.mark.parametrize("kind", [Kind.EXACT, Kind.COUNTED, Kind.PROPORTION])
def test_what_has_no_such_spread_is_not_known(kind: Kind) -> None:
    assert known_from([], kind) is None
    assert headroom_needed(kind, 0.01) is None


def test_a_value_of_zero_has_no_ratio() -> None:
    assert known_from([(0.0, 0.1)], Kind.LAB) is None


def test_more_units_find_less_until_the_sessions_are_left() -> None:
    errors = [stored(known(), n).error for n in (5, 10, 1000)]
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] == pytest.approx(0.01 * math.sqrt(1 + 1 / 8), rel=0.01)


def test_in_turn_needs_no_other_day() -> None:
    assert in_turn(known(between=0.5), 10).error == pytest.approx(0.02 * math.sqrt(0.2))


@pytest.mark.parametrize("sign", [1, -1], ids=["lower-is-better", "higher-is-better"])
def test_what_is_found_lies_beyond_the_tolerance(sign: int) -> None:
    coarse = smallest_found(accepted(0.05), 1.0, sign, stored(known(), 5), ERRORS)
    fine = smallest_found(accepted(0.05), 1.0, sign, in_turn(known(), 50), ERRORS)
    assert 0.05 < fine < coarse


def test_the_smallest_that_passes_passes_and_less_does_not() -> None:
    at = stored(known(), 10)
    least = smallest_passed(at, ERRORS.miss)
    assert can_pass(accepted(0.0, least * 1.001), 1.0, 1, at, ERRORS.miss)
    assert not can_pass(accepted(0.0, least * 0.9), 1.0, 1, at, ERRORS.miss)
    named = smallest_tolerance(0.2)
    assert can_pass(accepted(named), 1.0, 1, at, ERRORS.miss)


@pytest.mark.parametrize("detect", [0.01, 0.04, 0.06, 0.2])
def test_the_named_tolerance_has_that_default(detect: float) -> None:
    part = smallest_tolerance(detect)
    assert max(2 * part, part + 0.03) >= detect - 1e-12
    assert part == 0 or max(2 * part, part + 0.03) == pytest.approx(detect)


def test_a_goal_is_not_refused_for_what_unchanged_code_would_be() -> None:
    assert can_pass(accepted(-0.3), 1.0, 1, stored(known(), 2), ERRORS.miss)


@pytest.mark.parametrize("sign", [1, -1], ids=["lower-is-better", "higher-is-better"])
def test_headroom_makes_a_block_rare(sign: int) -> None:
    far, near = (prospect(known(), 1 + sign * room, sign, 5, ERRORS) for room in (0.2, 0.01))
    assert far.decidable
    assert far.undecided < 1e-6
    assert near.undecided > 0.05
    assert not near.decidable


def test_the_chance_is_what_a_simulation_gives() -> None:
    chance, sd, between, n = Random(11), 0.02, 0.02, 5
    found = prospect(known(sd=sd, between=between), 1.02, 1, n, ERRORS)
    bound, reach = math.log(1.02), -sd / math.sqrt(n)
    reach *= t_quantile(0.01, n - 1)
    at = [chance.gauss(0, math.hypot(between, sd / math.sqrt(n))) for _ in range(20_000)]
    share = sum(bound < each <= bound + reach for each in at) / len(at)
    assert found.undecided == pytest.approx(share, abs=0.01)


def test_far_beyond_a_limit_is_decided_too() -> None:
    assert prospect(known(at=2.0), 1.0, 1, 5, ERRORS).decidable


def test_the_stated_spread_asks_for_headroom() -> None:
    assert headroom_needed(Kind.LATENCY, 0.01) == pytest.approx(math.expm1(2.326 * 0.08), rel=1e-3)

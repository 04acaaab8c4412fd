"""Drift budgets: a slow drift that no build shows is found, unchanged code is not blamed."""

import math
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gate.core.judge import judge
from gate.core.metric import Better, Kind
from gate.core.model import Accepted, Amount, Drift, Objective, Policy, Waiver
from gate.core.reasons import Code
from gate.core.run import Measurement, Part, Run, Shards
from gate.core.trend import Point, Story
from gate.core.verdict import Bound, Effect, Exit, Outcome, Status, Verdict
from tests.helpers import judging

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DRIFT = Drift(Amount(0.05, relative=True), 90.0)
PLAIN = replace(judging.objective(), drift=DRIFT)


def head_run(value: float, of: Objective = PLAIN, policy: Policy | None = None) -> Run:
    units = [value * factor for factor in (0.999, 1.0, 1.001)]
    exact = of.kind is Kind.EXACT
    return judging.run(
        of, answers=(judging.measured(of, [value] if exact else units),), policy=policy
    )


def story(values: Sequence[float], of: Objective = PLAIN, *, every: float = 1.0) -> Story:
    """One stored run every so many days, the newest a day before head."""
    run = head_run(1.0, of)
    (series,) = {m.series_key for m in run.measurements}
    ages = [every * (len(values) - i) for i in range(len(values))]
    return Story(
        of.id,
        tuple(
            Point(
                entry=f"r{i}",
                at=f"{NOW - timedelta(days=age):%Y-%m-%dT%H:%M:%SZ}",
                commit=f"c{i}",
                branch="main",
                environment=run.environment.key,
                series=series,
                value=value,
                n=3,
                unit=of.dimension.value,
                status="pass",
            )
            for i, (age, value) in enumerate(zip(ages, values, strict=True))
        ),
    )


def steady(n: int, seed: int = 1, sd: float = 0.01, *, each: float = 0.0) -> list[float]:
    """Runs about 0.2 s; `each` is what every one adds."""
    rng = random.Random(seed)
    return [0.2 * (1 + each) ** i * math.exp(rng.gauss(0, sd)) for i in range(n)]


def decided(value: float, *stories: Story, run: Run | None = None) -> Outcome:
    asked = run or head_run(value)
    return judge(asked, (), asked.started, stories)


def drift_of(outcome: Outcome) -> Verdict:
    row = judging.only_row(outcome)
    return next(verdict for verdict in row.verdicts if verdict.bound is Bound.DRIFT)


def test_a_drift_of_a_third_of_a_per_cent_a_build_is_found_though_no_build_shows_it() -> None:
    """Thirty builds of 0.3 %, one every three days: 9 % in all, each far within its noise."""
    values = [*steady(12), *(v * 1.003**i for i, v in enumerate(steady(30, seed=2)))]
    found = drift_of(decided(0.2 * 1.003**30, story(values, every=3.0)))
    assert (found.status, found.effect) == (Status.FAIL, Effect.BLOCKS)
    assert found.baseline is not None
    assert (found.baseline.rung, found.baseline.runs) == ("drift", 8)
    assert found.comparison is not None
    assert found.comparison.ratio is not None
    assert 1.06 < found.comparison.ratio < 1.12
    assert found.bound_text == "at most 5 % worse over 90 days"


def test_drifts_are_found_and_unchanged_code_is_not_blamed() -> None:
    """Forty histories each way, seeded: the SLO of the method; bench/trends.py has more."""
    found = blamed = 0
    for seed in range(40):
        quiet = steady(46, seed)
        blamed += drift_of(decided(quiet[-1], story(quiet[:-1], every=2.5))).status is Status.FAIL
        moved = steady(46, seed + 1000, each=0.003)
        found += drift_of(decided(moved[-1], story(moved[:-1], every=2.5))).status is Status.FAIL
    assert blamed == 0
    assert found >= 36


def test_a_level_that_is_held_passes_and_says_what_is_excluded() -> None:
    outcome = decided(0.2, story(steady(110)))
    found = drift_of(outcome)
    assert (found.status, outcome.exit) == (Status.PASS, Exit.OK)
    assert found.comparison is not None
    assert found.comparison.excluded is not None


def test_a_step_within_the_window_counts_as_much_as_a_drift() -> None:
    values = [*steady(70), *(v * 1.12 for v in steady(40, seed=2))]
    assert drift_of(decided(0.2 * 1.12, story(values))).status is Status.FAIL


def test_what_happened_before_the_window_does_not_count() -> None:
    values = [*(v / 1.2 for v in steady(25)), *steady(110, seed=2)]
    assert drift_of(decided(0.2, story(values))).status is Status.PASS


def test_a_level_that_comes_now_and_then_is_no_drift() -> None:
    """Unchanged code whose layout shift doubles in one run of ten: seeded, as the SLO."""
    told = []
    for seed in range(100):
        rng = random.Random(seed)
        values = [v * (2 if rng.random() < 0.1 else 1) for v in steady(61, seed, 0.005)]
        told.append(drift_of(decided(values[-1], story(values[:-1], every=2.0))))
    assert sum(each.status is Status.FAIL for each in told) <= 1
    once = [each.reason for each in told if each.reason.code is Code.ONE_RUN]
    assert len(once) >= 3
    assert all("one run does not tell a drift from a jump" in reason.sentence for reason in once)


@pytest.mark.parametrize(
    ("before", "status"),
    [
        pytest.param([1.0] * 40, Status.FAIL, id="no run of a long history was beyond it"),
        pytest.param([1.0] * 28 + [1.06], Status.UNDECIDED, id="the history is one too short"),
        pytest.param([1.0] * 29 + [1.2] + [1.0] * 30, Status.UNDECIDED, id="seen once, long ago"),
        pytest.param([1.0] * 58 + [1.2, 1.0], Status.UNDECIDED, id="the run before is not"),
        pytest.param([1.0] * 58 + [1.0, 1.2], Status.UNDECIDED, id="one before is, of two"),
        pytest.param([1.0] * 58 + [1.2, 1.2], Status.FAIL, id="both runs before are"),
        pytest.param([1.0] * 25 + [1.2, 1.2], Status.FAIL, id="both, in a short history"),
    ],
)
def test_one_run_is_a_drift_only_where_it_lasts_or_was_never_seen(
    before: list[float], status: Status
) -> None:
    values = [v * f for v, f in zip(steady(len(before)), before, strict=True)]
    head = 0.2 * 1.6
    found = drift_of(decided(head, story(values, every=100 / len(values))))
    assert found.status is status
    if status is Status.UNDECIDED:
        assert (found.effect, found.reason.code) == (Effect.WARNS, Code.ONE_RUN)


def test_an_exact_number_is_beyond_its_drift_at_once() -> None:
    of = replace(PLAIN, kind=Kind.EXACT)
    found = drift_of(decided(0.22, story([0.2] * 20, of, every=6.0), run=head_run(0.22, of)))
    assert found.status is Status.FAIL


def test_who_mends_a_drift_passes() -> None:
    values = [*steady(60), *(v * 1.1 for v in steady(50, seed=2))]
    assert drift_of(decided(0.2, story(values))).status in {Status.PASS, Status.UNDECIDED}


def test_what_is_better_higher_drifts_down() -> None:
    of = replace(PLAIN, better=Better.HIGHER)
    values = [1 / v for v in steady(110, each=0.0015)]
    found = drift_of(decided(0, story(values, of), run=head_run(values[-1], of)))
    assert found.status is Status.FAIL


def test_a_history_that_wanders_is_not_taken_for_surer_than_it_is() -> None:
    """A random walk of machines: the interval grows with what it wandered."""
    rng, level, values = random.Random(7), 0.0, []
    for _ in range(110):
        level += rng.gauss(0, 0.01)
        values.append(0.2 * math.exp(level))
    wandered = drift_of(decided(values[-1], story(values[:-1]))).comparison
    held = drift_of(decided(0.2, story(steady(109)))).comparison
    assert wandered is not None
    assert wandered.working is not None
    assert held is not None
    assert held.working is not None
    assert wandered.working.error > 1.5 * held.working.error


@pytest.mark.parametrize(
    ("values", "every", "said"),
    [
        pytest.param(steady(30), 1.0, "reach 30 days back, not 90 days", id="thirty days"),
        pytest.param(steady(5), 20.0, "are 5 of at least 8", id="five runs of a hundred days"),
    ],
)
def test_a_history_that_is_too_short_is_never_a_pass_and_closes_nothing(
    values: list[float], every: float, said: str
) -> None:
    outcome = decided(0.2, story(values, every=every))
    found = drift_of(outcome)
    assert (found.status, found.reason.code) == (Status.UNDECIDED, Code.SHORT_HISTORY)
    assert said in found.reason.sentence
    assert (found.effect, outcome.exit) == (Effect.WARNS, Exit.OK)


def test_a_short_history_that_drifted_beyond_the_bound_already_fails() -> None:
    found = drift_of(decided(0.2 * 1.004**30, story(steady(30, each=0.004))))
    assert found.status is Status.FAIL


def test_a_sign_off_asks_for_the_whole_history() -> None:
    run = head_run(0.2, policy=Policy(signoff=True))
    found = drift_of(decided(0, story(steady(30)), run=run))
    assert (found.status, found.effect) == (Status.UNDECIDED, Effect.BLOCKS)


def test_ten_short_histories_do_not_close_the_gate_when_it_is_long_enough() -> None:
    head = head_run(0.2)
    pasts = tuple(
        replace(
            judging.past(head, *head.measurements, number=i),
            outcome=judge(head, (), head.started, (story(steady(30)),)),
        )
        for i in range(10)
    )
    noisy = story(steady(110, sd=0.06))
    found = drift_of(judge(head, pasts, head.started, (noisy,)))
    assert (found.status, found.effect) == (Status.UNDECIDED, Effect.WARNS)


def changed(told: Story, *, environment: str = "", series: str = "", commit: str = "") -> Story:
    points = (
        replace(
            point,
            environment=environment or point.environment,
            series=series or point.series,
            commit=commit or point.commit,
        )
        for point in told.points
    )
    return replace(told, points=tuple(points))


@pytest.mark.parametrize(
    ("told", "status", "code"),
    [
        pytest.param((), Status.MISSING, Code.NO_BASELINE, id="nothing is stored"),
        pytest.param(
            (changed(story(steady(110)), environment="other"),),
            Status.UNDECIDED,
            Code.OTHER_ENVIRONMENT,
            id="all of it elsewhere",
        ),
        pytest.param(
            (changed(story(steady(110)), series="median(time)@other"),),
            Status.MISSING,
            Code.OTHER_SERIES,
            id="measured differently",
        ),
        pytest.param(
            (changed(story(steady(110)), commit="head"),),
            Status.MISSING,
            Code.NO_BASELINE,
            id="only attempts at this commit",
        ),
    ],
)
def test_what_cannot_be_compared_is_said(
    told: tuple[Story, ...], status: Status, code: Code
) -> None:
    found = drift_of(decided(0.2, *told))
    assert (found.status, found.reason.code) == (status, code)


def test_an_objective_that_is_new_needs_no_history_yet() -> None:
    run = judging.run(PLAIN, answers=(judging.measured(PLAIN, [0.2]),), new=[PLAIN.id])
    assert drift_of(decided(0, run=run)).effect is Effect.WARNS


def test_other_environments_are_left_out() -> None:
    here, there = story(steady(110)), changed(story(steady(110, sd=0.3)), environment="other")
    mixed = replace(here, points=(*there.points, *here.points))
    assert drift_of(decided(0.2, mixed)).status is Status.PASS


@pytest.mark.parametrize(
    ("status", "code"),
    [
        pytest.param("fail", Code.SHORT_HISTORY, id="it had failed: that level is wanted"),
        pytest.param("pass", Code.STRADDLES, id="a release that is kept excuses no drift"),
    ],
)
def test_a_failed_run_that_was_accepted_by_hand_begins_the_window_anew(
    status: str, code: Code
) -> None:
    values = [*steady(50), *(v * 1.1 for v in steady(60, seed=2))]
    told = story(values)
    points = list(told.points)
    points[50] = replace(points[50], accepted=True, status=status)
    found = drift_of(decided(0.22, replace(told, points=tuple(points))))
    assert found.reason.code is code


def test_a_shard_is_held_to_the_runs_of_its_own_machine() -> None:
    here = story(steady(110))
    plain = head_run(0.2)
    parts = (Part("head-1", plain.started, ("b",), judging.HERE, shard=1),)
    united = replace(
        plain,
        environment=judging.ELSEWHERE,
        shards=Shards(split=(("b",),), parts=parts),
    )
    assert drift_of(decided(0, here, run=united)).status is Status.PASS


def test_what_accepted_yml_wants_is_the_level_as_long_as_it_holds() -> None:
    values = [*steady(50), *(v * 1.2 for v in steady(60, seed=2))]
    plain = head_run(0.24)
    wanted = Accepted(PLAIN.id, 0.24, "the new search", "team-shop", "2026-12-31")
    promises = replace(plain.promises, accepted=(wanted,))
    assert drift_of(decided(0, story(values), run=plain)).status is Status.FAIL
    found = drift_of(decided(0, story(values), run=replace(plain, promises=promises)))
    assert found.status is Status.PASS


def test_a_waiver_of_the_drift_opens_the_gate() -> None:
    head = head_run(0.22)
    waiver = Waiver(PLAIN.id, "drift", "mended next week", "team-shop", "2026-12-31")
    promises = replace(head.promises, waivers=(waiver,))
    outcome = decided(0, story(steady(110)), run=replace(head, promises=promises))
    assert (drift_of(outcome).status, drift_of(outcome).effect) == (Status.FAIL, Effect.WAIVED)
    assert outcome.exit is Exit.OK


def test_exact_values_are_compared_as_they_are() -> None:
    of = replace(judging.objective("sum(size)", kind=Kind.EXACT), drift=DRIFT)
    sizes = [100_000.0 + 80 * i for i in range(110)]
    found = drift_of(decided(0, story(sizes, of), run=head_run(sizes[-1], of)))
    assert found.status is Status.FAIL
    held = [100_000.0] * 110
    assert drift_of(decided(0, story(held, of), run=head_run(1e5, of))).status is Status.PASS


def test_zeros_are_compared_by_their_difference() -> None:
    drift = Drift(Amount(0.01, relative=False), 90.0)
    of = replace(PLAIN, drift=drift)
    rng = random.Random(3)
    values = [max(0.0, rng.gauss(0, 0.001)) for _ in range(110)]
    assert drift_of(decided(0, story(values, of), run=head_run(0.001, of))).status is Status.PASS
    assert drift_of(decided(0, story(values, of), run=head_run(0.05, of))).status is Status.FAIL


@pytest.mark.parametrize(
    ("runs", "then", "now", "status"),
    [
        pytest.param(30, 0.0, 0.05, Status.UNDECIDED, id="the first that is not nothing"),
        pytest.param(30, 0.04, 0.05, Status.UNDECIDED, id="the first that differs"),
        pytest.param(8, 0.0, 0.0, Status.PASS, id="still nothing"),
        pytest.param(8, 0.04, 0.04, Status.PASS, id="still the same"),
        pytest.param(300, 0.04, 0.05, Status.FAIL, id="after so many days it is no chance"),
    ],
)
@pytest.mark.parametrize("kind", [Kind.LAB, Kind.TIMING])
def test_days_that_were_all_the_same_are_no_surer_than_their_number(
    kind: Kind, runs: int, then: float, now: float, status: Status
) -> None:
    """A layout shift that was 0 on thirty days and 0.05 today failed as if it could not vary."""
    of = replace(judging.objective(kind=kind), drift=DRIFT)
    head = judging.run(of, answers=(judging.measured(of, [now] * 5),))
    found = drift_of(decided(0, story([then] * runs, of, every=120 / runs), run=head))
    assert found.status is status


def test_a_drift_that_is_wanted_keeps_its_entry_under_a_new_name() -> None:
    of = replace(PLAIN, was=PLAIN.id, id="b/median(new)")
    head = head_run(0.26, of)
    entry = Accepted(PLAIN.id, 0.26, "wanted", "team", "2026-12-01")
    wanted = replace(head, promises=replace(head.promises, accepted=(entry,)))
    past = story(steady(110), PLAIN)
    assert drift_of(decided(0, past, run=head)).status is Status.FAIL
    assert drift_of(decided(0, past, run=wanted)).status is Status.PASS


def test_a_drift_takes_its_part_of_the_alarm_rate_from_the_tolerance() -> None:
    both = replace(judging.objective(tolerance=0.1), drift=DRIFT)
    head = head_run(0.2, both)
    pasts = tuple(judging.past(head, *head.measurements, number=i) for i in range(8))
    row = judging.only_row(judge(head, pasts, head.started, (story(steady(110), both),)))
    # Of the alarm rate of 1 % the first attempt may spend three quarters.
    levels = {v.bound: v.comparison.level for v in row.verdicts if v.comparison is not None}
    assert levels[Bound.DRIFT] == pytest.approx(1 - 0.0075 / 2)
    assert levels[Bound.TOLERANCE] == pytest.approx(1 - 0.0075 / 2)


def test_one_that_closes_nothing_takes_no_part() -> None:
    both = replace(judging.objective(tolerance=0.1, blocking=False), drift=DRIFT)
    other = replace(judging.objective("mean(time)", tolerance=0.1))
    answers: list[Measurement] = [judging.measured(of, [0.2, 0.2, 0.201]) for of in (both, other)]
    head = judging.run(both, other, answers=answers)
    pasts = tuple(judging.past(head, *answers, number=i) for i in range(8))
    rows = judge(head, pasts, head.started, (story(steady(110), both),)).rows
    levels = {
        (row.objective.id, v.bound): v.comparison.level
        for row in rows
        for v in row.verdicts
        if v.comparison is not None
    }
    assert levels[other.id, Bound.TOLERANCE] == pytest.approx(1 - 0.0075)


def test_what_was_not_measured_answers_the_drift_too() -> None:
    run = judging.run(PLAIN, answers=(judging.missing(PLAIN),))
    assert drift_of(decided(0, run=run)).status is Status.MISSING

"""The judge as a whole: statuses, effects and exit codes, both sides and the edge of each bound."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from gate.core.judge import judge
from gate.core.metric import Better, Kind
from gate.core.model import Accepted, Objective, Policy, Retired, Waiver
from gate.core.past import Past
from gate.core.reasons import Code, because
from gate.core.run import BaseTree, Environment, Looks, Measurement, Missing, Skipped
from gate.core.sample import Values
from gate.core.units import Dimension
from gate.core.verdict import Bound, Comparison, Effect, Exit, Outcome, Row, Status
from tests.helpers.judging import (
    ELSEWHERE,
    measured,
    missing,
    objective,
    only_row,
    past,
    run,
)

DAY = "2026-11-22T12:00:00Z"


def code_of(row: Row) -> Code:
    assert row.reason is not None
    return row.reason.code


def comparison_of(row: Row) -> Comparison:
    comparison = row.verdicts[0].comparison
    assert comparison is not None
    return comparison


def limit_status(units: Any, limit: float, **more: Any) -> Status:
    of = objective(limit=limit, **more)
    return only_row(judge(run(of, answers=[measured(of, units)]), (), DAY)).status


@pytest.mark.parametrize(
    ("units", "limit", "expected"),
    [
        pytest.param([1.0, 1.01, 0.99, 1.0, 1.0], 1.5, Status.PASS, id="clearly-within-passes"),
        pytest.param([2.0, 2.02, 1.98, 2.0, 2.0], 1.5, Status.FAIL, id="clearly-beyond-fails"),
        pytest.param(
            [1.0, 2.0, 1.5, 1.2, 1.9], 1.5, Status.UNDECIDED, id="straddling-is-undecided"
        ),
        pytest.param([1.5, 1.5, 1.5], 1.5, Status.PASS, id="on-the-bound-without-noise-passes"),
        pytest.param([1.0], 1.5, Status.UNDECIDED, id="one-unit-of-a-noisy-kind-is-undecided"),
        pytest.param([9.0], 1.5, Status.UNDECIDED, id="one-bad-unit-is-undecided-too"),
        pytest.param([0.0, 0.0, 0.0], 1.5, Status.PASS, id="zeros-are-judged-as-differences"),
    ],
)
def test_a_limit_is_decided_by_the_interval(units: Any, limit: float, expected: Any) -> None:
    assert limit_status(units, limit) is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(169_999, Status.PASS, id="below"),
        pytest.param(170_000, Status.PASS, id="on-the-limit"),
        pytest.param(170_001, Status.FAIL, id="one-byte-beyond"),
    ],
)
def test_an_exact_value_is_compared_as_it_is(value: float, expected: Any) -> None:
    size = {"kind": Kind.EXACT, "dimension": Dimension.SIZE}

    assert limit_status([value], 170_000, **size) is expected


def test_an_exact_metric_whose_repeats_differ_is_missing_not_averaged() -> None:
    of = objective(limit=200, kind=Kind.EXACT)

    row = only_row(judge(run(of, answers=[measured(of, [100, 101])]), (), DAY))

    assert (row.status, code_of(row)) == (Status.MISSING, Code.NOT_EXACT)


@pytest.mark.parametrize(
    ("events", "trials", "expected"),
    [
        pytest.param(0, 10_000, Status.PASS, id="none-of-many-excludes-a-thousandth"),
        pytest.param(0, 1_000, Status.UNDECIDED, id="none-of-few-excludes-nothing"),
        pytest.param(100, 10_000, Status.FAIL, id="one-percent-is-beyond-a-thousandth"),
        pytest.param(1_000, 1_000, Status.FAIL, id="all-is-beyond"),
    ],
)
def test_a_share_is_decided_by_the_exact_interval(events: int, trials: int, expected: Any) -> None:
    share = {"kind": Kind.PROPORTION, "dimension": Dimension.SHARE}
    unit = (events // 5, trials // 5)

    assert limit_status([unit] * 5, 0.001, **share) is expected


def test_overdispersed_units_widen_the_share() -> None:
    """The same total, once spread evenly and once in one burst: the burst decides nothing."""
    share = {"kind": Kind.PROPORTION, "dimension": Dimension.SHARE}

    even = limit_status([(6, 1000)] * 5, 0.003, **share)
    burst = limit_status([(30, 1000), (0, 1000), (0, 1000), (0, 1000), (0, 1000)], 0.003, **share)

    assert (even, burst) == (Status.FAIL, Status.UNDECIDED)


def test_higher_is_better_turns_the_limit_round() -> None:
    assert limit_status([100, 101, 99, 100, 100], 150, better=Better.HIGHER) is Status.FAIL
    assert limit_status([200, 201, 199, 200, 200], 150, better=Better.HIGHER) is Status.PASS


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(1.0, Status.PASS, id="within-both"),
        pytest.param(1.3, Status.WARN, id="between-warn-and-fail"),
        pytest.param(1.6, Status.FAIL, id="beyond-fail-is-decided-first"),
    ],
)
def test_warn_lies_between_pass_and_fail(value: float, expected: Any) -> None:
    units = [value, value * 1.001, value * 0.999, value]

    assert limit_status(units, 1.5, warn=1.2) is expected


def tolerance_row(base: Any, head: Any, **more: Any) -> Row:
    pasts = more.pop("pasts", 1)
    of = objective(tolerance=more.pop("tolerance", 0.05), **more)
    this = run(of, answers=[measured(of, head)])
    earlier = tuple(past(this, measured(of, base), number=n) for n in range(pasts))
    return only_row(judge(this, earlier, DAY))


@pytest.mark.parametrize(
    ("base", "head", "expected"),
    [
        pytest.param([100, 100, 100], [100, 100, 100], Status.PASS, id="equal-counts-pass"),
        pytest.param([100, 100, 100], [105, 105, 105], Status.PASS, id="on-the-tolerance-passes"),
        pytest.param([100, 100, 100], [106, 106, 106], Status.FAIL, id="beyond-fails"),
        pytest.param([100, 100, 100], [50, 50, 50], Status.PASS, id="better-passes"),
    ],
)
def test_a_noiseless_tolerance_is_decided_at_its_edge(base: Any, head: Any, expected: Any) -> None:
    size = {"kind": Kind.EXACT, "dimension": Dimension.SIZE}

    assert tolerance_row(base, head, **size).status is expected


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        pytest.param(139, Status.PASS, id="more-than-the-goal-passes"),
        pytest.param(140, Status.PASS, id="on-the-goal-passes"),
        pytest.param(141, Status.FAIL, id="less-than-the-goal-fails"),
    ],
)
def test_a_noiseless_goal_is_decided_at_its_edge(head: int, expected: Any) -> None:
    size = {"kind": Kind.EXACT, "dimension": Dimension.SIZE, "tolerance": -0.3}

    assert tolerance_row([200], [head], **size).status is expected


def test_counted_values_have_the_floor_that_their_base_shows() -> None:
    """The base's own repeats differ by 2; one more query than the middle is nothing."""
    base, kind = [100.0, 101.0, 102.0], {"kind": Kind.COUNTED, "dimension": Dimension.NUMBER}

    inside = tolerance_row(base, [102.0, 102.0, 102.0], tolerance=0.0, **kind)
    beyond = tolerance_row(base, [150.0, 150.0, 150.0], tolerance=0.0, **kind)

    assert inside.status is not Status.FAIL
    assert beyond.status is Status.FAIL


def test_a_large_slowdown_against_a_stored_baseline_fails_and_says_how_sure() -> None:
    row = tolerance_row([1.0, 1.01, 0.99, 1.0, 1.0], [2.0, 2.02, 1.98, 2.0, 2.0], pasts=3)

    comparison = comparison_of(row)
    assert (row.status, row.effect) == (Status.FAIL, Effect.BLOCKS)
    assert (comparison.low or 0) > 1.05
    assert comparison.level == pytest.approx(0.9925)


def test_days_are_never_assumed_equal() -> None:
    """Ten tight repeats 4 % slower than another day's: within what days differ by anyway."""
    row = tolerance_row([1.0] * 5 + [1.001] * 5, [1.08] * 5 + [1.081] * 5, tolerance=0.02)

    assert row.status is Status.UNDECIDED
    assert row.effect is Effect.WARNS


def test_the_alarm_rate_is_shared_over_the_tolerances() -> None:
    """A shift that one objective alone would be blamed for is not blamed among forty."""
    alone = objective("median(t0)", tolerance=0.05)
    crowd = [objective(f"median(t{n})", tolerance=0.05) for n in range(40)]
    base, head = [1.0, 1.02, 0.98, 1.01, 0.99], [1.20, 1.23, 1.17, 1.21, 1.19]
    quiet = [1.0, 1.02, 0.98, 1.01, 0.99]

    single = run(alone, answers=[measured(alone, head)])
    row = only_row(judge(single, (past(single, measured(alone, base)),), DAY))
    many = run(*crowd, answers=[measured(o, head if not n else quiet) for n, o in enumerate(crowd)])
    rows = judge(many, (past(many, *(measured(o, base) for o in crowd)),), DAY).rows

    assert comparison_of(row).level < comparison_of(rows[0]).level
    assert (row.status, rows[0].status) == (Status.FAIL, Status.UNDECIDED)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        pytest.param("none", Code.NO_BASELINE, id="nothing-stored"),
        pytest.param("series", Code.OTHER_SERIES, id="another-script"),
    ],
)
def test_without_a_comparable_baseline_a_tolerance_is_missing_and_blocks(
    change: str, code: Any
) -> None:
    of = objective(tolerance=0.05)
    this = run(of, answers=[measured(of, [1.0] * 5)])
    other = measured(of, [1.0] * 5)
    if change == "series":
        object.__setattr__(other, "shape", (("script", "2"),))
    pasts = () if change == "none" else (past(this, other),)

    outcome = judge(this, pasts, DAY)

    row = only_row(outcome)
    assert (row.status, code_of(row)) == (Status.MISSING, code)
    assert (row.effect, outcome.exit) == (Effect.BLOCKS, Exit.MISSING)


def other_place(change: str, tolerance: float = 0.05, **more: Any) -> Outcome:
    """A run whose only baseline was measured on another machine, or by another tool there."""
    of = objective(tolerance=tolerance)
    plain = measured(of, [1.0] * 5)
    here = replace(plain, shape=(("script", "1"), ("k6", "2.0"), ("throttling", "simulate")))
    there = replace(plain, shape=(("script", "1"), ("k6", "1.4"), ("throttling", "devtools")))
    this = replace(run(of, answers=[here], **more), tools=(("k6", "2.0.1"),))
    if change == "machine":
        this = replace(this, environment=ELSEWHERE)
    return judge(this, (past(this, there if change == "tool" else here),), DAY)


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        pytest.param("machine", "cpu: A there, B here", id="another-processor"),
        pytest.param(
            "tool",
            "k6: 1.4 there, 2.0 here; throttling: devtools there, simulate here",
            id="another-tool-and-another-throttling",
        ),
    ],
)
def test_another_environment_is_undecided_and_names_the_difference(
    change: str, difference: str
) -> None:
    outcome = other_place(change)

    row = only_row(outcome)
    assert (row.status, code_of(row)) == (Status.UNDECIDED, Code.OTHER_ENVIRONMENT)
    assert row.reason is not None
    assert difference in row.reason.sentence
    assert (row.effect, outcome.exit) == (Effect.WARNS, Exit.OK)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        pytest.param({"tolerance": -0.3}, Exit.UNDECIDED, id="a-goal-has-to-be-shown"),
        pytest.param(
            {"tolerance": -0.3, "policy": Policy(bootstrap_until="2026-11-23")},
            Exit.OK,
            id="not-before-a-baseline-is-asked-for",
        ),
        pytest.param({"tolerance": -0.3, "new": ["b/median(time)"]}, Exit.OK, id="nor-a-new-one"),
        pytest.param({"policy": Policy(undecided="fail")}, Exit.UNDECIDED, id="as-the-policy-asks"),
        pytest.param({"policy": Policy(signoff=True)}, Exit.UNDECIDED, id="a-sign-off-refuses"),
    ],
)
def test_where_another_environment_blocks(more: dict[str, Any], expected: Exit) -> None:
    assert other_place("machine", **more).exit is expected


def test_another_environment_blocks_after_ten_undecided_runs() -> None:
    """A machine that never comes back must not keep the gate open for ever."""
    of = objective(tolerance=0.05)
    answer = measured(of, [1.0] * 5)
    base = past(run(of, answers=[answer]), answer, number=10)
    this = run(of, answers=[answer], environment=ELSEWHERE)
    pasts = []
    for number in range(10):
        earlier = replace(this, id=f"e{number}", started=f"2026-11-2{number // 5}T0{number}:00:00Z")
        pasts.append(Past(earlier, judge(earlier, (base,), DAY), number + 1))
    # Their own runs would be a baseline; ten machines, none like another.
    alien = [
        replace(p, run=replace(p.run, environment=Environment((("cpu", p.run.id),), ("cpu",))))
        for p in pasts
    ]

    assert judge(this, (*alien[1:], base), DAY).exit is Exit.OK
    assert judge(this, (*alien, base), DAY).exit is Exit.UNDECIDED


def test_sizes_are_compared_across_machines() -> None:
    of = objective(tolerance=0.05, kind=Kind.EXACT, dimension=Dimension.SIZE)
    this = run(of, answers=[measured(of, [100])], environment=ELSEWHERE)

    assert only_row(judge(this, (past(this, measured(of, [100])),), DAY)).status is Status.PASS


def test_a_new_objective_does_not_block_for_want_of_a_baseline() -> None:
    of = objective(tolerance=0.05)
    this = run(of, answers=[measured(of, [1.0] * 5)], new=[of.id])

    outcome = judge(this, (), DAY)

    assert (only_row(outcome).status, outcome.exit) == (Status.MISSING, Exit.OK)


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        pytest.param("2026-11-23", Exit.OK, id="before-the-day-it-does-not-block"),
        pytest.param("2026-11-22", Exit.MISSING, id="on-the-day-it-blocks"),
    ],
)
def test_bootstrap_ends_on_its_day(until: str, expected: Any) -> None:
    of = objective(tolerance=0.05)
    this = run(of, answers=[measured(of, [1.0] * 5)], policy=Policy(bootstrap_until=until))

    assert judge(this, (), DAY).exit is expected


def test_a_failed_run_is_no_baseline_until_it_is_accepted() -> None:
    of = objective(tolerance=0.05, kind=Kind.EXACT, dimension=Dimension.SIZE)
    this = run(of, answers=[measured(of, [200])])
    good = past(this, measured(of, [100]), number=1)
    bad_run = run(of, answers=[measured(of, [200])], run_id="p0")
    failed = judge(bad_run, (good,), DAY)
    bad = past(this, measured(of, [200]), number=0)
    bad = type(bad)(bad.run, failed, 1)
    accepted = type(bad)(bad.run, failed, 1, accepted=True)

    assert only_row(judge(this, (bad, good), DAY)).status is Status.FAIL
    assert only_row(judge(this, (accepted, good), DAY)).status is Status.PASS


@pytest.mark.parametrize(
    ("value", "until", "expected"),
    [
        pytest.param(200.0, "2026-11-21", Status.PASS, id="the-wanted-value-becomes-the-baseline"),
        pytest.param(
            190.0, "2026-11-21", Status.FAIL, id="a-run-worse-than-what-is-wanted-does-not"
        ),
        pytest.param(200.0, "2026-11-18", Status.FAIL, id="nor-one-after-its-last-day"),
    ],
)
def test_an_accepted_value_makes_a_failed_run_a_baseline(
    value: float, until: str, expected: Status
) -> None:
    of = objective(tolerance=0.05, kind=Kind.EXACT, dimension=Dimension.SIZE)
    this = run(of, answers=[measured(of, [200])])
    wanted = Accepted(of.id, value, "known", "team", until)
    this = replace(this, promises=replace(this.promises, accepted=(wanted,)))
    good = past(this, measured(of, [100]), number=1)
    bad = past(this, measured(of, [200]), number=0)
    bad = replace(bad, outcome=judge(bad.run, (good,), DAY))

    assert only_row(judge(this, (bad, good), DAY)).status is expected


def test_what_was_asked_for_and_not_measured_is_missing_and_blocks() -> None:
    of = objective(limit=1.0)

    for answers in ([missing(of, tool="k6", exit="107", detail="boom")], []):
        outcome = judge(run(of, answers=answers), (), DAY)
        assert (only_row(outcome).status, outcome.exit) == (Status.MISSING, Exit.MISSING)


def test_a_run_without_any_objective_is_not_open() -> None:
    assert judge(run(), (), DAY).exit is Exit.MISSING


def test_too_few_repeats_are_missing_however_good_they_are() -> None:
    of = objective(limit=9.0, repeat_min=5)

    row = only_row(judge(run(of, answers=[measured(of, [1.0] * 4)]), (), DAY))

    assert (row.status, code_of(row)) == (Status.MISSING, Code.TOO_FEW_UNITS)


def test_a_time_out_counts_as_beyond_a_time_bound_and_as_missing_elsewhere() -> None:
    slow = objective(limit=1.0)
    size = objective("sum(size)", limit=1.0, dimension=Dimension.SIZE, kind=Kind.EXACT)
    answers = [missing(o, Code.TOOL_TIMED_OUT, tool="k6", seconds="60") for o in (slow, size)]

    rows = judge(run(slow, size, answers=answers), (), DAY).rows

    assert [row.status for row in rows] == [Status.FAIL, Status.MISSING]


def test_a_tail_percentile_of_few_requests_is_undecided() -> None:
    of = objective("p95(http_req_duration)", kind=Kind.LATENCY, limit=9.0)
    enough = tuple(0.1 + n / 1e6 for n in range(200))

    thin = only_row(judge(run(of, answers=[measured(of, [Values(enough[:199])] * 5)]), (), DAY))
    full = only_row(judge(run(of, answers=[measured(of, [Values(enough)] * 5)]), (), DAY))

    assert (thin.status, code_of(thin)) == (Status.UNDECIDED, Code.TAIL_TOO_THIN)
    assert full.status is Status.PASS


@pytest.mark.parametrize(
    ("blocking", "expected"),
    [
        pytest.param(True, (Effect.BLOCKS, Exit.FAILED), id="blocking"),
        pytest.param(False, (Effect.ADVISORY, Exit.OK), id="advisory"),
    ],
)
def test_blocking_false_is_advisory(blocking: bool, expected: Any) -> None:
    of = objective(limit=1.0, blocking=blocking)

    outcome = judge(run(of, answers=[measured(of, [9.0, 9.1, 9.0])]), (), DAY)

    assert (only_row(outcome).effect, outcome.exit) == expected


def test_exit_codes_have_their_order() -> None:
    bad, gone = objective("median(a)", limit=1.0), objective("median(b)", limit=1.0)
    open_ = objective("median(c)", limit=1.5)
    answers: dict[Objective, Measurement | Missing] = {
        bad: measured(bad, [9.0, 9.1, 9.0]),
        gone: missing(gone),
        open_: measured(open_, [1.0, 2.2, 1.6, 1.2, 2.3]),
    }

    def code(*objectives: Objective) -> Exit:
        return judge(run(*objectives, answers=[answers[o] for o in objectives]), (), DAY).exit

    assert code(bad, gone, open_) is Exit.FAILED
    assert code(gone, open_) is Exit.MISSING
    assert code(open_) is Exit.UNDECIDED


WAIVER = Waiver("b/median(time)", "limit", "known", "team", "2026-11-22", ceiling=10.0)


@pytest.mark.parametrize(
    ("units", "day", "waiver", "effect"),
    [
        pytest.param([9.0, 9.1, 9.0], "2026-11-22", WAIVER, Effect.WAIVED, id="on-its-last-day"),
        pytest.param([9.0, 9.1, 9.0], "2026-11-23", WAIVER, Effect.BLOCKS, id="a-day-too-late"),
        pytest.param(
            [10.2, 10.2, 10.2], "2026-11-22", WAIVER, Effect.BLOCKS, id="past-the-ceiling"
        ),
        pytest.param([10.0, 10.0, 10.0], "2026-11-22", WAIVER, Effect.WAIVED, id="on-the-ceiling"),
    ],
)
def test_a_waiver_changes_the_effect_and_never_the_verdict(
    units: Any, day: str, waiver: Waiver, effect: Effect
) -> None:
    of = objective(limit=1.0)
    this = run(of, answers=[measured(of, units)], waivers=[waiver])

    row = only_row(judge(this, (), f"{day}T10:00:00Z"))

    assert (row.status, row.effect) == (Status.FAIL, effect)


@pytest.mark.parametrize(
    ("units", "day", "said"),
    [
        pytest.param([0.5, 0.6, 0.5], "2026-11-22", ["today", "not needed"], id="kept"),
        pytest.param([9.0, 9.1, 9.0], "2026-11-21", ["in 1 day, on 2026-11-22"], id="broken"),
        pytest.param([9.0, 9.1, 9.0], "2026-11-20", ["in 2 days, on 2026-11-22"], id="earlier"),
        pytest.param(None, "2026-11-01", [], id="skipped, which says nothing of it"),
    ],
)
def test_what_is_said_of_a_waiver(units: Any, day: str, said: list[str]) -> None:
    of = objective(limit=1.0)
    answers = [] if units is None else [measured(of, units)]
    this = run(of, answers=answers, waivers=[WAIVER])
    if units is None:
        this = replace(this, skipped=(Skipped(of.id, because(Code.NOT_CONCERNED)),))
    told = [w for w in judge(this, (), f"{day}T10:00:00Z").warnings if "waiver" in w]
    assert len(told) == len(said)
    assert all(words in line for words, line in zip(said, told, strict=True))


def test_a_waiver_never_covers_what_is_missing() -> None:
    of = objective(limit=1.0)
    this = run(of, answers=[missing(of)], waivers=[WAIVER])

    assert judge(this, (), DAY).exit is Exit.MISSING


def test_a_waiver_of_the_limit_does_not_cover_the_tolerance() -> None:
    of = objective(limit=1.0, tolerance=0.05)
    this = run(of, answers=[measured(of, [9.0, 9.1, 9.0])], waivers=[WAIVER])
    base = past(this, measured(of, [1.0, 1.01, 1.0]))

    row = only_row(judge(this, (base,), DAY))

    effects = {verdict.bound: verdict.effect for verdict in row.verdicts}
    assert effects == {Bound.LIMIT: Effect.WAIVED, Bound.TOLERANCE: Effect.BLOCKS}


@pytest.mark.parametrize(
    ("limit", "waivers", "policy", "status"),
    [
        pytest.param(1.0, [WAIVER], Policy(), Status.MISSING, id="a waived fail closes nothing"),
        pytest.param(1.0, [], Policy(), Status.FAIL, id="a fail is worse"),
        pytest.param(
            9.02,
            [],
            Policy(bootstrap_until="2026-12-01"),
            Status.UNDECIDED,
            id="a baseline that is not asked for yet closes nothing",
        ),
    ],
)
def test_a_row_shows_what_closes_the_build(
    limit: float, waivers: Any, policy: Policy, status: Status
) -> None:
    """It said fail, and the exit code that something was not measured."""
    of = objective(limit=limit, tolerance=0.05)
    this = run(of, answers=[measured(of, [9.0, 9.1, 9.0])], waivers=waivers, policy=policy)
    outcome = judge(this, (), DAY)
    row = only_row(outcome)
    assert (row.status, row.effect) == (status, Effect.BLOCKS)
    codes = {Status.FAIL: Exit.FAILED, Status.MISSING: Exit.MISSING}
    assert outcome.exit is codes.get(row.status, Exit.UNDECIDED)


def members(*, retired: Sequence[Retired] = (), was: str = "") -> Outcome:
    """A template over tests; the baseline had a and b, head has a (and c)."""
    of = objective(tolerance=0.05, each="test")
    extra = [objective("median(time{test:c})", tolerance=0.05, was=was)] if was else []
    head = [measured(of, [1.0] * 5, test="a")]
    if extra:
        head.append(measured(extra[0], [1.0] * 5))
    this = run(of, *extra, answers=head, retired=retired)
    base = past(this, *(measured(of, [1.0] * 5, test=name) for name in "ab"))
    return judge(this, (base,), DAY)


def test_a_member_that_vanished_is_missing() -> None:
    outcome = members()

    statuses = {row.objective.id: row.status for row in outcome.rows}
    assert statuses == {
        "b/median(time{test:a})": Status.PASS,
        "b/median(time{test:b})": Status.MISSING,
    }
    assert outcome.exit is Exit.MISSING


def test_a_retired_member_is_skipped() -> None:
    outcome = members(retired=[Retired("b/median(time{test:b})", "gone", "team")])

    assert [row.status for row in outcome.rows] == [Status.PASS, Status.SKIPPED]
    assert outcome.exit is Exit.OK


def test_a_renamed_member_is_compared_with_its_old_name() -> None:
    outcome = members(was="b/median(time{test:b})")

    rows = {row.objective.id: row for row in outcome.rows}
    assert rows["b/median(time{test:c})"].verdicts[0].baseline is not None
    assert "b/median(time{test:b})" not in rows


def test_a_renamed_member_that_is_still_measured_is_judged() -> None:
    """It was in no row at all: whatever it came to, the build was open."""
    each = objective(limit=1.0, each="test")
    new = objective("median(time{test:c})", limit=1.0, was="b/median(time{test:b})")
    head = [measured(each, [5.0, 5.1], test="b"), measured(new, [0.5, 0.51])]
    outcome = judge(run(each, new, answers=head), (), DAY)

    rows = {row.objective.id: row.status for row in outcome.rows}
    assert rows == {"b/median(time{test:b})": Status.FAIL, new.id: Status.PASS}
    assert outcome.exit is Exit.FAILED


def test_a_template_that_nothing_matched_is_missing() -> None:
    of = objective(limit=1.0, each="test")

    row = only_row(judge(run(of), (), DAY))

    assert (row.status, code_of(row)) == (Status.MISSING, Code.NOTHING_MATCHED)


def test_looks_share_the_alarm_rate() -> None:
    of = objective(limit=1.5)
    one = run(of, answers=[measured(of, [2.0, 2.1, 1.9])])
    first = Looks("b", (3, 6), (3,))
    two = run(of, answers=[measured(of, [2.0, 2.1, 1.9])], looks=[first])

    levels = [comparison_of(only_row(judge(r, (), DAY))).level for r in (one, two)]
    assert levels == [pytest.approx(0.9925), pytest.approx(0.99625)]


def test_an_undecided_tolerance_blocks_after_ten_undecided_runs() -> None:
    of = objective(tolerance=0.02)
    this = run(of, answers=[measured(of, [1.0, 1.2, 1.1])])
    base = past(this, measured(of, [1.0, 1.2, 1.1]), number=10)
    undecided = judge(this, (base,), DAY)
    assert (undecided.exit, only_row(undecided).status) == (Exit.OK, Status.UNDECIDED)
    pasts = []
    for number in range(10):
        earlier = past(this, measured(of, [1.0, 1.2, 1.1]), number=number)
        judged = judge(earlier.run, (base,), DAY)
        pasts.append(type(earlier)(earlier.run, judged, number + 1))

    assert judge(this, (*pasts, base), DAY).exit is Exit.UNDECIDED


def test_a_sign_off_refuses_undecided_and_skipped() -> None:
    of = objective(limit=1.5)
    policy = Policy(signoff=True)
    straddling = run(of, answers=[measured(of, [1.0, 1.6, 1.3, 1.2, 1.5])], policy=policy)

    assert judge(straddling, (), DAY).exit is Exit.UNDECIDED


def test_the_weights_of_budgets_reach_the_shares() -> None:
    one = objective("median(a)", tolerance=0.05)
    two = replace(objective("median(b)", tolerance=0.05), id="c/median(b)", budget="c")
    units = [1.0, 1.01, 0.99, 1.0, 1.02]

    def levels(*weights: tuple[str, float]) -> list[float]:
        this = run(one, two, answers=[measured(o, units) for o in (one, two)])
        this = replace(this, promises=replace(this.promises, weights=weights))
        rows = judge(this, (past(this, *this.measurements),), DAY).rows
        return [1 - comparison_of(row).level for row in rows]

    plain, weighted = levels(), levels(("c", 3.0))
    assert weighted == pytest.approx([plain[0] / 2, plain[1] * 1.5])


def test_what_varies_of_an_exact_metric_is_named() -> None:
    of = objective("sum(size{file:app})", limit=200, kind=Kind.EXACT, dimension=Dimension.SIZE)
    varies = (("varies", "app.js 100 B, then 101 B"),)
    head = replace(measured(of, [100, 101]), facts=varies)

    row = only_row(judge(run(of, answers=[head]), (), DAY))

    assert row.reason is not None
    assert row.reason.sentence == (
        "sum(size{file:app}) is said to be exact, but its repeats differ: "
        "100 B to 101 B (app.js 100 B, then 101 B)"
    )


@pytest.mark.parametrize("bounds", [{"limit": 200.0}, {"tolerance": 0.5}], ids=str)
def test_a_base_that_varies_refuses_the_exact_metric(bounds: dict[str, float]) -> None:
    of = objective("sum(size)", kind=Kind.EXACT, dimension=Dimension.SIZE, **bounds)  # type: ignore[arg-type]
    base = BaseTree("p0", "main", 1, ("b",), (measured(of, [100, 101]),))
    this = replace(run(of, answers=[measured(of, [100])]), base=base)

    row = only_row(judge(this, (), DAY))

    assert (row.status, code_of(row), row.effect) == (
        Status.MISSING,
        Code.NOT_EXACT,
        Effect.BLOCKS,
    )

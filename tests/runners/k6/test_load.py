from __future__ import annotations

from dataclasses import replace

import pytest

from gate.core.sample import Reduced
from gate.runners.k6.clock import Clock
from gate.runners.k6.logs import Log
from gate.runners.k6.options import K6Options
from gate.runners.k6.plan import Scenario
from gate.runners.k6.points import Point
from tests.runners.k6.support import asked, dropped, found, lacking, options, request, search

TEN = [point for second in range(10) for point in request(second)]
TIMED = (Scenario("default", 0, 10.0, 10.0, 30.0),)


def rate_of(
    points: list[Point], *, chosen: K6Options | None = None, plan: tuple[Scenario, ...] = ()
) -> float:
    (answer,) = search(points, "rate(http_reqs)", chosen=chosen, plan=plan, seconds=1000)
    data = found(answer).data
    assert isinstance(data, Reduced)
    return data.value


def test_throughput_is_over_the_scenarios_time_and_not_over_the_whole_test() -> None:
    assert rate_of(TEN, plan=TIMED) == pytest.approx(1.0)
    # Without a planned time the first request only starts the clock: nine more in nine seconds.
    assert rate_of(TEN) == pytest.approx(1.0)


def test_a_server_that_hangs_after_a_while_has_a_low_throughput() -> None:
    assert rate_of(TEN[:8], plan=TIMED) == pytest.approx(0.2)


def test_throughput_after_the_warm_up() -> None:
    assert rate_of(TEN, chosen=options(warmup="5 s"), plan=TIMED) == pytest.approx(1.0)


def test_scenarios_that_overlap_count_their_time_once() -> None:
    both = [*TEN, *(point for second in range(10) for point in request(second, scenario="b"))]
    plan = (*TIMED, Scenario("b", 0, 10.0, 10.0, 30.0))
    assert rate_of(both, plan=plan) == pytest.approx(2.0)


def test_scenarios_after_a_pause_do_not_count_the_pause() -> None:
    later = [*TEN, *(point for second in range(60, 70) for point in request(second, scenario="b"))]
    plan = (*TIMED, Scenario("b", 60, 10.0, 10.0, 30.0))
    assert rate_of(later, plan=plan) == pytest.approx(1.0)


def test_one_request_has_no_throughput() -> None:
    (answer,) = search(TEN[:4], "rate(http_reqs)")
    assert "one moment has no rate" in lacking(answer)


def test_a_scripts_own_rate_is_over_the_whole_test_as_k6_has_it() -> None:
    question = replace(asked("rate(http_reqs)"), whole=True)
    (answer,) = search(TEN, question, plan=TIMED, seconds=40)
    assert found(answer).data == Reduced(0.25, 10)


QUESTIONS = (
    "http_req_duration",
    "rate(http_reqs)",
    "http_req_failed",
    "iterations_dropped",
    "checks",
)
CHECKS = [Point("checks", 1, 1, {"scenario": "default"})]


def test_dropped_iterations_void_latency_and_throughput_but_not_the_error_rate() -> None:
    points = [*TEN, *CHECKS, dropped(5)]
    latency, rate, errors, share, checks = search(points, *QUESTIONS, plan=TIMED)
    sentence = "load_dropped: 1 of 11 iterations were dropped: scenario default had no free"
    assert lacking(latency).startswith(sentence)
    assert lacking(rate).startswith(sentence)
    assert [found(a).data.n for a in (errors, share, checks)] == [10, 11, 1]


def test_a_share_of_durations_is_a_latency_too() -> None:
    (answer,) = search([*TEN, dropped(5)], "share(http_req_duration > 1 s)")
    assert lacking(answer).startswith("load_dropped")


@pytest.mark.parametrize(("allowed", "voided"), [("10%", False), ("9%", True), ("0%", True)])
def test_the_budget_says_how_many_may_be_dropped(allowed: str, voided: bool) -> None:
    points = [*TEN, dropped(5)]
    chosen = options(max_dropped=allowed)
    (answer,) = search(points, "http_req_duration", chosen=chosen)
    assert (not hasattr(answer, "data")) is voided


def test_a_small_scenario_is_not_lost_in_a_large_one() -> None:
    many = [point for i in range(500) for point in request(i / 50)]
    points = [*many, *request(1, scenario="rare"), dropped(2, 1, "rare")]
    (answer,) = search(points, "http_req_duration")
    assert "1 of 2 iterations were dropped: scenario rare" in lacking(answer)
    (answer,) = search(points, "http_req_duration", chosen=options(exclude_scenarios=["rare"]))
    assert found(answer).data.n == 500


def test_iterations_that_throw_void_all_but_the_witnesses() -> None:
    log = Log(exceptions={"default": 3}, exception="TypeError: x is undefined")
    latency, rate, errors, share, checks = search([*TEN, *CHECKS], *QUESTIONS, plan=TIMED, log=log)
    sentence = "3 of 10 iterations threw an exception: TypeError: x is undefined"
    assert all(sentence in lacking(a) for a in (latency, rate, checks))
    assert found(errors).data.n == found(share).data.n == 10


def test_a_few_exceptions_are_let_through() -> None:
    log = Log(exceptions={"default": 1, "warm": 9}, exception="Error")
    chosen = options(max_dropped="10%", exclude_scenarios=["warm"])
    (answer,) = search(TEN, "http_req_duration", chosen=chosen, log=log)
    assert found(answer).data.n == 10


def test_without_requests_the_exception_is_the_reason() -> None:
    log = Log(exceptions={"default": 3}, exception="ReferenceError: nope")
    only = [point for point in TEN if point.metric == "iterations"]
    for answer in search(only, "http_req_duration", "http_req_failed", log=log):
        assert "ReferenceError: nope" in lacking(answer)


def test_iterations_that_did_not_end_void_the_load() -> None:
    plan = (Scenario("default", 0, None, 600, 30, 20),)
    latency, errors = search(TEN, "http_req_duration", "http_req_failed", plan=plan)
    assert "10 of 20 iterations of default ended" in lacking(latency)
    assert found(errors).data.n == 10


def test_a_load_that_a_threshold_stopped_answers_only_the_script() -> None:
    log = Log(stopped="thresholds were crossed; abortOnFail")
    row = replace(asked("max(http_req_duration{expected_response:any})"), whole=True)
    own, script = search(TEN, "http_req_failed", row, log=log)
    assert "abortOnFail" in lacking(own)
    assert found(script).data.n == 10


def busy(*seconds: float) -> list[Point]:
    return [Point("vus", at, 1, {}) for at in seconds]


@pytest.mark.parametrize(
    ("until", "grace", "overran"),
    [
        pytest.param(10, 30, False, id="ends in time"),
        pytest.param(35, 30, False, id="ends within gracefulStop"),
        pytest.param(40, 30, True, id="gracefulStop was used up"),
        pytest.param(12, 0, False, id="without gracefulStop nobody can tell"),
    ],
)
def test_iterations_that_gracefulstop_ended_are_noticed(
    until: int, grace: float, overran: bool
) -> None:  # fmt: skip
    clock = Clock(0, (Scenario("default", 0, 10.0, 10.0, grace),))
    for point in busy(*range(until + 1)):
        clock.see(point)
    assert clock.overran is overran


@pytest.mark.parametrize(
    ("interrupted", "says"),
    [
        pytest.param(1, "1 iteration was still running when gracefulStop was over", id="one"),
        pytest.param(2, "2 iterations were still running when gracefulStop was over", id="two"),
    ],
)
def test_a_server_that_hangs_in_a_closed_load_voids_it(interrupted: int, says: str) -> None:
    latency, errors = search(
        TEN, "http_req_duration", "http_req_failed", plan=TIMED, interrupted=interrupted
    )
    assert says in lacking(latency)
    assert found(errors).data.n == 10


def test_users_at_work_to_the_end_void_nothing_where_every_iteration_ended() -> None:
    (latency,) = search([*TEN, *busy(*range(41))], "http_req_duration", plan=TIMED)
    assert found(latency).data.n == 10


HASTY = (Scenario("default", 0, 10.0, 10.0, 30.0, waits=False),)


def test_iterations_that_a_plan_interrupts_void_nothing() -> None:
    (latency,) = search(TEN, "http_req_duration", plan=HASTY, interrupted=3)
    assert found(latency).data.n == 10


def test_where_a_plan_interrupts_users_at_work_to_the_end_tell_of_a_server_that_hangs() -> None:
    points = [*TEN, *busy(*range(41))]
    (latency,) = search(points, "http_req_duration", plan=HASTY, interrupted=3)
    assert "iterations were still running when gracefulStop was over" in lacking(latency)

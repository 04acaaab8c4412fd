from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from gate.core.sample import Counts, Reduced, Values, reduce_unit
from gate.core.sli import parse_sli
from gate.runners.k6.points import Point
from tests.runners.k6.support import (
    SAMPLES,
    asked,
    dropped,
    found,
    iteration,
    lacking,
    options,
    recorded,
    request,
    search,
)

MIXED = [
    *request(1.0, 10, op="read", name="GET /a"),
    *request(2.0, 30, op="read", name="GET /b"),
    *request(3.0, 5, status=503, op="write", name="POST /c"),
    *request(4.0, 20, op="write", name="POST /c"),
]


def test_latency_is_of_successful_requests_in_seconds_in_the_order_of_time() -> None:
    late_first = [*MIXED[4:8], *MIXED[:4], *MIXED[8:]]
    (answer,) = search(late_first, "http_req_duration")
    assert found(answer).data == Values((0.01, 0.03, 0.02))
    assert str(answer.sli) == "p95(http_req_duration)"


@pytest.mark.parametrize(
    ("sli", "data"),
    [
        ("http_req_duration{expected_response:any}", Values((0.01, 0.03, 0.005, 0.02))),
        ("http_req_duration{expected_response:false}", Values((0.005,))),
        ("http_req_duration{expected_response:true, op:write}", Values((0.02,))),
        ('http_req_duration{name:"GET /b"}', Values((0.03,))),
        ("share(http_req_duration > 15 ms)", Counts(2, 3)),
        ("http_req_failed", Counts(1, 4)),
        ("http_req_failed{op:write}", Counts(1, 2)),
        ("http_req_failed{expected_response:any}", Counts(1, 4)),
        ("http_reqs", Reduced(4, 4)),
        ("http_reqs{expected_response:true}", Reduced(3, 3)),
        ("iterations", Reduced(4, 4)),
        ("dropped_iterations", Reduced(0, 4)),
        ("rate(dropped_iterations)", Reduced(0, 4)),
        ("dropped_iterations{scenario:default}", Reduced(0, 4)),
        ("iterations_dropped", Counts(0, 4)),
    ],
)
def test_an_answer_is_of_what_matches(sli: str, data: object) -> None:
    (answer,) = search(MIXED, sli)
    assert found(answer).data == data


def test_a_tag_that_never_came_is_never_a_pass() -> None:
    (answer,) = search(MIXED, "http_req_duration{op:raed}")
    assert lacking(answer) == (
        "nothing_matched: nothing matched http_req_duration{op:raed}: op was 'read', 'write'"
    )


@pytest.mark.parametrize(
    ("sli", "why"),
    [
        ("http_req_duration{opp:read}", "no sample has a tag opp; they have 'op'"),
        ('http_req_duration{op:read, name:"POST /c"}', "each of its tags was seen, but never tog"),
        ("http_reqs{op:x}", "op was"),
        ("http_req_failed{op:x}", "op was"),
        ("dropped_iterations{scenario:other}", "4 iterations gave no sample of dropped_iterations"),
        ("checks", "4 iterations gave no sample of checks"),
        ("browser_web_vital_inp", "gave no sample"),
    ],
)
def test_why_nothing_matched_is_said(sli: str, why: str) -> None:
    (answer,) = search(MIXED, sli)
    assert why in lacking(answer)


def test_many_values_are_listed_nearest_first() -> None:
    points = [point for i in range(50) for point in request(i, name=f"GET /item/{i}")]
    (answer,) = search(points, 'http_req_duration{name:"GET /item/7x"}')
    assert "name was 'GET /item/7', " in lacking(answer)
    assert lacking(answer).endswith("and 38 more")


def socket(at: float, ms: float, **tags: str) -> list[Point]:
    """The samples of a web socket; without a status nobody answered, which k6 times, too."""
    own = {"scenario": "default", "group": "", "url": "ws://shop/live", **tags}
    return [
        Point("ws_sessions", at, 1, own),
        Point("ws_connecting", at, ms, own),
        Point("ws_session_duration", at, ms, own),
        iteration(at),
    ]


SOCKETS = [*socket(1, 20, status="101"), *socket(2, 0.3), *socket(3, 0.5, status="503")]
CALLED = [
    *[Point("grpc_req_duration", 1, 20, {"scenario": "default", "status": "0"}), iteration(1)],
    *[Point("grpc_req_duration", 2, 0.4, {"scenario": "default", "status": "14"}), iteration(2)],
]


@pytest.mark.parametrize(
    ("points", "sli", "data"),
    [
        (SOCKETS, "ws_connecting", Values((0.02,))),
        (SOCKETS, "ws_session_duration", Values((0.02,))),
        (SOCKETS, "share(ws_connecting > 10 ms)", Counts(1, 1)),
        (SOCKETS, "ws_sessions", Reduced(1, 1)),
        (SOCKETS, "ws_sessions{status:any}", Reduced(3, 3)),
        (SOCKETS, "ws_connecting{status:503}", Values((0.0005,))),
        (CALLED, "grpc_req_duration", Values((0.02,))),
        (CALLED, 'grpc_req_duration{status:"14"}', Values((0.0004,))),
    ],
)
def test_sockets_that_did_not_open_and_calls_that_failed_are_no_quick_ones(
    points: list[Point], sli: str, data: object
) -> None:
    (answer,) = search(points, sli)
    assert found(answer).data == data


@pytest.mark.parametrize("sli", ["ws_connecting", "rate(ws_sessions)"])
def test_sockets_that_never_opened_measure_nothing(sli: str) -> None:
    (answer,) = search([*socket(1, 0.3), *socket(2, 0.2)], sli)
    assert "all 2 matching requests failed: 2 x no answer at ws://shop/live" in lacking(answer)


def test_a_threshold_of_the_script_counts_every_socket_as_k6_does() -> None:
    (answer,) = search(SOCKETS, replace(asked("ws_connecting{status:any}"), whole=True))
    assert found(answer).data.n == 3


def test_each_value_of_a_tag_is_a_member() -> None:
    answers = search(MIXED, asked("http_req_duration", each="op"))
    assert {str(a.sli): found(a).data.n for a in answers} == {
        "p95(http_req_duration{op:read})": 2,
        "p95(http_req_duration{op:write})": 1,
    }
    assert {a.objective for a in answers} == {"http_req_duration"}


def test_a_member_that_only_failed_is_there_without_data() -> None:
    only = [*request(1, 10, op="read"), *request(2, 1, status=503, op="write", name="POST /c")]
    read, write = search(only, asked("http_req_duration", each="op"))
    assert found(read).data.n == 1
    assert "all 1 matching requests failed: 1 x status 503 at POST /c" in lacking(write)
    assert write.sli.tag("op") == "write"


def test_a_tag_that_no_sample_has_spreads_over_nothing() -> None:
    (answer,) = search(MIXED, asked("http_req_duration", each="op2"))
    assert "no sample has a tag op2" in lacking(answer)


def test_a_tag_with_a_value_for_each_request_is_refused() -> None:
    points = [point for i in range(600) for point in request(i, name=f"GET /{i}")]
    (answer,) = search(points, asked("http_req_duration", each="name"))
    assert "more than 500 values" in lacking(answer)


def test_a_dead_server_has_errors_and_no_latency() -> None:
    refused = [point for i in range(9) for point in request(i, status=0)]
    latency, errors = search(refused, "http_req_duration", "http_req_failed")
    assert lacking(latency).startswith("zero_samples")
    assert "9 x dial: connection refused (error code 1212) at GET /" in lacking(latency)
    assert found(errors).data == Counts(9, 9)


def test_errors_come_with_their_causes() -> None:
    (answer,) = search(MIXED, "http_req_failed")
    assert found(answer).facts == (("failed requests", "1 x status 503 at POST /c"),)


def test_latency_comes_with_the_slowest_requests() -> None:
    (answer,) = search(MIXED, "http_req_duration")
    facts = dict(found(answer).facts)["slowest requests"]
    assert facts.startswith("GET /b p95 30 ms (n 1); POST /c p95 20 ms (n 1); GET /a")
    (answer,) = search(MIXED, 'http_req_duration{name:"GET /a"}')
    assert found(answer).facts == ()


def test_setup_is_not_part_of_the_load_unless_it_is_asked_for() -> None:
    own = {"group": "::setup", "expected_response": "true", "name": "login"}
    points = [Point("http_req_duration", 0.5, 900, own), *request(1, 10)]
    load, setup = search(points, "http_req_duration", 'http_req_duration{group:"::setup"}')
    assert found(load).data == Values((0.01,))
    assert found(setup).data == Values((0.9,))
    (answer,) = search([points[0], iteration(1)], "http_req_duration")
    assert "come from setup() or teardown()" in lacking(answer)


def test_a_warm_up_is_cut_by_time() -> None:
    chosen = options(warmup="2 s")
    answers = search(MIXED, "http_req_duration", "http_req_failed", "http_reqs", chosen=chosen)
    assert [found(a).data for a in answers] == [Values((0.02,)), Counts(1, 2), Reduced(2, 2)]
    (answer,) = search(MIXED, "http_req_duration", chosen=options(warmup="9 s"))
    assert "all 4 samples of http_req_duration lie in the warm-up" in lacking(answer)


@pytest.mark.parametrize(
    ("keys", "sli"),
    [
        pytest.param({"warmup": "9 s"}, "dropped_iterations", id="the-warm-up-took-all"),
        pytest.param({"warmup": "9 s"}, "count(bad)", id="the-warm-up-took-all-own-counter"),
        pytest.param(
            {"exclude_scenarios": ["default"]},
            "dropped_iterations{scenario:default}",
            id="the-scenario-is-excluded",
        ),
    ],
)
def test_what_stayed_at_zero_while_nothing_was_measured_is_no_zero(
    keys: dict[str, Any], sli: str
) -> None:
    own = {"bad": {"type": "counter", "better": "lower"}}
    (answer,) = search(MIXED, sli, chosen=options(metrics=own, **keys))
    assert "zero_samples" in lacking(answer)
    assert "no iteration ended after the warm-up" in lacking(answer)


def test_an_excluded_scenario_is_not_measured_and_does_not_begin_the_time() -> None:
    points = [*request(1, 99, scenario="warm"), *request(5, 10), *request(6, 20)]
    chosen = options(exclude_scenarios=["warm"], warmup="1 s")
    (answer,) = search(points, "http_req_duration", chosen=chosen)
    assert found(answer).data == Values((0.02,))
    only = options(exclude_scenarios=["warm"])
    (answer,) = search(points[:4], "http_req_duration", chosen=only)
    assert "of scenarios that are excluded" in lacking(answer)
    (answer,) = search(points, "http_req_duration{scenario:warm}", chosen=only)
    assert "scenario was 'default'" in lacking(answer)


OWN = options(
    metrics={
        "errors": {"type": "counter", "better": "lower"},
        "hits": {"type": "rate", "better": "higher"},
        "queue": {"type": "gauge", "better": "lower"},
        "wait": {"type": "trend", "better": "lower", "unit": "us"},
    }
)


def test_a_counter_that_never_counted_is_zero_where_the_script_ran() -> None:
    zero, typo, share = search(MIXED, "errors", "errors{kind:x}", "hits", chosen=OWN)
    assert found(zero).data == Reduced(0.0, 4)
    assert lacking(typo).startswith("zero_samples")
    assert lacking(share).startswith("zero_samples")


def test_the_scripts_own_metrics_are_read_in_their_units() -> None:
    tags = {"scenario": "default"}
    own = [
        Point("errors", 1, 2, tags),
        Point("errors", 2, 3, tags),
        Point("queue", 1, 9, tags),
        Point("queue", 2, 4, tags),
        Point("hits", 1, 1, tags),
        Point("hits", 2, 0, tags),
        Point("wait", 2, 1500, tags),
    ]
    names = ("errors", "queue", "max(queue)", "hits", "wait")
    answers = search([*MIXED, *own], *names, chosen=OWN)
    assert [found(a).data for a in answers] == [
        Reduced(5, 2),
        Reduced(4, 2),
        Values((9, 4)),
        Counts(1, 2),
        Values((0.0015,)),
    ]


def test_the_share_of_dropped_iterations_counts_what_was_planned() -> None:
    points = [*MIXED, dropped(2, 3), dropped(3)]
    share, number = search(points, "iterations_dropped", "dropped_iterations")
    assert found(share).data == Counts(4, 8)
    assert found(number).data == Reduced(4, 2)


@pytest.mark.parametrize("version", ["v0.57.0", "v1.1.0"])
@pytest.mark.parametrize(
    ("sli", "metric", "value"),
    [
        ("p95(http_req_duration)", "http_req_duration", "p(95)"),
        ("p99(http_req_duration)", "http_req_duration", "p(99)"),
        ("mean(http_req_duration)", "http_req_duration", "avg"),
        ("max(http_req_duration)", "http_req_duration", "max"),
        ("p95(http_req_duration{endpoint:get_item})", "http_req_duration{endpoint:get_item}", "p(95)"),  # noqa: E501  # a table
        ("median(http_req_duration{scenario:readers})", "http_req_duration{scenario:readers}", "med"),  # noqa: E501  # a table
        ("p90(read_latency)", "read_latency", "p(90)"),
        ("rate(checks)", "checks", "value"),
        ("rate(business_ok)", "business_ok", "value"),
        ("rate(http_req_failed)", "http_req_failed", "value"),
        ("count(http_reqs)", "http_reqs", "count"),
        ("rate(http_reqs)", "http_reqs", "rate"),
        ("count(iterations)", "iterations", "count"),
        ("count(writes_total)", "writes_total", "count"),
        ("last(last_id)", "last_id", "value"),
        ("mean(body_size)", "body_size", "avg"),
    ],
)  # fmt: skip
def test_over_the_whole_run_the_numbers_are_those_of_k6(
    version: str, sli: str, metric: str, value: str
) -> None:
    chosen = options(
        metrics={
            "read_latency": {"type": "trend", "better": "lower", "unit": "ms"},
            "business_ok": {"type": "rate", "better": "higher"},
            "writes_total": {"type": "counter", "better": "higher"},
            "last_id": {"type": "gauge", "better": "higher"},
            "body_size": {"type": "trend", "better": "lower"},
        }
    )
    expected: dict[str, Any] = json.loads((SAMPLES / version / "expected.json").read_bytes())
    question = replace(asked(sli, chosen=chosen), whole=True)
    seconds = expected["http_reqs"]["count"] / expected["http_reqs"]["rate"]
    points = recorded(version, {*question.source.names, "iterations"})
    (answer,) = search(points, question, chosen=chosen, seconds=seconds)
    unit = 1000 if "duration" in sli or "latency" in sli else 1
    got = reduce_unit(found(answer).data, parse_sli(sli)) * unit
    assert got == pytest.approx(expected[metric][value], rel=1e-9)


def test_a_script_counts_every_request_as_k6_does() -> None:
    own = {"group": "::setup", "expected_response": "true", "name": "login"}
    points = [Point("http_req_duration", 0.5, 900, own), *MIXED]
    question = replace(asked("max(http_req_duration{expected_response:any})"), whole=True)
    (answer,) = search(points, question, chosen=options(warmup="9 s"))
    assert found(answer).data.n == 5


def test_hostile_names_stay_text() -> None:
    name = "<script>alert(1)</script>{}\x1b[31m"
    points = [*request(1, 10, op=name), *request(2, 10, op="b", name=name)]
    (answer,) = search(points, "http_req_duration{op:x}")
    assert "\x1b" not in lacking(answer)

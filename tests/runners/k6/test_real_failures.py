"""What must never pass, with the real k6."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from pathlib import Path

import pytest

from gate.core.reasons import Code
from gate.core.sample import Counts
from gate.process import tree
from gate.seams.runner import Refused, UnitAnswer, UnitFailed
from tests.runners.k6.real import USUAL, Load, data, reasons
from tests.runners.k6.site import Site, dead_url

pytestmark = pytest.mark.needs_k6

HTTP = (
    "import http from 'k6/http';\nimport { sleep } from 'k6';\nimport exec from 'k6/execution';\n"
)
CLOSED = "{ executor: 'constant-vus', vus: 1, duration: '1s'"
GET = "http.get(`${__ENV.BASE}/ok`);"


def script(body: str, options: str = "vus: 1, iterations: 3", more: str = "") -> str:
    return (
        f"{HTTP}export const options = {{ {options} }};\n{more}\n"
        f"export default function () {{ {body} }}\n"
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("export default function( {", "code 107", id="syntax error"),
        pytest.param("throw new Error('init boom');", "init boom", id="exception in init"),
        pytest.param("import './nowhere.js'; export default () => {};", "nowhere.js", id="import"),
        pytest.param(script("", "vus: 0, iterations: 1"), "code 104", id="scenario"),
        pytest.param(
            script("", "thresholds: { no_such: ['p(95)<200'] }"), "no_such", id="unknown metric"
        ),
        pytest.param(
            script("", "thresholds: { http_reqs: ['p95<200'] }"), "p95<200", id="bad threshold"
        ),
        pytest.param(
            script("", "thresholds: { checks: ['p(95)<200'] }"), "p(95)<200", id="wrong statistic"
        ),
    ],
)
def test_a_script_that_k6_refuses_is_refused_before_any_load(
    text: str, says: str, load: Load
) -> None:
    assert says in load.refused(load.write(text))


@pytest.mark.parametrize(
    ("metrics", "says"),
    [
        pytest.param({"other": "counter"}, "other", id="not in the script"),
        pytest.param({"wait": "counter"}, "wait is a trend in the script", id="another type"),
        pytest.param({"wait": "trend"}, "wait holds times", id="another unit"),
    ],
)
def test_a_declared_metric_must_be_the_scripts(
    metrics: dict[str, str], says: str, load: Load
) -> None:
    name = load.write(
        "import { Trend } from 'k6/metrics';\nnew Trend('wait', true);\nexport default () => {};\n"
    )
    declared = {key: {"type": kind, "better": "lower"} for key, kind in metrics.items()}
    assert says in load.refused(name, metrics=declared)


def test_a_dead_server_is_not_measured(load: Load) -> None:
    load.env["BASE"] = dead_url()
    answer = load.unit(load.write(script(GET)))
    assert isinstance(answer, UnitFailed)
    assert answer.reason.code is Code.ZERO_SAMPLES
    assert "none of 3 requests was answered: 3 x" in answer.reason.sentence
    assert "connection refused" in answer.reason.sentence


def test_web_sockets_that_nobody_opens_are_not_measured(load: Load) -> None:
    load.env["BASE"] = dead_url().replace("http", "ws")
    connect = "ws.connect(__ENV.BASE, {}, (socket) => socket.close());"
    script_of_sockets = f"import ws from 'k6/ws';\nexport default function () {{ {connect} }}\n"
    answer = load.unit(load.write(script_of_sockets), ["ws_connecting", "rate(ws_sessions)"])
    assert isinstance(answer, UnitFailed)
    assert "none of 1 requests was answered: 1 x no answer at ws://" in answer.reason.sentence


def test_requests_that_all_come_too_late_are_errors(load: Load) -> None:
    late = "http.get(`${__ENV.BASE}/hang`, { timeout: '500ms' });"
    answer = load.answer(load.write(script(late)))
    assert data(answer)["rate(http_req_failed)"] == Counts(3, 3)
    assert "request timeout" in reasons(answer)["http_req_duration"]


def test_a_server_that_refuses_all_but_one_has_that_error_rate(load: Load) -> None:
    dead = f"http.get(__ITER ? '{dead_url()}' : `${{__ENV.BASE}}/ok`);"
    assert data(load.answer(load.write(script(dead))))["rate(http_req_failed)"] == Counts(2, 3)


def test_iterations_that_all_throw_measure_nothing(load: Load) -> None:
    answer = load.answer(load.write(script("throw new Error('boom here');")))
    assert answer.found == ()
    assert all("boom here" in reason for reason in reasons(answer).values())
    assert reasons(answer).keys() == set(USUAL)


def test_iterations_without_requests_measure_nothing(load: Load) -> None:
    answer = load.answer(load.write(script("sleep(0.01);")))
    assert answer.found == ()
    assert all(reason.startswith("zero_samples") for reason in reasons(answer).values())


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        pytest.param(
            script(GET, more="export function setup() { throw new Error('no token'); }"),
            Code.TOOL_CRASHED,
            "no token",
            id="setup throws",
        ),
        pytest.param(
            script(GET, more="export function teardown() { throw new Error('not gone'); }"),
            Code.TOOL_CRASHED,
            "not gone",
            id="teardown throws",
        ),
        pytest.param(
            script(
                GET,
                "vus: 1, iterations: 1, setupTimeout: '500ms'",
                "export function setup() { sleep(3); }",
            ),
            Code.TOOL_CRASHED,
            "code 100",
            id="setup takes too long",
        ),
        pytest.param(
            script(f"{GET} exec.test.abort('enough');"),
            Code.LOAD_TRUNCATED,
            "enough",
            id="the script aborts",
        ),
        pytest.param(
            script(f"{GET} exec.test.fail('wrong');"),
            Code.TOOL_CRASHED,
            "exec.test.fail()",
            id="the script fails itself",
        ),
        pytest.param(
            script("sleep(9);", f"scenarios: {{ a: {CLOSED}, gracefulStop: '0s' }} }}"),
            Code.OUTPUT_EMPTY,
            "no iteration of the script ended",
            id="no iteration ends",
        ),
    ],
)
def test_a_run_that_went_wrong_is_no_measurement(
    text: str, code: Code, says: str, load: Load
) -> None:
    if "test.fail" in text and load.version < (0, 59):
        pytest.skip("exec.test.fail() came with v0.59")
    answer = load.unit(load.write(text))
    assert isinstance(answer, UnitFailed)
    assert answer.reason.code is code
    assert says in answer.reason.sentence


def test_a_unit_that_takes_too_long_is_ended_and_said(load: Load) -> None:
    answer = load.unit(load.write(script("sleep(60);")), timeout=15)
    assert isinstance(answer, UnitFailed)
    assert answer.reason.sentence == "k6 did not end within 15 s"
    assert answer.reason.code is Code.TOOL_TIMED_OUT
    assert tree.marked(tree.session_mark()) == ()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_k6_that_somebody_kills_is_no_measurement(
    number: signal.Signals, load: Load, site: Site
) -> None:
    name = load.write(script(f"{GET} sleep(0.02);", "vus: 1, duration: '20s'"))
    with load.opened(name) as session:
        assert not isinstance(session, Refused)
        killer = threading.Thread(target=_kill_k6, args=(number, site))
        killer.start()
        answer = session.unit(0)
        killer.join()
    assert isinstance(answer, UnitFailed)
    if number is signal.SIGKILL:
        assert answer.reason.sentence.startswith("k6 ended with code -9: signal 9 killed it")
    else:
        assert answer.reason.code is Code.LOAD_TRUNCATED


def _kill_k6(number: signal.Signals, site: Site) -> None:
    """Kill our k6 in the middle of its load: by then it listens to signals."""
    deadline = time.monotonic() + 18
    while not site.requests and time.monotonic() < deadline:
        time.sleep(0.02)
    for pid in tree.marked(tree.session_mark()):
        with contextlib.suppress(OSError):
            if b"samples.json.gz" in Path("/proc", str(pid), "cmdline").read_bytes():
                os.kill(pid, number)


def test_dropped_iterations_void_latency_and_throughput(load: Load) -> None:
    text = script(
        "http.get(`${__ENV.BASE}/slow`);",
        "scenarios: { open: { executor: 'constant-arrival-rate', rate: 20, timeUnit: '1s', "
        "duration: '3s', preAllocatedVUs: 1, maxVUs: 1 } }",
    )
    answer = load.answer(load.write(text), (*USUAL, "iterations_dropped"))
    assert set(data(answer)) == {"rate(http_req_failed)", "rate(iterations_dropped)"}
    assert data(answer)["rate(iterations_dropped)"].events > 0
    assert reasons(answer)["http_req_duration"].startswith("load_dropped")
    assert reasons(answer)["rate(http_reqs)"].startswith("load_dropped")


def test_a_server_that_hangs_voids_a_closed_load(load: Load) -> None:
    text = script(
        "http.get(`${__ENV.BASE}/${__ITER < 1 ? 'ok' : 'hang'}`);",
        "scenarios: { a: { executor: 'constant-vus', vus: 1, duration: '5s', "
        "gracefulStop: '3s' } }",
    )
    answer = load.answer(load.write(text))
    assert "1 iteration was still running when" in reasons(answer)["http_req_duration"]


def test_a_threshold_that_stops_the_load_fails_its_own_row(load: Load) -> None:
    text = script(
        GET + " sleep(0.05);",
        "vus: 1, duration: '9s', thresholds: { http_req_duration: "
        "[{ threshold: 'p(95)<0.0001', abortOnFail: true }] }",
    )
    answer = load.answer(load.write(text))
    assert isinstance(answer, UnitAnswer)
    assert data(answer) == {}
    assert set(data(answer, script=True)) == {"p95(http_req_duration{expected_response:any})"}
    assert "abortOnFail" in reasons(answer)["http_req_failed"]

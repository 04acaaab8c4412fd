from __future__ import annotations

import pytest

from tests.helpers.importing import differences, lost, ours, read, reasons


@pytest.mark.parametrize(
    ("key", "expression", "promise"),
    [
        pytest.param(
            "http_req_duration",
            "p(95)<300",
            "p95(http_req_duration{expected_response:any}): limit 300 ms",
            id="a percentile counts every request, as k6's does",
        ),
        pytest.param(
            "http_req_duration{expected_response:true}",
            "med<=1500",
            "median(http_req_duration{expected_response:true}): limit 1.5 s",
            id="unless the threshold names the expected ones",
        ),
        pytest.param(
            "http_req_duration{name:x}",
            "p(99.9) < 250",
            "p99.9(http_req_duration{expected_response:any,name:x}): limit 250 ms",
            id="tags and a fractional percentile",
        ),
        pytest.param(
            'http_req_duration{name:"GET /items/{id}"}',
            "avg<200",
            'mean(http_req_duration{expected_response:any,name:"GET /items/{id}"}): limit 200 ms',
            id="a name with braces",
        ),
        pytest.param(
            "group_duration{group:::cart}",
            "max<500",
            'max(group_duration{group:"::cart"}): limit 500 ms',
            id="the first colon ends the key",
        ),
        pytest.param(
            "http_req_failed", "rate<0.01", "rate(http_req_failed): limit 1 %", id="a share"
        ),
        pytest.param(
            "checks", "rate>0.99", "rate(checks): limit at least 99 %", id="higher is better"
        ),
        pytest.param(
            "http_reqs", "rate>100", "rate(http_reqs): limit at least 100 /s", id="a throughput"
        ),
        pytest.param(
            "iterations", "count<100", "count(iterations): limit 99", id="below 100 is at most 99"
        ),
        pytest.param(
            "iterations",
            "count>=100",
            "count(iterations): limit at least 100",
            id="at least 100 is 100",
        ),
        pytest.param(
            "dropped_iterations", "count==0", "count(dropped_iterations): limit 0", id="none at all"
        ),
        pytest.param(
            "browser_web_vital_cls", "p(75)<0.1", "p75(browser_web_vital_cls): limit 0.1", id="cls"
        ),
    ],
)
def test_a_threshold_is_a_limit(key: str, expression: str, promise: str) -> None:
    imported = read("k6", {"thresholds": {key: [expression]}})
    assert ours(imported) == [promise]
    assert differences(imported) == [""]


@pytest.mark.parametrize(
    ("thresholds", "why"),
    [
        pytest.param({"http_req_duration": ["p(95)!=3"]}, "an equality is no bound", id="unequal"),
        pytest.param({"http_req_duration": ["p95<3"]}, "it cannot be read", id="no aggregation"),
        pytest.param({"http_req_duration": ["p(95)<x"]}, "it cannot be read", id="no number"),
        pytest.param({"http_req_duration": [7]}, "it cannot be read", id="a number"),
        pytest.param({"a b": ["p(95)<3"]}, "no name of a metric", id="no name"),
        pytest.param({"http_req_duration{x:y}": []}, "it has no condition", id="only shown"),
        pytest.param({" " * 400_000 + "{": ["p(95)<3"]}, "too long", id="endless spaces"),
        pytest.param(
            {"checks": ["p(" + " " * 400_000 + "<"]}, "too long", id="an endless condition"
        ),
        pytest.param(
            {"own": ["p(95)<3", "rate<0.1"]}, "as another type", id="two types of one metric"
        ),
    ],
)
def test_what_is_no_bound_is_lost_with_a_reason(thresholds: object, why: str) -> None:
    imported = read("k6", {"thresholds": thresholds})
    assert why in reasons(imported)


def test_ending_a_run_early_is_not_kept_and_its_condition_is() -> None:
    entry = {"threshold": "p(95)<300", "abortOnFail": True, "delayAbortEval": "10s"}
    imported = read("k6", {"thresholds": {"http_req_duration": [entry]}})
    assert len(ours(imported)) == 1
    assert [where for where, _ in lost(imported)] == [
        "thresholds[http_req_duration][0].abortOnFail",
        "thresholds[http_req_duration][0].delayAbortEval",
    ]


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("p(95)<3", {"type": "trend", "better": "lower"}),
        ("count>3", {"type": "counter", "better": "higher"}),
        ("value<3", {"type": "gauge", "better": "lower"}),
        ("rate<0.1", {"type": "rate", "better": "lower"}),
        ("rate>50", {"type": "counter", "better": "higher"}),
    ],
)
def test_a_metric_of_the_script_is_declared_as_it_is_used(
    expression: str, told: dict[str, str]
) -> None:
    (draft,) = read("k6", {"thresholds": {"own": [expression]}}).drafts
    assert {line.key: line.value for line in draft.head}["metrics"] == {"own": told}


def test_options_without_thresholds_make_no_budget() -> None:
    assert read("k6", {"vus": 1}).drafts == ()

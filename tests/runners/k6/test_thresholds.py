from __future__ import annotations

import pytest

from gate.core.metric import Better, Catalogue
from gate.core.sli import parse_sli
from gate.runners.k6.catalogue import custom
from gate.runners.k6.options import CustomMetric
from gate.runners.k6.sources import BUILTIN
from gate.runners.k6.thresholds import Declared, Threshold, declare, stated


def own(kind: str, unit: str = "") -> CustomMetric:
    return CustomMetric.model_validate({"type": kind, "better": "lower", "unit": unit})


KNOWN = {
    **BUILTIN,
    "wait": custom("wait", own("trend", "ms")),
    "errors": custom("errors", own("counter")),
    "spent": custom("spent", own("counter", "ms")),
    "queue": custom("queue", own("gauge")),
    "hits": custom("hits", own("rate")),
}


def declared(key: str, expression: str) -> Declared:
    threshold = Threshold(key, expression)
    return declare("api", threshold, KNOWN[threshold.metric])


LOWER, HIGHER = Better.LOWER, Better.HIGHER


@pytest.mark.parametrize(
    ("key", "expression", "sli", "limit", "better"),
    [
        ("http_req_duration", "p(95)<500", "p95(http_req_duration{expected_response:any})", 0.5, LOWER),  # noqa: E501  # a table
        (
            "http_req_duration{expected_response:true}",
            "p(99.9) <= 7",
            "p99.9(http_req_duration{expected_response:true})",
            0.007,
            LOWER,
        ),
        ("http_req_duration{op:read}", "avg<300", "mean(http_req_duration{expected_response:any, op:read})", 0.3, LOWER),  # noqa: E501  # a table
        ("http_req_duration", "med>1e1", "median(http_req_duration{expected_response:any})", 0.01, HIGHER),  # noqa: E501  # a table
        ("http_req_duration", "p(100)<1", "max(http_req_duration{expected_response:any})", 0.001, LOWER),  # noqa: E501  # a table
        ("http_req_duration", "p(0)>=1", "min(http_req_duration{expected_response:any})", 0.001, HIGHER),  # noqa: E501  # a table
        ("http_req_failed", "rate<0.01", "rate(http_req_failed)", 0.01, LOWER),
        ("checks{kind:'a b'}", "rate>=0.9", 'rate(checks{kind:"a b"})', 0.9, HIGHER),
        ("checks", "rate==1", "rate(checks)", 1, HIGHER),
        ("http_req_failed", "rate===0", "rate(http_req_failed)", 0, LOWER),
        ("group_duration{group:::g1}", "p(90)<5", 'p90(group_duration{group:"::g1"})', 0.005, LOWER),  # noqa: E501  # a table
        ("iterations", "count>=10", "count(iterations)", 10, HIGHER),
        ("errors", "count<10", "count(errors)", 10 - 1e-11, LOWER),
        ("errors", "count==0", "count(errors)", 0, LOWER),
        ("http_reqs{ scenario : main , op:x }", "rate>50", "rate(http_reqs{op:x, scenario:main})", 50 + 5e-11, HIGHER),  # noqa: E501  # a table
        ("data_sent", "count<=1000", "sum(data_sent)", 1000, LOWER),
        ("spent", "count<=1000", "sum(spent)", 1, LOWER),
        ("queue", "value<=3", "last(queue)", 3, LOWER),
        ("ws_connecting", "med<50", "median(ws_connecting{status:any})", 0.05, LOWER),
        ("hits", "rate>0.5", "rate(hits)", 0.5, HIGHER),
        ("wait", "max<=250", "max(wait)", 0.25, LOWER),
    ],
)  # fmt: skip
def test_a_threshold_becomes_a_promise(
    key: str, expression: str, sli: str, limit: float, better: Better
) -> None:
    row = declared(key, expression)
    assert row.asked.refused is None
    assert row.asked.whole
    assert row.implied.sli == row.asked.sli == parse_sli(sli)
    assert row.implied.limit.fail == pytest.approx(limit, rel=1e-15)
    assert row.implied.objective == row.asked.objective == f"api/script: {key} {expression}"
    assert row.implied.script
    assert row.implied.metric is not None
    assert row.implied.metric.better is better
    # Who turns it into an objective needs no more than what it carries.
    resolved, _ = Catalogue("k6", (row.implied.metric,)).resolve(row.implied.sli)
    assert resolved == row.implied.sli


def test_a_strict_bound_on_a_count_excludes_the_bound() -> None:
    assert declared("errors", "count<10").implied.limit.fail < 10
    assert declared("errors", "count>0").implied.limit.fail > 0
    assert declared("queue", "value<10").implied.limit.fail < 10


@pytest.mark.parametrize(
    ("key", "expression", "why"),
    [
        pytest.param("errors", "count==5", "an equality", id="an equality"),
        pytest.param("hits", "rate!=1", "an equality", id="an inequality"),
        pytest.param("http_req_duration", "p(95)<Inf", "cannot be read", id="no bound"),
        pytest.param("http_req_duration", "p(95) < soon", "cannot be read", id="no number"),
        pytest.param("http_req_duration", "fast", "cannot be read", id="no comparison"),
        pytest.param("http_req_duration", "p(99.99999)<5", "as an SLI", id="too fine a quantile"),
        pytest.param("http_req_duration{1:a}", "p(99)<5", "as an SLI", id="a tag named 1"),
    ],
)
def test_what_is_no_bound_is_answered_with_the_reason(key: str, expression: str, why: str) -> None:
    row = declared(key, expression)
    assert row.asked.refused is not None
    assert why in row.asked.refused.sentence
    assert parse_sli(str(row.implied.sli)) == row.implied.sli
    assert row.implied.objective == f"api/script: {key} {expression}"


def test_a_metric_that_no_sli_can_name_is_answered_with_the_reason() -> None:
    row = declare("api", Threshold("_odd", "count<5"), custom("odd", own("counter")))
    assert row.asked.refused is not None
    assert parse_sli(str(row.implied.sli)) == row.implied.sli


def test_every_threshold_is_stated_once() -> None:
    written = {
        "thresholds": {
            "http_req_duration": [
                "p(95)<500",
                {"threshold": "p(99)<900", "abortOnFail": True, "delayAbortEval": None},
                "p(95)<500",
            ],
            "errors": [],
            "checks": None,
        }
    }
    assert stated(written) == (
        Threshold("http_req_duration", "p(95)<500"),
        Threshold("http_req_duration", "p(99)<900"),
    )
    assert stated({"thresholds": None}) == stated({}) == ()

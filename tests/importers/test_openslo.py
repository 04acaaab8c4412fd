from __future__ import annotations

import pytest

from tests.helpers.importing import ours, read, reasons


def _slo(indicator: str, objective: str, name: str = "x") -> str:
    return (
        f"apiVersion: openslo/v1\nkind: SLO\nmetadata: {{name: {name}}}\nspec:\n"
        f"  indicator: {{spec: {indicator}}}\n  objectives: [{objective}]\n"
        "  budgetingMethod: Occurrences\n"
    )


_RATIO = "{ratioMetric: {good: {query: 'reqs{status!~\"5..\"}'}, total: {query: reqs}}}"
_TIME = "{thresholdMetric: {query: http_request_duration_seconds}}"
_LE = "{ratioMetric: {good: {query: 'duration_bucket{le=\"0.25\"}'}, total: {query: reqs}}}"


@pytest.mark.parametrize(
    ("text", "promise"),
    [
        pytest.param(
            _slo(_RATIO, "{target: 0.999}"),
            "rate(http_req_failed): limit 0.1%",
            id="good of all requests",
        ),
        pytest.param(
            _slo(_RATIO, "{targetPercent: 99.5}"),
            "rate(http_req_failed): limit 0.5%",
            id="in percent",
        ),
        pytest.param(
            _slo(_TIME, "{op: lte, value: 0.3, target: 0.95}"),
            "share(http_req_duration > 300 ms): limit 5%",
            id="a threshold in seconds",
        ),
        pytest.param(
            _slo(_TIME, "{op: lt, value: 300, target: 0.9}"),
            "share(http_req_duration > 300 ms): limit 10%",
            id="a threshold in milliseconds",
        ),
        pytest.param(
            _slo(_LE, "{target: 0.99}"),
            "share(http_req_duration > 250 ms): limit 1%",
            id="a bucket of a histogram",
        ),
    ],
)
def test_an_objective_is_a_limit(text: str, promise: str) -> None:
    imported = read("openslo", text, "slo.yaml")
    assert ours(imported) == [promise]
    assert "error budget" in reasons(imported)


def test_an_indicator_is_found_by_its_name() -> None:
    slo = _slo("{}", "{target: 0.99}").replace("indicator: {spec: {}}", "indicatorRef: up")
    sli = f"apiVersion: openslo/v1\nkind: SLI\nmetadata: {{name: up}}\nspec: {_RATIO}\n"
    assert ours(read("openslo", f"{slo}---\n{sli}", "slo.yaml")) == [
        "rate(http_req_failed): limit 1%"
    ]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param(_slo("{thresholdMetric: {query: cpu}}", "{target: 0.9}"), "query", id="cpu"),
        pytest.param(_slo(_RATIO, "{target: 2}"), "expected a target", id="no target"),
        pytest.param(_slo(_TIME, "{op: gte, value: 1, target: 0.9}"), "higher", id="the other way"),
    ],
)
def test_what_cannot_be_kept_says_why(text: str, why: str) -> None:
    imported = read("openslo", text, "slo.yaml")
    assert imported.drafts == ()
    assert why in reasons(imported)

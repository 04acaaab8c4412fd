from __future__ import annotations

import pytest

from gate.importers import Asked
from tests.helpers.importing import differences, ours, read, reasons


def _slo(sli: str, *passing: str, warning: tuple[str, ...] = ()) -> dict[str, object]:
    told: dict[str, object] = {"sli": sli, "pass": [{"criteria": list(passing)}]}
    if warning:
        told["warning"] = [{"criteria": list(warning)}]
    return {"spec_version": "1.0", "objectives": [told]}


@pytest.mark.parametrize(
    ("content", "promise"),
    [
        pytest.param(
            _slo("response_time_p95", "<=+10%", "<600"),
            "p95(http_req_duration): limit 600 ms, tolerance 10%",
            id="a fixed and a relative criterion",
        ),
        pytest.param(
            _slo("response_time_p95", "<600", warning=("<=800",)),
            "p95(http_req_duration): limit warn 600 ms, fail 800 ms",
            id="pass warns and warning fails",
        ),
        pytest.param(
            _slo("response_time_p50", "<=+10%", warning=("<=+25%",)),
            "p50(http_req_duration): tolerance warn 10%, fail 25%",
            id="both relative",
        ),
        pytest.param(
            _slo("response_time_p90", "<=+50"),
            "p90(http_req_duration): tolerance 50 ms",
            id="relative without a percent sign is absolute",
        ),
        pytest.param(
            _slo("error_rate", "<=2%"),
            "rate(http_req_failed): tolerance 2%",
            id="what holds a percent sign is always relative",
        ),
        pytest.param(_slo("error_rate", "<2"), "rate(http_req_failed): limit 2%", id="percent"),
        pytest.param(
            _slo("throughput", ">=-10%", ">100"),
            "rate(http_reqs): limit 100 /s, tolerance 10%",
            id="higher is better",
        ),
        pytest.param(
            _slo("response_time_p95", "<600", "<500"),
            "p95(http_req_duration): limit 500 ms",
            id="of two that have to hold the tighter one",
        ),
    ],
)
def test_criteria_are_bounds(content: object, promise: str) -> None:
    assert ours(read("keptn", content, "slo.yaml")) == [promise]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        pytest.param(
            _slo("cpu_usage", "<80"), "--sli cpu_usage=SLI", id="a name that says nothing"
        ),
        pytest.param(_slo("response_time_p95", "=3"), "an equality", id="an equality"),
        pytest.param(_slo("response_time_p95", ">3"), "getting better", id="the good side"),
        pytest.param(_slo("response_time_p95", "<=-5%"), "a goal", id="a goal"),
        pytest.param(_slo("throughput", ">=10%"), "a goal", id="10% without a sign is 10% more"),
        pytest.param(_slo("response_time_p95", "fast"), "cannot be read", id="no criterion"),
        pytest.param({"objectives": [{"sli": "error_rate"}]}, "never judged", id="only shown"),
        pytest.param(
            {"objectives": [{"sli": "error_rate", "pass": [{"criteria": ["<1"]}] * 2}]},
            "one of several is enough",
            id="alternatives",
        ),
    ],
)
def test_what_cannot_be_kept_says_why(content: object, why: str) -> None:
    imported = read("keptn", content, "slo.yaml")
    assert imported.drafts == ()
    assert why in reasons(imported)


def test_a_name_can_be_given_its_sli() -> None:
    given = (
        ("rt_cart", "p95(http_req_duration{name:cart})"),
        ("lost", "count(dropped_iterations)"),
    )
    content = _slo("rt_cart", "<600", "<=+50")
    content["objectives"].append(_slo("lost", "<3")["objectives"][0])  # type: ignore[attr-defined,index]
    imported = read("keptn", content, "slo.yaml", asked=Asked(script="x.js", slis=given))
    assert ours(imported) == [
        "p95(http_req_duration{name:cart}): limit 600 ms, tolerance 50 ms",
        "count(dropped_iterations): limit 3",
    ]


def test_points_weights_and_windows_are_lost_with_a_reason() -> None:
    content = _slo("error_rate", "<1")
    content |= {"total_score": {"pass": "90%"}, "comparison": {"compare_with": "single_result"}}
    content["objectives"][0] |= {"weight": 2, "key_sli": True}  # type: ignore[index]
    lost = read("keptn", content, "slo.yaml").lost
    assert [each.where for each in lost] == [
        "total_score",
        "comparison",
        "objectives[0].weight",
        "objectives[0].key_sli",
    ]


def test_units_that_the_file_does_not_say_are_a_difference() -> None:
    imported = read("keptn", _slo("response_time_p95", "<600", warning=("<=+9%",)), "slo.yaml")
    assert "milliseconds, as in Keptn's examples" in differences(imported)[0]
    assert "Keptn only warned, here it fails" in differences(imported)[0]

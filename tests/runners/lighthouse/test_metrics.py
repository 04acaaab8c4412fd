"""The numbers of recorded reports, and what becomes of numbers that are not there."""

from __future__ import annotations

import pytest

from gate.runners.lighthouse.metrics import SOURCES, Unreported, catalogue, value_of
from tests.runners.lighthouse.support import having, sample, without

PAGES = (
    "page-12.8.2-desktop-simulate",
    "page-12.8.2-mobile-devtools",
    "page-12.8.2-mobile-provided",
    "page-12.8.2-mobile-simulate",
    "page-13.5.0-mobile-simulate",
)
FLOWS = ("flow-12.8.2-devtools", "flow-12.8.2-provided", "flow-13.5.0-devtools")


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("metric", sorted(set(SOURCES) - {"inp"}))
def test_both_versions_give_every_metric_of_a_page(name: str, metric: str) -> None:
    assert isinstance(value_of(sample(name), metric), float)


@pytest.mark.parametrize("name", FLOWS)
@pytest.mark.parametrize("metric", ["inp", "tbt", "cls", "requests"])
def test_both_versions_give_every_metric_of_a_flow(name: str, metric: str) -> None:
    assert isinstance(value_of(sample(name), metric), float)


@pytest.mark.parametrize(
    ("metric", "value"),
    [
        ("lcp", 2.4189806),
        ("fcp", 0.7689806),
        ("si", 0.7689806),
        ("tbt", 0.545),
        ("tti", 2.4189806),
        ("cls", 0.19671099553275267),
        ("ttfb", 0.001),
        ("score", 0.75),
        ("unused_js", 0.0),
        ("dom_size", 313.0),
        ("transfer", 281545.0),
        ("requests", 4.0),
    ],
)
def test_a_load_is_read_in_base_units(metric: str, value: float) -> None:
    found = value_of(sample("page-13.5.0-mobile-simulate"), metric)
    assert found == pytest.approx(value, rel=1e-9)


@pytest.mark.parametrize(
    ("name", "seconds"),
    [
        ("flow-12.8.2-devtools", 0.491021),
        ("flow-12.8.2-provided", 0.344061),
        ("flow-13.5.0-devtools", 0.52632),
    ],
)
def test_inp_is_read_from_the_timespan(name: str, seconds: float) -> None:
    assert value_of(sample(name), "inp") == pytest.approx(seconds, rel=1e-4)


@pytest.mark.parametrize(
    ("resource_type", "size", "requests"),
    [("script", 1082.0, 1.0), ("image", 279115.0, 1.0), ("font", 0.0, 0.0), ("", 281545.0, 4.0)],
)
def test_bytes_and_requests_are_read_by_type(
    resource_type: str, size: float, requests: float
) -> None:
    report = sample("page-13.5.0-mobile-simulate")
    assert value_of(report, "transfer", resource_type) == size
    assert value_of(report, "requests", resource_type) == requests


LCP = ("audits", "largest-contentful-paint")


@pytest.mark.parametrize(
    ("report", "metric", "said"),
    [
        pytest.param(
            without(sample(PAGES[-1]), *LCP),
            "lcp",
            "Lighthouse 13.5.0 has no audit largest-contentful-paint",
            id="an audit that the version does not have",
        ),
        pytest.param(
            sample(PAGES[-1]), "inp", "has no audit interaction-to-next-paint", id="inp of a load"
        ),
        pytest.param(
            having(sample(PAGES[-1]), None, *LCP, "numericValue"), "lcp", "no value", id="null"
        ),
        pytest.param(
            having(sample(PAGES[-1]), "0", *LCP, "numericValue"), "lcp", "no value", id="text"
        ),
        pytest.param(
            having(sample(PAGES[-1]), bool(LCP), *LCP, "numericValue"), "lcp", "no value", id="true"
        ),
        pytest.param(
            having(sample(PAGES[-1]), -1, *LCP, "numericValue"), "lcp", "no value", id="negative"
        ),
        pytest.param(
            having(sample(PAGES[-1]), float("inf"), *LCP, "numericValue"),
            "lcp",
            "no value",
            id="infinite",
        ),
        pytest.param(
            having(sample(PAGES[-1]), "notApplicable", *LCP, "scoreDisplayMode"),
            "lcp",
            "does not apply (Lighthouse 13.5.0)",
            id="an audit that does not apply, though it holds a number",
        ),
        pytest.param(
            sample("refused-13.5.0"),
            "lcp",
            "largest-contentful-paint failed (Lighthouse 13.5.0): Chrome prevented",
            id="an audit that failed",
        ),
        pytest.param(
            sample("refused-12.8.2"), "score", "the score holds no value", id="a score of null"
        ),
        pytest.param({}, "lcp", "Lighthouse ? has no audit", id="no report at all"),
        pytest.param({"audits": []}, "transfer", "has no audit", id="audits that are a list"),
    ],
)
def test_what_is_not_reported_is_never_a_zero(report: object, metric: str, said: str) -> None:
    found = value_of(report, metric)
    assert isinstance(found, Unreported)
    assert said in found.detail


def test_a_type_that_is_not_listed_is_not_reported() -> None:
    found = value_of(sample(PAGES[-1]), "transfer", "wasm")
    assert isinstance(found, Unreported)


def test_every_metric_has_a_source() -> None:
    whole = catalogue(pages=True, flows=True)
    assert {metric.name for metric in whole.metrics} == set(SOURCES)


@pytest.mark.parametrize(
    ("pages", "flows", "tags", "others"),
    [
        (True, False, ("page",), set(SOURCES) - {"inp"}),
        (False, True, ("flow",), {"inp", "tbt", "cls"}),
        (True, True, ("page", "flow"), set(SOURCES)),
    ],
)
def test_only_what_is_declared_can_be_asked_for(
    *, pages: bool, flows: bool, tags: tuple[str, ...], others: set[str]
) -> None:
    metrics = {m.name: m for m in catalogue(pages=pages, flows=flows).metrics}
    assert set(metrics) == others
    assert (metrics["tbt"].tags, metrics["tbt"].each) == (tags, tags[0])

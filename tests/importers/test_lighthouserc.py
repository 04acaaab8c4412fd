from __future__ import annotations

import pytest

from gate.importers.webpages import matches
from tests.helpers.importing import differences, lost, ours, read, reasons


def _asserted(assertions: dict[str, object], **more: object) -> dict[str, object]:
    collect = {"url": ["http://localhost:3000/"]}
    return {"ci": {"collect": collect, "assert": {"assertions": assertions, **more}}}


@pytest.mark.parametrize(
    ("audit", "options", "promise"),
    [
        pytest.param(
            "largest-contentful-paint", {"maxNumericValue": 2500}, "lcp: limit 2500 ms", id="a time"
        ),
        pytest.param(
            "cumulative-layout-shift", {"maxNumericValue": 0.1}, "cls: limit 0.1", id="no unit"
        ),
        pytest.param(
            "categories:performance",
            {"minScore": 0.9},
            "score: limit at least 0.9",
            id="the performance score is a number",
        ),
        pytest.param(
            "resource-summary:script:size",
            {"maxNumericValue": 150000},
            "transfer{type:script}: limit 150000 B",
            id="sizes are bytes",
        ),
        pytest.param(
            "resource-summary.third-party.count",
            {"maxNumericValue": 5},
            "requests{type:third-party}: limit 5",
            id="dots for colons",
        ),
        pytest.param(
            "total-byte-weight", {"maxNumericValue": 9}, "transfer: limit 9 B", id="all bytes"
        ),
    ],
)
def test_an_assertion_about_a_number_is_a_limit(
    audit: str, options: dict[str, object], promise: str
) -> None:
    told = ["error", {**options, "aggregationMethod": "median"}]
    imported = read("lighthouserc", _asserted({audit: told}))
    assert ours(imported) == [promise]
    assert differences(imported) == [""]


@pytest.mark.parametrize(
    ("method", "differs"),
    [
        (None, "the best of the loads"),
        ("optimistic", "stricter"),
        ("pessimistic", "looser"),
        ("median-run", "nearest"),
    ],
)
def test_another_way_to_choose_a_load_is_a_difference(method: str | None, differs: str) -> None:
    more = {"aggregationMethod": method} if method else {}
    told = _asserted({"speed-index": ["error", {"maxNumericValue": 1}]}, **more)
    assert differs in differences(read("lighthouserc", told))[0]


def test_a_warning_does_not_block() -> None:
    told = _asserted({"speed-index": ["warn", {"maxNumericValue": 1}]})
    assert ours(read("lighthouserc", told)) == ["si: limit 1 ms, not blocking"]


@pytest.mark.parametrize(
    ("audit", "told", "why"),
    [
        pytest.param("uses-http2", "off", "it is off", id="off"),
        pytest.param("color-contrast", "error", "is no number", id="pass or fail"),
        pytest.param("speed-index", ["error", {"minScore": 0.5}], "a curve", id="a score"),
        pytest.param("categories:seo", ["error", {"minScore": 1}], "no category", id="another"),
        pytest.param("unused-javascript", ["warn", {"maxLength": 0}], "no number", id="a length"),
        pytest.param(
            "interaction-to-next-paint", ["error", {"maxNumericValue": 1}], "flow", id="inp"
        ),
        pytest.param(
            "speed-index", ["error", {"maxNumericValue": "x"}], "expected", id="no number"
        ),
    ],
)
def test_what_is_no_number_is_lost_with_a_reason(audit: str, told: object, why: str) -> None:
    imported = read("lighthouserc", _asserted({audit: told}))
    assert imported.drafts == ()
    assert why in reasons(imported)


def test_presets_budgets_and_upload_are_lost_with_a_reason() -> None:
    told = _asserted({}, preset="lighthouse:recommended", budgetsFile="b.json")
    told["ci"]["upload"] = {"target": "lhci"}  # type: ignore[index]
    assert [where for where, _ in lost(read("lighthouserc", told))] == [
        "ci.upload",
        "ci.assert.preset",
        "ci.assert.budgetsFile",
    ]


def test_pages_come_from_the_addresses() -> None:
    collect = {"url": ["http://localhost:3000/", "http://localhost:3000/a/b.html?x=1", "${X}"]}
    asserts = {"assertions": {"speed-index": ["error", {"maxNumericValue": 1}]}}
    imported = read("lighthouserc", {"ci": {"collect": collect, "assert": asserts}})
    head = {line.key: line.value for line in imported.drafts[0].head}
    assert head["base"] == "http://localhost:3000"
    assert head["pages"] == {"home": "/", "a-b-html": "/a/b.html?x=1"}
    assert "no plain http(s) address" in reasons(imported)


def test_beside_a_folder_the_port_is_lighthouse_cis_own() -> None:
    collect = {"url": ["http://localhost/", "http://localhost:1/b"], "staticDistDir": "dist"}
    asserts = {"assertions": {"speed-index": ["error", {"maxNumericValue": 1}]}}
    (draft,) = read("lighthouserc", {"ci": {"collect": collect, "assert": asserts}}).drafts
    head = {line.key: line.value for line in draft.head}
    assert head["base"] == "${APP_URL}"
    assert head["pages"] == {"home": "/", "b": "/b"}


def test_a_matrix_is_about_the_pages_that_match() -> None:
    one = {"speed-index": ["error", {"maxNumericValue": 1, "aggregationMethod": "median"}]}
    matrix = [
        {"matchingUrlPattern": "http://[^/]+/shop/.*", "assertions": one},
        {"matchingUrlPattern": ".*/shop/.*", "assertions": one},
        {"matchingUrlPattern": ".*", "assertions": one},
        {"matchingUrlPattern": "nowhere", "assertions": one},
    ]
    url = ["http://localhost/", "http://localhost/shop/a"]
    told = {"ci": {"collect": {"url": url}, "assert": {"assertMatrix": matrix}}}
    imported = read("lighthouserc", told)
    assert ours(imported) == ["si{page:shop-a}: limit 1 ms", "si: limit 1 ms"]
    assert "a pattern beyond literals and .*" in reasons(imported)
    assert "no page of ci.collect.url matches" in reasons(imported)


@pytest.mark.parametrize(
    ("pattern", "fits"),
    [
        ("shop", True),
        ("^shop", False),
        ("^http://h/.*", True),
        ("a$", True),
        ("^a$", False),
        ("s.op/a$", True),
        (r"h\/shop", True),
        ("h/.+/a$", True),
        ("a.+$", False),
        ("(a+)+$", None),
        ("x" * 501, None),
    ],
)
def test_patterns_are_searched_piece_by_piece(pattern: str, fits: bool | None) -> None:
    assert matches(pattern, "http://h/shop/a") is fits

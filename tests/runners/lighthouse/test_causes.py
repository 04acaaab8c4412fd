from __future__ import annotations

import pytest

from gate.runners.lighthouse.causes import facts_of
from tests.runners.lighthouse.support import having, sample

PAGE = "page-13.5.0-mobile-simulate"


@pytest.mark.parametrize(
    ("name", "metric", "label", "told"),
    [
        (PAGE, "lcp", "LCP element", "body > main > img#hero"),
        (
            PAGE,
            "lcp",
            "LCP phases",
            (
                "time to first byte 13.1 ms, resource load delay 25.7 ms, "
                "resource load duration 42.5 ms, element render delay 203 ms"
            ),
        ),
        (
            PAGE,
            "cls",
            "largest layout shift",
            "body > main > p moved by 0.131 (Media element lacking an explicit size)",
        ),
        (
            PAGE,
            "tbt",
            "longest tasks",
            "538 ms /app.js, 107 ms Unattributable, 82 ms Unattributable",
        ),
        (PAGE, "transfer", "heaviest requests", "/hero.png 279 kB, /app.js 1.08 kB, / 924 B"),
        (PAGE, "unused_js", "heaviest scripts", "/app.js 1.08 kB"),
        (PAGE, "fcp", "benchmark index", "2492"),
        (
            "flow-13.5.0-devtools",
            "inp",
            "INP phases",
            "input delay 14.3 ms, processing duration 314 ms, presentation delay 198 ms",
        ),
        (
            "flow-12.8.2-devtools",
            "inp",
            "INP phases",
            "input delay 68.6 ms, processing duration 1.37 s, presentation delay 23.5 ms",
        ),
    ],
)
def test_a_report_tells_why(name: str, metric: str, label: str, told: str) -> None:
    assert dict(facts_of(sample(name), metric))[label] == told


def test_the_heaviest_are_of_the_type_that_was_asked_for() -> None:
    facts = dict(facts_of(sample(PAGE), "transfer", "stylesheet"))
    assert facts["heaviest stylesheets"] == "/style.css 424 B"


@pytest.mark.parametrize("metric", ["lcp", "cls", "inp", "tbt", "transfer", "score"])
@pytest.mark.parametrize("report", [{}, {"audits": {"layout-shifts": {"details": []}}}])
def test_a_report_without_causes_tells_none(metric: str, report: object) -> None:
    assert facts_of(report, metric) == ()


def test_what_the_page_wrote_is_cut_and_stays_on_one_line() -> None:
    path = ("audits", "lcp-breakdown-insight", "details", "items")
    report = having(sample(PAGE), [{"type": "node", "selector": "a\n" * 500}], *path)
    element = dict(facts_of(report, "lcp"))["LCP element"]
    assert len(element) == 160
    assert "\n" not in element

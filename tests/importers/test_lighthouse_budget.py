from __future__ import annotations

from tests.helpers.importing import differences, ours, read, reasons


def test_sizes_are_kibibytes_counts_are_plain_and_timings_milliseconds() -> None:
    entry = {
        "path": "/*",
        "resourceSizes": [{"resourceType": "script", "budget": 125}],
        "resourceCounts": [{"resourceType": "total", "budget": 40}],
        "timings": [
            {"metric": "interactive", "budget": 3000},
            {"metric": "cumulative-layout-shift", "budget": 0.1},
        ],
    }
    imported = read("budget.json", [entry], "budget.json")
    assert ours(imported) == [
        "transfer{type:script}: limit 125 KiB",
        "requests: limit 40",
        "tti: limit 3000 ms",
        "cls: limit 0.1",
    ]
    (draft,) = imported.drafts
    head = {line.key: line.value for line in draft.head}
    assert head["pages"] == {"home": "/"}
    assert head["base"] == "${APP_URL}"


def test_an_entry_for_a_path_is_about_its_page_and_the_general_one_says_what_differs() -> None:
    every = {"timings": [{"metric": "speed-index", "budget": 4000}]}
    imported = read("budget.json", [every, {**every, "path": "/blog"}], "budget.json")
    assert ours(imported) == ["si: limit 4000 ms", "si{page:blog}: limit 4000 ms"]
    assert differences(imported) == [
        "for a page the last entry that fits counted alone, here all that fit hold",
        "",
    ]


def test_patterns_tolerances_and_dropped_metrics_are_lost_with_a_reason() -> None:
    timing = {"metric": "speed-index", "budget": 4000, "tolerance": 100}
    old = {"metric": "first-meaningful-paint", "budget": 1}
    entries = [{"timings": [timing, old]}, {"path": "/a/*", "timings": [timing]}]
    said = reasons(read("budget.json", entries, "budget.json"))
    assert "reads no tolerance" in said
    assert "no metric or resource type" in said
    assert "a pattern of paths" in said
    assert "its path is not kept" in said

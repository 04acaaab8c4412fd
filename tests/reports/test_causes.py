"""Where to look: one word a kind of place, whichever runner tells."""

from __future__ import annotations

import pytest

from gate.core.sli import parse_sli
from gate.reports.causes import causes_of, other_facts

PLAIN = "p95(http_req_duration)"


@pytest.mark.parametrize(
    ("sli", "label", "word"),
    [
        pytest.param(PLAIN, "slowest requests", "endpoint", id="k6: what is slow"),
        pytest.param(PLAIN, "failed requests", "endpoint", id="k6: what fails"),
        pytest.param("mean(query_duration)", "most time, 1", "statement", id="postgres: time"),
        pytest.param("mean(query_duration)", "most repeated", "statement", id="postgres: repeats"),
        pytest.param("mean(x)", "most beyond the bound, 2", "statement", id="postgres: slow"),
        pytest.param("lcp", "LCP element", "element", id="lighthouse: LCP"),
        pytest.param("inp", "INP element", "element", id="lighthouse: INP"),
        pytest.param("cls", "largest layout shift", "element", id="lighthouse: CLS"),
        pytest.param("tbt", "longest tasks", "module", id="lighthouse: scripts"),
        pytest.param("tbt", "heaviest scripts", "module", id="lighthouse: weight"),
        pytest.param("transfer", "heaviest requests", "endpoint", id="lighthouse: requests"),
        pytest.param("size", "largest", "module", id="bundle: files"),
    ],
)
def test_a_fact_that_names_a_place_is_a_cause(sli: str, label: str, word: str) -> None:
    assert causes_of(parse_sli(sli), ((label, "x"),)) == ((word, f"{label}: x"),)
    assert other_facts(((label, "x"),)) == ()


@pytest.mark.parametrize(
    ("sli", "cause"),
    [
        ('median(time{test:"bench/test_a.py::test_b"})', ("function", "bench/test_a.py::test_b")),
        ('p95(http_req_duration{name:"GET /items"})', ("endpoint", "GET /items")),
        ("size{file:app}", ("module", "app")),
    ],
)
def test_without_a_fact_the_tag_says_where(sli: str, cause: tuple[str, str]) -> None:
    assert causes_of(parse_sli(sli), ()) == (cause,)


def test_a_fact_says_more_than_a_tag() -> None:
    found = causes_of(parse_sli("size{file:app}"), (("largest", "a.js 3 kB"), ("files", "2")))
    assert found == (("module", "largest: a.js 3 kB"),)
    assert other_facts((("largest", "a.js 3 kB"), ("files", "2"))) == (("files", "2"),)


def test_who_names_no_place_has_none() -> None:
    facts = (("benchmark index", "1200"),)
    assert causes_of(parse_sli(PLAIN), facts) == ()
    assert other_facts(facts) == facts

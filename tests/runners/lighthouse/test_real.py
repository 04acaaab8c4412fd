"""The real Lighthouse in a real Chrome, on a site of our own.

Numbers are asserted only where a plant is enormous or the number is counted.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gate.core.reasons import Code, Reason
from gate.core.sample import Values
from gate.runners.lighthouse import RUNNER
from gate.seams.runner import Question, Refused, UnitAnswer
from gate.testing.answers import check_answer
from gate.tools import Found as Tool
from tests.runners.lighthouse.site import Site, serving
from tests.runners.lighthouse.support import ask, job, options

pytestmark = [
    pytest.mark.needs_chrome,
    pytest.mark.needs_node,
    pytest.mark.slow,
    pytest.mark.xdist_group("chrome"),
]

SECRET = "planted-secret-4711"


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with serving() as site:
        yield site


@dataclass(frozen=True)
class Measured:
    answer: UnitAnswer
    tools: dict[str, str]
    out: Path

    def value(self, sli: str) -> float:
        (data,) = [f.data for f in self.answer.found if str(f.sli) == f"median({sli})"]
        assert isinstance(data, Values)
        return data.values[0]

    def facts(self, sli: str) -> dict[str, str]:
        (facts,) = [f.facts for f in self.answer.found if str(f.sli) == f"median({sli})"]
        return dict(facts)

    def reason(self, sli: str) -> Reason:
        (why,) = [n.reason for n in self.answer.not_found if str(n.sli) == f"median({sli})"]
        return why


def measure(place: Path, keys: dict[str, Any], *questions: Question) -> Measured:
    """One unit, with all the time that a busy machine needs."""
    opened = RUNNER.open(job(place, dict(os.environ), *questions, timeout=180), options(**keys))
    with opened as session:
        assert not isinstance(session, Refused), session.reason.sentence
        answer = session.unit(0)
        assert isinstance(answer, UnitAnswer), answer.reason.sentence
        check_answer(answer, questions)
        return Measured(answer, dict(session.ready.tools), place / ".gate")


@pytest.fixture(scope="module")
def measured(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Measured:
    """Everything at once: each load takes seconds."""
    keys: dict[str, Any] = {
        "base": site.url,
        "pages": {"fast": "/", "shift": "/shift", "gone": "/nowhere", "account": "/account"},
        "flows": {
            "pay": [
                {"goto": "/slow"},
                {"type": {"#name": "ann"}},
                {"click": "#pay"},
                {"wait_for": "#done"},
            ],
            "stuck": [{"goto": "/slow"}, {"click": "#no-such-button"}],
        },
        "headers": {"X-Token": SECRET},
    }
    asked = (
        ask("lcp", each="page"),
        ask("cls", each="page"),
        ask("score{page:fast}"),
        ask("ttfb{page:fast}"),
        ask("tti{page:fast}"),
        ask("dom_size{page:fast}"),
        ask("unused_js{page:fast}"),
        ask("requests{page:fast}"),
        ask("transfer{page:fast,type:script}"),
        ask("inp", each="flow", flows=keys["flows"]),
        ask("tbt{flow:pay}", flows=keys["flows"]),
        ask("lcp{page:hoem}"),
    )
    return measure(tmp_path_factory.mktemp("real"), keys, *asked)


def test_a_page_is_measured(measured: Measured) -> None:
    assert measured.value("lcp{page:fast}") > 0
    assert measured.value("tti{page:fast}") > 0
    assert 0 < measured.value("score{page:fast}") <= 1
    assert measured.value("cls{page:fast}") == 0
    assert measured.value("requests{page:fast}") == 1
    assert measured.value("transfer{page:fast,type:script}") == 0
    assert measured.value("dom_size{page:fast}") < 10
    assert measured.facts("lcp{page:fast}")["LCP element"].startswith("body > ")


def test_a_page_that_shifts_is_seen_to(measured: Measured) -> None:
    assert measured.value("cls{page:shift}") > 0.2
    assert "moved by" in measured.facts("cls{page:shift}")["largest layout shift"]


def test_a_click_that_lags_is_an_inp(measured: Measured) -> None:
    assert measured.value("inp{flow:pay}") > 1.4
    assert measured.value("tbt{flow:pay}") > 1.3
    assert "processing duration" in measured.facts("inp{flow:pay}")["INP phases"]


@pytest.mark.parametrize(
    ("sli", "code", "said"),
    [
        ("lcp{page:gone}", Code.PAGE_FAILED, "404"),
        ("lcp{page:account}", Code.PAGE_FAILED, "it ended at /login, not at /account"),
        ("inp{flow:stuck}", Code.NOT_REPORTED, "step 2 (click #no-such-button)"),
        ("lcp{page:hoem}", Code.NOTHING_MATCHED, "declares pages fast, shift, gone, account"),
    ],
)
def test_what_failed_is_missing_alone(measured: Measured, sli: str, code: Code, said: str) -> None:
    reason = measured.reason(sli)
    assert (reason.code, said in reason.sentence) == (code, True), reason.sentence


def test_headers_reach_the_site_and_no_file(measured: Measured, site: Site) -> None:
    with_it = {path for path, headers in site.asked if headers.get("x-token") == SECRET}
    assert {"/", "/shift", "/slow"} <= with_it
    for file in measured.out.rglob("*"):
        assert file.is_dir() or SECRET.encode() not in file.read_bytes()


def test_the_record_says_what_measured_it(
    measured: Measured, chrome: Tool, node: Tool, node_tools: Tool
) -> None:
    assert measured.tools == {
        "lighthouse": node_tools.version,
        "chrome": chrome.version,
        "node": node.version,
    }


def test_lighthouse_ci_gives_the_same_numbers(site: Site, tmp_path: Path) -> None:
    (tmp_path / "lighthouserc.yml").write_text(
        "ci: {collect: {url: [http://elsewhere/], settings: {preset: desktop}}}", encoding="utf-8"
    )
    keys: dict[str, Any] = {
        "base": site.url,
        "pages": {"fast": "/"},
        "collect": "lhci",
        "lighthouserc": "lighthouserc.yml",
    }
    asked = (ask("lcp{page:fast}"), ask("requests{page:fast}"), ask("dom_size{page:fast}"))
    measured = measure(tmp_path, keys, *asked)
    assert measured.value("lcp{page:fast}") > 0
    assert measured.value("requests{page:fast}") == 1
    assert measured.value("dom_size{page:fast}") < 10
    assert measured.tools["lhci"]

"""The page and the statement of a sign-off: as written down, in a browser, by hostile hands."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from gate.core.signoff import Signoff
from gate.core.verdict import Outcome
from gate.record.signoff import encode_signoff
from gate.reports import signoff_page, statement
from gate.testing.sample_outcomes import large_outcome
from gate.testing.sample_signoffs import (
    GIVEN,
    hostile_signoff,
    mixed_signoff,
    passing_signoff,
)
from gate.testing.syntax import Syntax, elements
from gate.tools import Found
from tests.conftest import ROOT, Golden

Made = Callable[[], tuple[Signoff, Outcome]]

MADE: dict[str, Made] = {
    "mixed": mixed_signoff,
    "passing": passing_signoff,
    "hostile": hostile_signoff,
}


@pytest.mark.parametrize("name", MADE)
def test_the_page_is_as_written_down(golden: Golden, name: str) -> None:
    golden(f"signoff-{name}.html", signoff_page.render(*MADE[name]()))


@pytest.mark.parametrize("name", MADE)
def test_the_document_and_the_statement_are_as_written_down(golden: Golden, name: str) -> None:
    signoff, outcome = MADE[name]()
    document = encode_signoff(signoff)
    golden(f"signoff-{name}.json", document.decode())
    golden(f"statement-{name}.json", statement.statement(signoff, outcome, document).decode())


def test_the_statement_has_the_fields_of_the_predicate() -> None:
    signoff, outcome = mixed_signoff()
    document = encode_signoff(signoff)
    told = json.loads(statement.statement(signoff, outcome, document))
    assert told["_type"] == "https://in-toto.io/Statement/v1"
    assert told["predicateType"] == "https://in-toto.io/attestation/test-result/v0.1"
    assert told["subject"] == [
        {"name": "dist/shop-1.4.tar.gz", "digest": {"sha256": GIVEN.artifacts[0].sha256}}
    ]
    predicate = told["predicate"]
    assert predicate["result"] == "FAILED"
    assert predicate["url"] == GIVEN.url
    assert {"name", "digest"} == predicate["configuration"][0].keys()
    lists = [predicate[f"{word}Tests"] for word in ("passed", "warned", "failed")]
    assert all(lists)
    retired = 1
    assert sum(map(len, lists)) == len(outcome.rows) - retired
    own = predicate["perfgate"]["document"]["digest"]["sha256"]
    assert own == hashlib.sha256(document).hexdigest()
    alone = json.loads(statement.predicate(signoff, outcome, document))
    assert alone == predicate


def test_a_release_without_artifacts_is_its_commit() -> None:
    signoff, outcome = passing_signoff()
    told = json.loads(statement.statement(signoff, outcome, b""))
    assert told["subject"] == [
        {"name": "v1.4", "digest": {"gitCommit": GIVEN.release.commit}},
    ]
    assert "url" not in told["predicate"]


def test_nothing_runs_in_the_page_and_its_style_is_by_digest() -> None:
    page = signoff_page.render(*mixed_signoff())
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy is not None
    (style,) = re.findall("<style>(.*?)</style>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy[1] == (
        f"default-src &#39;none&#39;; style-src &#39;sha256-{digest}&#39;; "
        "base-uri &#39;none&#39;; form-action &#39;none&#39;"
    )
    assert "<script" not in page


def test_hostile_names_make_no_element() -> None:
    plain = elements(signoff_page.render(*mixed_signoff()), Syntax.HTML)
    assert elements(signoff_page.render(*hostile_signoff()), Syntax.HTML) <= plain


def test_five_hundred_promises_fit() -> None:
    signoff, _ = mixed_signoff()
    assert len(signoff_page.render(signoff, large_outcome(500)).encode()) < 1_500_000


@pytest.mark.parametrize(
    ("given", "words"),
    [
        pytest.param({"approvals": ()}, "Nobody approved it", id="no approval"),
        pytest.param({"signed": False}, "Not signed", id="no signature"),
        pytest.param({"source": "the record of run r"}, "the record of run r", id="a record"),
    ],
)
def test_what_is_not_there_is_said(given: dict[str, object], words: str) -> None:
    signoff, outcome = mixed_signoff()
    made = replace(signoff, given=replace(signoff.given, **given))  # type: ignore[arg-type]
    assert words in signoff_page.render(made, outcome)


@pytest.mark.needs_chrome
@pytest.mark.needs_node
@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", MADE)
def test_a_browser_reads_it_and_axe_finds_no_violation(
    browser: Browser, tmp_path: Path, node_tools: Found, name: str, scheme: str
) -> None:
    """Nothing is asked for, nothing runs; the pinned axe-core that comes with Lighthouse."""
    signoff, outcome = MADE[name]()
    file = tmp_path / "signoff.html"
    file.write_text(signoff_page.render(signoff, outcome), encoding="utf-8")
    axe = node_tools.path / "node_modules" / "axe-core" / "axe.min.js"
    context = browser.new_context(color_scheme="dark" if scheme == "dark" else "light")
    page, events = context.new_page(), []
    page.on("console", lambda message: events.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: events.append(f"error: {error}"))
    page.on("dialog", lambda dialog: events.append(f"dialog: {dialog.message}"))
    page.on("request", lambda request: events.append(request.url))
    page.goto(file.as_uri())
    assert events == [file.as_uri()]
    text = page.locator("body").inner_text()
    assert [r.objective.id for r in outcome.rows if r.objective.id not in text] == [] or (
        name == "hostile"
    )
    assert "NaN" not in text
    page.evaluate(axe.read_text(encoding="utf-8"))
    report = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    context.close()
    found = [
        f"{rule['id']}: {node['html'][:200]}"
        for rule in report["violations"]
        for node in rule["nodes"]
    ]
    assert report["passes"]
    assert found == []


@pytest.mark.needs_chrome
@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize(
    ("name", "place"), [("signoff", "The release"), ("signoff-evidence", "Waivers")]
)
def test_it_is_photographed(
    browser: Browser, request: pytest.FixtureRequest, tmp_path: Path, name: str, place: str
) -> None:
    """`--update-golden` writes the pictures in docs/pictures anew."""
    file = tmp_path / "signoff.html"
    file.write_text(signoff_page.render(*mixed_signoff()), encoding="utf-8")
    folder = tmp_path
    if request.config.getoption("--update-golden"):
        folder = ROOT / "docs" / "pictures"
    page = browser.new_page(color_scheme="light", viewport={"width": 1180, "height": 1000})
    page.goto(file.as_uri())
    if place != "The release":
        page.get_by_role("heading", name=place).evaluate("e => e.scrollIntoView()")
    picture = page.screenshot(path=folder / f"{name}.png", animations="disabled")
    page.close()
    assert picture.startswith(b"\x89PNG")
    assert len(picture) > 30_000

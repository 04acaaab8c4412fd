"""The folder as Jenkins serves archived files: its own policy in the header, over real HTTP."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from gate.app.keep import parse_reports, write_reports
from gate.testing.sample_outcomes import hostile_outcome, mixed_outcome

pytestmark = [pytest.mark.needs_chrome, pytest.mark.xdist_group("browser")]

# hudson.model.DirectoryBrowserSupport of 2.x, with and without what it allowed for a while.
_POLICIES = [
    "sandbox; default-src 'none'; img-src 'self'; style-src 'self';",
    "sandbox allow-same-origin; default-src 'none'; img-src 'self'; style-src 'self';",
]


class _Jenkins(SimpleHTTPRequestHandler):
    policy = ""

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", self.policy)
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # as it is named there
        """Say nothing."""


def _served(folder: Path, policy: str) -> Iterator[str]:
    handler = type("Handler", (_Jenkins,), {"policy": policy})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/index.html"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A report, as `gate check --report html-dir=PATH` writes it."""
    write_reports(mixed_outcome(), parse_reports([f"html-dir={tmp_path / 'report'}"]))
    return tmp_path / "report"


def test_the_folder_holds_a_page_without_anything_inline_and_its_style(folder: Path) -> None:
    assert sorted(path.name for path in folder.iterdir()) == ["index.html", "style.css"]
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "<style" not in page
    assert " style=" not in page
    assert page.count('<link rel="stylesheet" href="style.css">') == 1


@pytest.mark.parametrize("policy", _POLICIES, ids=["sandboxed", "of the same origin"])
def test_it_reads_and_looks_as_it_should_under_the_policy_of_jenkins(
    browser: Browser, folder: Path, policy: str
) -> None:
    for url in _served(folder, policy):
        context = browser.new_context(color_scheme="light")
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))  # noqa: B023  # one round
        page.goto(url)
        text = page.locator("body").inner_text()
        margin = page.evaluate("getComputedStyle(document.body).marginLeft")
        drawn = page.evaluate(
            "[...document.querySelectorAll('svg .estimate')].map(e => getComputedStyle(e).fill)"
        )
        page.locator("label", has_text="2 fail").click()
        rows = page.locator("tbody tr:visible").count()
        context.close()
        assert said == []
        assert margin == "0px"
        assert drawn
        assert "none" not in drawn
        assert rows == 2
        assert "1 of 13 promises broken, 2 not measured, 1 undecided" in text
        assert [r.objective.id for r in mixed_outcome().rows if r.objective.id not in text] == []


def test_it_looks_the_same_from_a_folder(browser: Browser, folder: Path) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto((folder / "index.html").as_uri())
    margin = page.evaluate("getComputedStyle(document.body).marginLeft")
    context.close()
    assert margin == "0px"


def test_hostile_names_bring_nothing_in(browser: Browser, tmp_path: Path) -> None:
    write_reports(hostile_outcome(), (("html-dir", tmp_path),))
    for url in _served(tmp_path, _POLICIES[1]):
        context = browser.new_context()
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))  # noqa: B023  # one round
        page.goto(url)
        active = "img, iframe, object, embed, form, script, style, base, [onclick], [onerror]"
        count = page.locator(active).count()
        context.close()
        assert count == 0
        assert [each.rpartition("/")[2] for each in asked] == ["index.html", "style.css"]

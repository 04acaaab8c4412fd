"""The history site in a real browser; `--update-golden` photographs it for docs/pictures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from gate.reports.history import pages
from gate.reports.history.site import file_of
from gate.tools import Found
from tests.conftest import ROOT
from tests.reports.histories import OBJECTIVE, history, hostile_history

pytestmark = [pytest.mark.needs_chrome, pytest.mark.xdist_group("browser")]

PAGE = file_of(OBJECTIVE.id)
HOSTILE = file_of(hostile_history().name)
ALL = ["index.html", PAGE, HOSTILE]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    long = replace(history(3000), name="web/lcp")
    for name, text in pages([history(), hostile_history(), long], "shop on main"):
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@contextmanager
def _opened(
    browser: Browser, file: Path, *, scripts: bool = True, scheme: str = "light", width: int = 1180
) -> Iterator[tuple[Page, list[str]]]:
    context = browser.new_context(
        java_script_enabled=scripts,
        color_scheme="dark" if scheme == "dark" else "light",
        viewport={"width": width, "height": 900},
    )
    page, events = context.new_page(), list[str]()
    page.on("console", lambda message: events.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: events.append(f"error: {error}"))
    page.on("dialog", lambda dialog: events.append(f"dialog: {dialog.message}"))
    page.on("request", lambda request: events.append(request.url))
    page.goto(file.as_uri())
    yield page, events
    context.close()


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
@pytest.mark.parametrize("name", ALL)
def test_it_asks_for_nothing_and_runs_nothing_foreign(
    browser: Browser, site: Path, name: str, *, scripts: bool
) -> None:
    with _opened(browser, site / name, scripts=scripts) as (page, events):
        assert events == [(site / name).as_uri()]
        assert page.locator("img, iframe, object, embed, link, form, base").count() == 0


def test_it_reads_without_javascript(browser: Browser, site: Path) -> None:
    with _opened(browser, site / PAGE, scripts=False) as (page, _):
        text = page.locator("body").inner_text()
        dots = page.locator("svg.plot path.run").count()
    for words in ("120 runs", "step of +7.9 %", "drift begins", "by Ann Example, Bob", "9V74"):
        assert words in text
    assert dots == 2


def test_the_index_is_searched_and_leads_to_a_page_and_back(browser: Browser, site: Path) -> None:
    with _opened(browser, site / "index.html") as (page, _):
        page.get_by_label("Search").fill("op:read")
        assert page.locator("tbody tr:visible").count() == 1
        page.locator("tbody a:visible").click()
        assert page.url == (site / PAGE).as_uri()
        assert page.locator("h1").inner_text() == OBJECTIVE.id
        page.get_by_text("All objectives of").click()
        assert page.url == (site / "index.html").as_uri()


@pytest.mark.needs_node
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ALL)
def test_axe_finds_no_violation(
    browser: Browser, site: Path, node_tools: Found, name: str, scheme: str
) -> None:
    axe = node_tools.path / "node_modules" / "axe-core" / "axe.min.js"
    with _opened(browser, site / name, scheme=scheme) as (page, _):
        page.evaluate(axe.read_text(encoding="utf-8"))
        report = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    found = [
        f"{rule['id']}: {node['html'][:200]}"
        for rule in report["violations"]
        for node in rule["nodes"]
    ]
    assert report["passes"]
    assert found == []


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("width", [360, 1600])
def test_nothing_sticks_out_of_the_window(
    browser: Browser, site: Path, name: str, width: int
) -> None:
    with _opened(browser, site / name, width=width) as (page, _):
        overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(overflow) == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_photographed(
    browser: Browser, site: Path, request: pytest.FixtureRequest, tmp_path: Path, scheme: str
) -> None:
    folder = tmp_path
    if request.config.getoption("--update-golden"):
        folder = ROOT / "docs" / "pictures"
    with _opened(browser, site / PAGE, scheme=scheme) as (page, _):
        picture = page.screenshot(path=folder / f"history-{scheme}.png", animations="disabled")
    assert picture.startswith(b"\x89PNG")
    assert len(picture) > 30_000

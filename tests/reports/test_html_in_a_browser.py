"""The page as a browser sees it: nothing is loaded, only its own script runs, all can be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from gate.reports.html import REPORT
from gate.testing.sample_outcomes import empty_outcome, hostile_outcome, mixed_outcome
from gate.tools import Found

pytestmark = [pytest.mark.needs_chrome, pytest.mark.xdist_group("browser")]


@dataclass
class _Seen:
    """What a page did besides showing itself."""

    page: Page
    events: list[str] = field(default_factory=list)


@contextmanager
def _opened(
    browser: Browser, file: Path, *, scripts: bool = True, scheme: str = "light", width: int = 1280
) -> Iterator[_Seen]:
    context = browser.new_context(
        java_script_enabled=scripts,
        color_scheme="dark" if scheme == "dark" else "light",
        viewport={"width": width, "height": 900},
    )
    seen = _Seen(context.new_page())
    seen.page.on("console", lambda message: seen.events.append(f"console: {message.text}"))
    seen.page.on("pageerror", lambda error: seen.events.append(f"error: {error}"))
    seen.page.on("dialog", lambda dialog: seen.events.append(f"dialog: {dialog.message}"))
    seen.page.on("request", lambda request: seen.events.append(f"request: {request.url[:60]}"))
    seen.page.goto(file.as_uri())
    yield seen
    context.close()


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("html") / "mixed.html"
    file.write_text(REPORT.render(mixed_outcome()), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("html") / "hostile.html"
    file.write_text(REPORT.render(hostile_outcome()), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("html") / "empty.html"
    file.write_text(REPORT.render(empty_outcome()), encoding="utf-8")
    return file


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
@pytest.mark.parametrize("name", ["mixed", "hostile"])
def test_it_asks_for_nothing_and_runs_nothing_foreign(
    browser: Browser, request: pytest.FixtureRequest, name: str, *, scripts: bool
) -> None:
    file: Path = request.getfixturevalue(name)
    with _opened(browser, file, scripts=scripts) as seen:
        assert seen.events == [f"request: {file.as_uri()[:60]}"]
        active = "img, iframe, object, embed, link, form, video, audio, base, [onclick], [onerror]"
        assert seen.page.locator(active).count() == 0
        assert seen.page.locator("script").count() == 1
        assert seen.page.locator("a:not([href^='#'])").count() == 0
        assert seen.page.locator("article").count() == 10
        assert seen.page.locator("tbody tr").count() == len(mixed_outcome().rows)


def test_it_reads_without_javascript(browser: Browser, mixed: Path) -> None:
    with _opened(browser, mixed, scripts=False) as seen:
        text = seen.page.locator("body").inner_text()
    assert "1 of 13 promises broken, 2 not measured, 1 undecided" in text
    assert "exit 1, closed: a promise is broken" in text
    assert [row.objective.id for row in mixed_outcome().rows if row.objective.id not in text] == []


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_the_table_is_filtered(browser: Browser, mixed: Path, *, scripts: bool) -> None:
    with _opened(browser, mixed, scripts=scripts) as seen:
        rows = seen.page.locator("tbody tr:visible")
        for name, count in (("2 fail", 2), ("1 skipped", 1), ("all 13", 13)):
            seen.page.locator("label", has_text=name).click()
            assert rows.count() == count


def test_the_table_is_searched(browser: Browser, mixed: Path) -> None:
    with _opened(browser, mixed) as seen:
        rows, field = seen.page.locator("tbody tr:visible"), seen.page.get_by_label("Search")
        field.fill("web/ LCP")
        assert rows.count() == 1
        assert seen.page.get_by_role("status").inner_text() == "1 of 13 shown"
        seen.page.locator("label", has_text="2 fail").click()
        assert seen.page.get_by_role("status").inner_text() == "0 of 13 shown"
        field.fill("")
        assert rows.count() == 2


def test_what_needs_javascript_is_not_there_without_it(browser: Browser, mixed: Path) -> None:
    with _opened(browser, mixed, scripts=False) as seen:
        assert seen.page.locator("#find:visible, th button").count() == 0


def test_the_table_is_sorted_by_keyboard(browser: Browser, mixed: Path) -> None:
    with _opened(browser, mixed) as seen:
        first = seen.page.locator("tbody tr .name").first
        button = seen.page.get_by_role("button", name="Promise")
        asked = first.inner_text()
        for order, name in (
            ("ascending", "api/p95(http_req_duration{op:read})"),
            ("descending", "web/median(lcp{page:home})"),
            ("none", asked),
        ):
            button.focus()
            seen.page.keyboard.press("Enter")
            head = seen.page.locator("th", has=button)
            assert head.get_attribute("aria-sort") == order
            assert first.inner_text() == name


def test_everything_is_reached_by_keyboard(browser: Browser, mixed: Path) -> None:
    """In the order of reading, each with a sign of where the focus is."""
    reached = []
    with _opened(browser, mixed) as seen:
        for _ in range(6):
            seen.page.keyboard.press("Tab")
            reached.append(
                seen.page.evaluate(
                    """() => { const e = document.activeElement;
                      const drawn = e.matches('input[type=radio]') ? e.nextElementSibling : e;
                      return [e.id || e.textContent || e.className,
                              getComputedStyle(drawn).outlineStyle]; }"""
                )
            )
    named = [name.split("\n")[0].split("  ")[0] for name, _ in reached]
    assert named[:3] == ["Skip to all promises", "show-all", "find"]
    assert {style for _, style in reached} == {"solid"}


def test_the_first_key_leads_past_what_is_long(browser: Browser, mixed: Path) -> None:
    with _opened(browser, mixed) as seen:
        seen.page.keyboard.press("Tab")
        seen.page.keyboard.press("Enter")
        assert seen.page.evaluate("document.activeElement.id") == "promises"


@pytest.mark.needs_node
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["mixed", "hostile", "empty"])
def test_axe_finds_no_violation(
    browser: Browser, request: pytest.FixtureRequest, node_tools: Found, name: str, scheme: str
) -> None:
    """The pinned axe-core that comes with Lighthouse, every rule that it has."""
    axe = node_tools.path / "node_modules" / "axe-core" / "axe.min.js"
    with _opened(browser, request.getfixturevalue(name), scheme=scheme) as seen:
        seen.page.evaluate(axe.read_text(encoding="utf-8"))
        report = seen.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    found = [
        f"{rule['id']}: {node['html'][:200]}"
        for rule in report["violations"]
        for node in rule["nodes"]
    ]
    assert report["passes"]
    assert found == []


def test_it_reads_where_not_even_its_style_is_allowed(browser: Browser, mixed: Path) -> None:
    """As Jenkins serves archived files: sandboxed, no script, no style; pictures are lines."""
    policy = "sandbox; default-src 'none'; img-src 'self'; style-src 'self';"
    context = browser.new_context()
    page = context.new_page()
    page.route(
        "**/*",
        lambda route: route.fulfill(
            body=mixed.read_bytes(),
            content_type="text/html",
            headers={"Content-Security-Policy": policy},
        ),
    )
    page.goto("http://127.0.0.1:1/report.html")
    text = page.locator("body").inner_text()
    looks = page.evaluate(
        """() => [...document.querySelectorAll('svg')].map(svg =>
          [svg.clientWidth, getComputedStyle(svg.querySelector('line, path')).stroke,
           ...[...svg.querySelectorAll('rect, circle, path')].map(e =>
             getComputedStyle(e).fill)])"""
    )
    styled = page.evaluate("getComputedStyle(document.body).marginLeft")
    context.close()
    assert styled == "8px"
    assert "1 of 13 promises broken, 2 not measured, 1 undecided" in text
    assert [row.objective.id for row in mixed_outcome().rows if row.objective.id not in text] == []
    assert {width for width, *_ in looks} == {480, 140}
    assert {fill for _, _, *fills in looks for fill in fills} == {"none"}
    assert {stroke for _, stroke, *_ in looks} == {"rgb(0, 0, 0)"}


def test_hostile_names_are_read_as_they_are(browser: Browser, hostile: Path) -> None:
    with _opened(browser, hostile) as seen:
        text = seen.page.locator("body").inner_text()
    assert "<script>alert(1)</script>" in text
    assert "</td></tr></table></details><h1>gone</h1>" in text
    assert r"\x1b[31mred" in text
    assert "{{ 7 * 7 }}" in text


def test_a_planted_script_and_style_are_refused(browser: Browser, tmp_path: Path) -> None:
    """If escaping ever failed, the policy would still hold."""
    planted = '<script>document.title = "planted"</script><style>h1 { color: red }</style>'
    file = tmp_path / "planted.html"
    page = REPORT.render(mixed_outcome()).replace("</main>", f"{planted}</main>")
    file.write_text(page, encoding="utf-8")
    with _opened(browser, file) as seen:
        assert seen.page.title() == "closed: 1 of 13 promises broken, 2 not measured, 1 undecided"
        refused = [event for event in seen.events if "Content Security Policy" in event]
        assert len(refused) == 2


def test_light_and_dark_follow_the_reader(browser: Browser, mixed: Path) -> None:
    colours = {}
    for scheme in ("light", "dark"):
        with _opened(browser, mixed, scheme=scheme) as seen:
            told = "getComputedStyle(document.body).backgroundColor"
            colours[scheme] = sum(map(int, re.findall(r"\d+", seen.page.evaluate(told))[:3]))
    assert colours["dark"] < 120
    assert colours["light"] > 600


@pytest.mark.parametrize("name", ["mixed", "hostile"])
@pytest.mark.parametrize("width", [360, 800, 1600])
def test_nothing_sticks_out_of_the_window(
    browser: Browser, request: pytest.FixtureRequest, name: str, width: int
) -> None:
    with _opened(browser, request.getfixturevalue(name), width=width) as seen:
        overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert seen.page.evaluate(overflow) == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_their_background(browser: Browser, mixed: Path, scheme: str) -> None:
    """WCAG 2.2 AA: a contrast of at least 4.5."""
    script = """() => {
      const curve = c => c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4;
      const light = c => curve(c / 255);
      const shade = ([r, g, b]) => .2126 * light(r) + .7152 * light(g) + .0722 * light(b);
      const parts = c => c.match(/[\\d.]+/g).map(Number);
      const behind = e => { for (; e; e = e.parentElement) {
        const c = parts(getComputedStyle(e).backgroundColor);
        if (c.length < 4 || c[3] > 0) return c; } };
      return [...document.querySelectorAll('body *:not(svg *)')].filter(e =>
        [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())).map(e => {
          const one = shade(parts(getComputedStyle(e).color)), two = shade(behind(e));
          const ratio = (Math.max(one, two) + .05) / (Math.min(one, two) + .05);
          return ratio < 4.5 ? `${e.tagName}.${e.className}: ${ratio.toFixed(2)}` : ''
        }).filter(Boolean) }"""
    with _opened(browser, mixed, scheme=scheme) as seen:
        assert sorted(set(seen.page.evaluate(script))) == []

"""The page of a team's promises: as written down, in a browser, by hostile hands."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from gate.reports.promises import Group, Promise, Promises, Trend, as_html, as_markdown
from gate.testing.sample_outcomes import HOSTILE
from gate.testing.syntax import Syntax, elements
from gate.tools import Found
from tests.conftest import Golden

READ = Promise(
    id="api/p95(http_req_duration{op:read})",
    title="Reading a product",
    named=True,
    says=(
        "The 95th percentile of http_req_duration where op is read is at most 300 ms.",
        "It gets at most 10 % worse than the baseline.",
    ),
    place="budgets/api.yml:8",
    owner="team-shop",
    why="people leave a shop that answers slowly",
    status="pass",
    now="241 ms, pass on 2026-11-20 at 4f2a9c1e7d3b",
    trend=Trend(
        "level over 6 runs since 2026-11-10", (0.24, 0.243, 0.239, 0.245, 0.24, 0.241), 0.3
    ),
)
LCP = Promise(
    id="web/median(lcp{page:home})",
    title="median(lcp{page:home})",
    says=("The median of lcp where page is home is at most 2.5 s.",),
    place="budgets/web.yml:6",
    status="fail",
    now="2.9 s, fail on 2026-11-20 at 4f2a9c1e7d3b",
    trend=Trend(
        "step of +12 %, 2.6 s → 2.9 s, on 2026-11-18; level since, over 2 runs", (2.6, 2.9)
    ),
    exceptions=(
        "its limit is waived until 2027-01-31 (72 days), by team-shop: hero image (SHOP-812)",
    ),
)
NEW = Promise("web/max(cls)", "max(cls)", ("The largest cls is at most 0.1.",), "budgets/web.yml:9")
PAGE = Promises(
    day="2026-11-20",
    commit="4f2a9c1e7d3b",
    source="values of the branch main, from folder runs",
    groups=(
        Group(
            "api", "The API", "k6", "budgets/api.yml", "team-shop", "it earns the money", (READ,)
        ),
        Group("web", "web", "lighthouse", "budgets/web.yml", promises=(LCP, NEW)),
    ),
    rules=("What stays undecided warns.", "Baselines come from main, master."),
    retired=("web/median(inp), by team-shop: the widget is gone",),
)


def hostile(names: tuple[str, ...] = HOSTILE) -> Promises:
    """The page with these in every place that a stranger can fill."""
    at = [names[n % len(names)] for n in range(8)]
    promises = tuple(
        Promise(
            one,
            two,
            (one, two),
            two,
            one,
            two,
            one,
            two,
            Trend(one, (1.0, 2.0)),
            (two,),
            named=True,
        )
        for one, two in zip(names, (*names[1:], names[0]), strict=True)
    )
    group = Group(at[0], at[1], at[2], at[3], at[4], at[5], promises)
    return Promises(at[6], at[7], at[0], (group, group), names, names)


PAGES = {"team": PAGE, "hostile": hostile(), "empty": Promises("2026-11-20", "", "none", ())}


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_as_written_down(golden: Golden, name: str) -> None:
    golden(f"promises-{name}.md", as_markdown(PAGES[name]))
    golden(f"promises-{name}.html", as_html(PAGES[name]))


@pytest.mark.parametrize(
    ("render", "syntax"),
    [(as_markdown, Syntax.MARKDOWN), (as_html, Syntax.HTML)],
    ids=["markdown", "html"],
)
def test_names_of_strangers_make_no_element(
    render: Callable[[Promises], str], syntax: Syntax
) -> None:
    plain = hostile(("a plain name",) * len(HOSTILE))
    assert elements(render(hostile()), syntax) <= elements(render(plain), syntax)


def test_nothing_runs_in_the_page_and_its_style_is_by_digest() -> None:
    page = as_html(PAGE)
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy is not None
    (style,) = re.findall("<style>(.*?)</style>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    told = policy[1].replace("&#39;", "'")
    assert told.startswith(f"default-src 'none'; style-src 'sha256-{digest}'")
    assert "<script" not in page
    assert "style=" not in page


def test_one_run_has_no_picture() -> None:
    one = replace(READ, trend=Trend("1 run", (0.2,)))
    assert "<svg" not in as_html(replace(PAGE, groups=(replace(PAGE.groups[0], promises=(one,)),)))


@pytest.mark.needs_chrome
@pytest.mark.needs_node
@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_a_browser_reads_it_and_axe_finds_no_violation(
    browser: Browser, tmp_path: Path, node_tools: Found, name: str, scheme: str
) -> None:
    """Nothing is asked for, nothing runs; the pinned axe-core that comes with Lighthouse."""
    file = tmp_path / "promises.html"
    file.write_text(as_html(PAGES[name]), encoding="utf-8")
    axe = node_tools.path / "node_modules" / "axe-core" / "axe.min.js"
    context = browser.new_context(color_scheme="dark" if scheme == "dark" else "light")
    page, events = context.new_page(), []
    page.on("console", lambda message: events.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: events.append(f"error: {error}"))
    page.on("dialog", lambda dialog: events.append(f"dialog: {dialog.message}"))
    page.on("request", lambda request: events.append(request.url))
    page.goto(file.as_uri())
    assert events == [file.as_uri()]
    if name == "team":
        text = page.locator("body").inner_text()
        for promise in (READ, LCP, NEW):
            assert all(words in text for words in (promise.id, *promise.says, *promise.exceptions))
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

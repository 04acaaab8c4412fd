"""Every page of the documentation: its budgets validate, its links lead somewhere, it is listed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.helpers.pages import DOCS, ROOT, blocks, environment, shell

PAGES = sorted(DOCS.rglob("*.md"))
RUN_ELSEWHERE = {
    "baselines.md": "tests/docs/test_baselines_page.py",
    "hooks.md": "tests/docs/test_first_pages.py",
    "import.md": "tests/docs/test_import_page.py",
    "init.md": "tests/docs/test_first_pages.py",
    "plugins.md": "tests/docs/test_plugins_page.py",
    "promises.md": "tests/docs/test_promises_page.py",
    "ratchet.md": "tests/docs/test_promises_page.py",
    "shards.md": "tests/test_shards_page.py",
    "signoff.md": "tests/docs/test_signoff_page.py",
    "tutorial.md": "tests/docs/test_tutorial.py",
}
"""Pages with console blocks, and the test that runs them."""

_LINK = re.compile(r"(?<!!)\[[^\]\n]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def name(page: Path) -> str:
    return page.relative_to(DOCS).as_posix()


def with_budgets() -> list[Path]:
    """Pages with budgets of their own; the tutorial's are the shop's, the plugin's need it."""
    pages = (page for page in PAGES if name(page) not in {"tutorial.md", "plugins.md"})
    return [p for p in pages if any(b.file.startswith("budgets/") for b in blocks(p, "yaml"))]


@pytest.mark.parametrize("page", with_budgets(), ids=name)
def test_the_budgets_of_a_page_validate(page: Path, tmp_path: Path) -> None:
    for block in blocks(page):
        if block.file:
            place = tmp_path / block.file
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(block.text, "utf-8")
    shell("git init -q -b main", tmp_path, environment(tmp_path))
    said = shell("gate validate", tmp_path, environment(tmp_path))
    assert " valid\n" in said, said


@pytest.mark.parametrize("page", [p for p in PAGES if blocks(p, "console")], ids=name)
def test_the_console_blocks_of_a_page_are_run(page: Path) -> None:
    test = RUN_ELSEWHERE.get(name(page), "")
    assert test, f"name the test that runs the commands of {name(page)}"
    assert page.name in (ROOT / test).read_text("utf-8")


@pytest.mark.parametrize("page", [*PAGES, ROOT / "README.md"], ids=lambda page: page.name)
def test_the_links_of_a_page_lead_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    for link in _LINK.findall(text):
        if link.startswith(("http://", "https://", "mailto:")):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        if page.is_relative_to(DOCS) and path:
            assert target.is_relative_to(DOCS), f"{link} is not on the site"
        if anchor:
            assert anchor in anchors(target), link


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as the site and GitHub make them."""
    titles = _HEADING.findall(page.read_text("utf-8"))
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


def test_the_site_lists_every_page() -> None:
    config = yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))
    assert sorted(listed(config["nav"])) == sorted(map(name, PAGES))


def listed(nav: Any) -> list[str]:
    """The pages of a part of the navigation."""
    if isinstance(nav, str):
        return [nav]
    parts = nav.values() if isinstance(nav, dict) else nav
    return [page for part in parts for page in listed(part)]

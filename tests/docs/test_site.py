"""The site is built strictly, and loads nothing from elsewhere."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.helpers.pages import DOCS, ROOT

_LOADS = {"script": "src", "img": "src", "iframe": "src", "link": "href"}


class _Loaded(HTMLParser):
    """What a page loads, and where its links lead."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag in _LOADS and told.get("rel") != "canonical":
            self.loaded.append(told.get(_LOADS[tag], ""))
        if tag == "a":
            self.links.append(told.get("href", ""))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site."""
    root = tmp_path_factory.mktemp("site")
    shutil.copy(ROOT / "mkdocs.yml", root)
    shutil.copytree(DOCS, root / "docs")
    program = Path(sys.executable).with_name("zensical")
    done = subprocess.run(
        [program, "build", "--strict"], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return root / "site"


def test_every_page_is_there(site: Path) -> None:
    wanted = {page.relative_to(DOCS).with_suffix("") for page in DOCS.rglob("*.md")}
    made = {page.parent.relative_to(site) for page in site.rglob("index.html")}
    assert {page for page in wanted if page.name != "index"} <= made


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    for page in site.rglob("*.html"):
        read = _Loaded()
        read.feed(page.read_text("utf-8"))
        away = [each for each in read.loaded if re.match(r"(https?:)?//", each)]
        assert away == [], page


def test_every_link_within_the_site_leads_somewhere(site: Path) -> None:
    for page in site.rglob("index.html"):
        read = _Loaded()
        read.feed(page.read_text("utf-8"))
        for link in read.links:
            path = link.partition("#")[0].partition("?")[0]
            if path and not re.match(r"\w+:|//|/", path):
                assert (page.parent / path).resolve().exists(), f"{page}: {link}"

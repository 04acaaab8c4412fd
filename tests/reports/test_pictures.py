"""Each report photographed by a real browser; `--update-golden` writes docs/pictures anew."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from playwright.sync_api import Browser

from gate.core.verdict import Status
from gate.reports import find
from gate.reports.marks import WAIVED, mark_of
from gate.reports.terminal import Terminal
from gate.testing.sample_outcomes import mixed_outcome, passing_outcome
from tests.conftest import ROOT

pytestmark = [pytest.mark.needs_chrome, pytest.mark.xdist_group("browser")]

_COLOURS = {
    31: "#ff7b72",
    32: "#7ee787",
    33: "#e3b341",
    34: "#79c0ff",
    35: "#d2a8ff",
    36: "#76e3ea",
}
_PAGE = "<!doctype html><meta charset=utf-8><style>{style}</style><body>{body}"
_CONSOLE = "body{margin:0;padding:16px;background:#0d1117;color:#e6edf3;font:13px/1.4 monospace}"
_COMMENT = (
    "body{margin:0;padding:24px;max-width:1000px;font:14px/1.5 sans-serif;color:#1f2328}"
    "table{border-collapse:collapse}td,th{border:1px solid #d0d7de;padding:4px 10px}"
    "code{background:#eff1f3;padding:1px 4px;border-radius:4px;font-size:12px}"
)


def _console() -> str:
    """The coloured terminal as a page."""
    parts = re.split(r"\x1b\[([0-9;]*)m", Terminal(width=110, colour=True).render(mixed_outcome()))
    body = html.escape(parts[0])
    for codes, text in zip(parts[1::2], parts[2::2], strict=True):
        told = {int(code) for code in codes.split(";") if code}
        colour = next((f"color:{_COLOURS[code]};" for code in told if code in _COLOURS), "")
        style = colour + "font-weight:bold;" * (1 in told) + "opacity:.6;" * (2 in told)
        body += f'<span style="{style}">{html.escape(text)}</span>'
    return _PAGE.format(style=_CONSOLE, body=f"<pre>{body}</pre>")


def _comment() -> str:
    """The comment about as GitHub shows it."""
    markdown = MarkdownIt("commonmark", {"html": True}).enable(["table"])
    body = markdown.render(find("markdown").render(mixed_outcome()))
    for mark in (*map(mark_of, Status), WAIVED):  # a machine for tests has no font for emoji
        body = body.replace(mark.icon, mark.glyph)
    return _PAGE.format(style=_COMMENT, body=body)


@pytest.mark.parametrize(
    ("name", "scheme"),
    [
        ("report-light", "light"),
        ("report-green", "light"),
        ("report-dark", "dark"),
        ("terminal", "dark"),
        ("comment", "light"),
    ],
)
def test_it_is_photographed(
    browser: Browser, request: pytest.FixtureRequest, tmp_path: Path, name: str, scheme: str
) -> None:
    pages = {"terminal": _console, "comment": _comment}
    page = tmp_path / "page.html"
    outcome = passing_outcome() if name == "report-green" else mixed_outcome()
    made = pages[name]() if name in pages else find("html").render(outcome)
    page.write_text(made, encoding="utf-8")
    folder = tmp_path
    if request.config.getoption("--update-golden"):
        folder = ROOT / "docs" / "pictures"
    seen = browser.new_page(
        color_scheme="dark" if scheme == "dark" else "light",
        viewport={"width": 1180, "height": 860},
    )
    seen.goto(page.as_uri())
    picture = seen.screenshot(path=folder / f"{name}.png", animations="disabled")
    seen.close()
    assert picture.startswith(b"\x89PNG")
    assert len(picture) > 30_000

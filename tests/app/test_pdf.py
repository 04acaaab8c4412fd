"""A PDF by the real Chrome; without one, or with one that fails, a message and no file."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from gate.app.keep import parse_reports, write_reports
from gate.core.exits import Exit
from gate.errors import ToolError
from gate.testing.sample_outcomes import mixed_outcome
from gate.tools import Found


@pytest.fixture
def browser_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A program that claims to be Chrome; the test writes what it does."""
    program = tmp_path / "chrome"
    monkeypatch.setenv("PERFGATE_CHROME", str(program))
    return program


def claims(program: Path, *lines: str) -> None:
    asked = 'case "$*" in *--version*) echo "Chromium 156.0.1.1"; exit 0;; esac'
    program.write_text("\n".join(("#!/bin/sh", asked, *lines, "")), encoding="utf-8")
    program.chmod(0o755)


@pytest.mark.needs_chrome
def test_the_report_is_printed_and_nothing_is_left(
    chrome: Found, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PERFGATE_CHROME", str(chrome.path))
    wanted = parse_reports([f"pdf={tmp_path / 'report.pdf'}"])
    (path,) = write_reports(mixed_outcome(), wanted)
    whole = path.read_bytes()
    assert whole.startswith(b"%PDF-")
    assert whole.count(b"/Type /Page\n") >= 2
    assert [each.name for each in tmp_path.iterdir()] == ["report.pdf"]
    assert list(Path(tempfile.gettempdir()).glob(f"perfgate-chrome-{os.getpid()}-*")) == []


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        pytest.param(("exit 3",), "exit 3", id="it fails"),
        pytest.param(("exit 0",), "exit 0", id="it says nothing and writes nothing"),
        pytest.param(
            ('for a; do case $a in --print-to-pdf=*) echo "%PDF-1.4" > "${a#*=}";; esac; done',),
            "exit 0",
            id="it writes half a file",
        ),
    ],
)
def test_a_browser_that_prints_nothing_is_said(
    browser_named: Path, tmp_path: Path, lines: tuple[str, ...], why: str
) -> None:
    claims(browser_named, *lines)
    wanted = parse_reports([f"pdf={tmp_path / 'report.pdf'}"])
    with pytest.raises(ToolError, match=f"Chrome printed no PDF: {why}"):
        write_reports(mixed_outcome(), wanted)
    assert not (tmp_path / "report.pdf").exists()


def test_without_a_browser_nothing_begins(browser_named: Path) -> None:
    with pytest.raises(ToolError, match="--report pdf: ") as refused:
        parse_reports(["pdf=report.pdf"])
    assert refused.value.exit is Exit.MISSING
    assert refused.value.hint

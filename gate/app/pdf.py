"""The HTML report on paper: printed by the Chrome that Lighthouse measures with."""

from __future__ import annotations

import os
from pathlib import Path

from gate import process
from gate.core.verdict import Outcome
from gate.errors import ToolError
from gate.reports import find
from gate.runners.lighthouse.browser import can_sandbox, chrome_flags
from gate.runners.lighthouse.scratch import scratch
from gate.tools import CHROME, Absent, Found, locate

NAME = "pdf"
_TIMEOUT = 180.0
"""Seconds; 500 objectives that all fail take 15 on two cores."""
_LARGEST = 64_000_000


def browser() -> Found:
    """The Chrome that prints; raises `ToolError` where there is none."""
    found = locate(CHROME)
    if isinstance(found, Absent):
        raise ToolError(f"--report pdf: {found.detail}", hint=found.remedy)
    return found


def pdf(outcome: Outcome) -> bytes:
    """The HTML report as a PDF of A4 pages; raises `ToolError` where Chrome gives none."""
    return on_paper(find("html").render(outcome))


def on_paper(html: str) -> bytes:
    """A page of ours as a PDF of A4 pages; raises `ToolError` where Chrome gives none.

    The page is read from a private folder with no way to any host; what Chrome leaves is removed.
    """
    chrome = browser()
    flags = chrome_flags((), closed=True, sandbox=can_sandbox(chrome.path))
    with scratch() as folder:
        page, printed = folder / "report.html", folder / "report.pdf"
        page.write_text(html, encoding="utf-8")
        done = process.run(
            (
                str(chrome.path),
                *flags,
                f"--user-data-dir={folder / 'profile'}",
                "--no-pdf-header-footer",
                f"--print-to-pdf={printed}",
                page.as_uri(),
            ),
            timeout=_TIMEOUT,
            cwd=folder,
            env={**os.environ, "HOME": str(folder), "TMPDIR": str(folder)},
        )
        if isinstance(done, process.NotStarted):
            raise _failed(done.why)
        if done.timed_out:
            raise _failed(f"it did not end within {_TIMEOUT:.0f} s")
        return _read(printed, done)


def _read(printed: Path, done: process.Finished) -> bytes:
    """What Chrome wrote, where that is a whole PDF."""
    try:
        whole = printed.read_bytes() if printed.stat().st_size <= _LARGEST else b""
    except OSError:
        whole = b""
    if done.code or not whole.startswith(b"%PDF-") or b"%%EOF" not in whole[-64:]:
        raise _failed(f"exit {done.code}: {done.tail}")
    return whole


def _failed(why: str) -> ToolError:
    hint = "write html=PATH and print it, or name another Chrome with PERFGATE_CHROME"
    return ToolError(f"Chrome printed no PDF: {why}", hint=hint)

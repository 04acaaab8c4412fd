"""One browser for all tests of a module that look at a page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from gate.tools import Found

_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)


@pytest.fixture(scope="module")
def browser(chrome: Found) -> Iterator[Browser]:
    """The real browser without a way to any host."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chrome.path, args=[*_ARGUMENTS])
        yield found
        found.close()

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gate.runners.lighthouse.browser import can_sandbox, chrome_flags, is_closed

LOCAL = "http://127.0.0.1:8000/"


@pytest.mark.parametrize(
    ("urls", "hosts", "closed"),
    [
        pytest.param([LOCAL, "http://localhost:1/"], (), True, id="all on loopback"),
        pytest.param([LOCAL], ("cdn.example.com",), True, id="with a host that is allowed"),
        pytest.param([LOCAL], ("*",), False, id="every host allowed"),
        pytest.param([LOCAL, "https://example.com/"], (), False, id="one page elsewhere"),
    ],
)
def test_loopback_has_no_way_out(urls: list[str], hosts: tuple[str, ...], *, closed: bool) -> None:
    assert is_closed(urls, hosts) is closed


def test_a_closed_chrome_reaches_loopback_and_the_named_hosts() -> None:
    rules = chrome_flags(("*.cdn.net",), closed=True, sandbox=True)[-1]
    assert rules.startswith("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, ")
    assert rules.endswith("EXCLUDE *.cdn.net")


@pytest.mark.parametrize("sandbox", [True, False])
def test_the_sandbox_is_left_out_only_where_it_cannot_work(*, sandbox: bool) -> None:
    flags = chrome_flags((), closed=False, sandbox=sandbox)
    assert ("--no-sandbox" in flags) is not sandbox
    assert not any(flag.startswith("--host-resolver-rules") for flag in flags)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has no sandbox for certain")
def test_root_has_no_sandbox() -> None:
    assert not can_sandbox(Path("/usr/bin/chromium"))

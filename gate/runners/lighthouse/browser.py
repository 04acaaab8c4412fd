"""How Chrome is started: headless, silent, and on loopback with no way out."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

from gate.runners.lighthouse.addresses import host_of, is_loopback
from gate.tools import probe

# Without these Chrome asks for updates, accounts and lists: 40 connections in 8 s were seen.
_FLAGS = (
    "--headless=new",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
_LOOPBACK = ("127.0.0.1", "localhost", "*.localhost", "[::1]")


def is_closed(urls: Iterable[str], hosts: tuple[str, ...]) -> bool:
    """Whether Chrome is kept from other hosts: every page is on loopback, `*` is not allowed."""
    return "*" not in hosts and all(is_loopback(host_of(url)) for url in urls)


def chrome_flags(hosts: tuple[str, ...], *, closed: bool, sandbox: bool) -> tuple[str, ...]:
    """The flags of every Chrome that we start."""
    flags = [*_FLAGS]
    if not sandbox:
        flags.append("--no-sandbox")
    if closed:
        reached = ", ".join(f"EXCLUDE {host}" for host in (*_LOOPBACK, *hosts))
        flags.append(f"--host-resolver-rules=MAP * ~NOTFOUND, {reached}")
    return tuple(flags)


def can_sandbox(chrome: Path) -> bool:
    """Whether Chrome's sandbox works here: not for root, not without user namespaces.

    Its own setuid helper does without namespaces.
    """
    if sys.platform != "linux":
        return True
    if os.geteuid() == 0:
        return False
    return probe.sandbox(Path("/")) is not False or _has_helper(chrome)


def _has_helper(chrome: Path) -> bool:
    folders = (chrome.resolve().parent, Path("/usr/lib") / chrome.name)
    for folder in folders:
        try:
            if (folder / "chrome-sandbox").stat().st_mode & 0o4000:
                return True
        except OSError:
            continue
    return False
